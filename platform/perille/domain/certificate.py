"""What is printed on a certificate, in words: what a design sets on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The small words over the values, in one language."""

    name: str
    course: str
    time: str
    date: str
    issuer: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSide:
    """All words of the certificate in one language."""

    #: Code of our language table.
    language: str
    #: "Record of completion".
    heading: str
    labels: Labels
    #: Title of the course, and the language that it really is in.
    title: str
    title_language: str
    #: Minutes that a person needs alone, in words: "3 hours and 3 minutes".
    time: str
    #: Day of the award in words.
    date: str
    #: What the record is not.
    notice: str
    #: What it is about in plain words, and the language that they really are in; "" where the title says it.
    subject: str = ""
    subject_language: str = ""
    #: Further lines, each a small word and what stands under it: the test, the national part, until when it counts. Both languages have
    #: the same lines in the same order.
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is printed."""

    name: str
    issuer: str
    #: Verification code, 16 symbols.
    code: str
    #: Address of the verification page, without the code: "https://learn.example.org/verify".
    verify_address: str
    awarded_on: date
    #: How many lessons the way shows.
    stations: int
    first: CertificateSide
    second: CertificateSide | None = None
    #: Logo of the issuer, a PNG; b"" for none.
    logo: bytes = b""
