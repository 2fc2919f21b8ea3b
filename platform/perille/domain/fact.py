"""Facts: dated values with a source. A sentence names a fact; the page shows the value that holds on the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    CHAT = "chat"
    URL = "url"
    EMAIL = "email"


class CheckedBy(StrEnum):
    """How a value was checked: read on a web page, heard in a call, or confirmed in writing by the service."""

    PAGE = "page"
    CALL = "call"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One dated value of one country."""

    #: ISO code of the country.
    country: str
    #: Dotted key, such as "emergency.number".
    key: str
    kind: FactKind
    value: str
    #: Address of the page that says so (https); free words where the fact is not published.
    source: str
    confidence: Confidence
    #: The day on which somebody read the page, called or wrote; not the age of the page.
    checked_on: date
    review_due: date
    #: Readable name of the source, or "".
    source_name: str = ""
    #: Date of the source page: "2025-11-19", "2025-11" or "2025", or "" where the page has none.
    page_date: str = ""
    #: None in packs from before the field existed.
    checked_by: CheckedBy | None = None
    #: A telephone number as dialled from abroad, or "".
    e164: str = ""
    #: "always", "office", a sentence, or "".
    hours: str = ""
    #: Languages that are spoken there.
    languages: tuple[str, ...] = ()
    #: Whether an interpreter can join, so that other languages are possible.
    interpreter: bool = False
    free: bool = False
    #: Who may use it, in words, or "" where nothing is said.
    for_whom: str = ""
    #: "Where to ask" cards it stands on.
    topics: tuple[str, ...] = ()
    #: Row of the help box, or "".
    help: str = ""
    #: Keys of facts of the same country to use where this one says that a number is not confirmed.
    instead: tuple[str, ...] = ()
    #: Language -> address of the same page in it; for a "url" or "chat".
    links: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    #: The day on which another value was put here, where the source does not date it; None where it is the first one.
    changed_on: date | None = None

    @property
    def publishable(self) -> bool:
        """Whether a page may show it at all."""
        return self.confidence in (Confidence.A, Confidence.B)

    def holds_on(self, day: date) -> bool:
        """Whether the value is valid on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def changed_since(self, day: date) -> bool:
        """Whether the value is younger than *day*: put here or valid only from a later day, or of a source that was written later."""
        younger = any(each is not None and each > day for each in (self.changed_on, self.valid_from))
        return younger or self.page_date > day.isoformat()

    def overdue_on(self, day: date) -> bool:
        """Whether its review is due, so that a page warns and quizzes leave it out."""
        return day > self.review_due

    @property
    def rank(self) -> int:
        """Place of its kind among contacts: a phone, a phone that is closed at times, chat, web and words, e-mail last.

        Hours that are left out are not known: such a phone may answer now, so it keeps the author's place among the first.
        """
        if self.kind is FactKind.PHONE:
            return 0 if self.hours in ("always", "") else 1
        return {FactKind.CHAT: 2, FactKind.EMAIL: 4}.get(self.kind, 3)

    def address_in(self, languages: tuple[str, ...]) -> tuple[str, str]:
        """Return (address, its language) for the first of *languages* that has one; else the value, and "" for its language."""
        found = next((code for code in languages if code in self.links), "")
        return (self.links[found], found) if found else (self.value, "")
