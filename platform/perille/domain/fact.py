"""Facts: dated values with a source. A sentence names a fact; the page shows the value that holds on the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How sure we are: A authority, B serious secondary source, C old or disputed, U unconfirmed."""

    A = "A"
    B = "B"
    C = "C"
    U = "U"


class FactKind(StrEnum):
    """What a value is, and so how it is shown."""

    PHONE = "phone"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    URL = "url"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One dated value of one country."""

    #: ISO code of the country.
    country: str
    #: Dotted key, such as "emergency.number".
    key: str
    kind: FactKind
    value: str
    source: str
    confidence: Confidence
    checked_on: date
    review_due: date
    #: A telephone number as dialled from abroad, or "".
    e164: str = ""
    #: "always", "office", a sentence, or "".
    hours: str = ""
    #: Languages that are spoken there.
    languages: tuple[str, ...] = ()
    free: bool = False
    #: "Where to ask" cards it stands on.
    topics: tuple[str, ...] = ()
    #: Row of the help box, or "".
    help: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def publishable(self) -> bool:
        """Whether a page may show it at all."""
        return self.confidence in (Confidence.A, Confidence.B)

    def holds_on(self, day: date) -> bool:
        """Whether the value is valid on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overdue_on(self, day: date) -> bool:
        """Whether its review is due, so that a page warns and quizzes leave it out."""
        return day > self.review_due
