"""The form of a fact in the author's language: names of its fields and choices, and what to mend in a field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from perille.core.i18n import lazy_gettext
from perille.packs.source.diagnostics import Diagnostic
from perille.safety.services import ROW_NAMES

#: Field -> its name.
NAMES = {
    "kind": lazy_gettext("Kind of fact"),
    "label": lazy_gettext("Whom or what one reaches, in a few words"),
    "value": lazy_gettext("What readers see: the number as one dials it, an address, an amount or words"),
    "e164": lazy_gettext("The number as one dials it from abroad"),
    "hours": lazy_gettext("When somebody answers"),
    "languages": lazy_gettext("Languages that are spoken there"),
    "interpreter": lazy_gettext("An interpreter may join"),
    "free": lazy_gettext("free of charge"),
    "for_whom": lazy_gettext("Who may use it"),
    "topics": lazy_gettext("Topics on whose cards it stands"),
    "help": lazy_gettext("Row of the help box"),
    "instead": lazy_gettext("Facts to show in its place while it is not confirmed"),
    "links": lazy_gettext("The same page in other languages"),
    "source": lazy_gettext("Where it says so: address of the page"),
    "source_name": lazy_gettext("What the source is called"),
    "confidence": lazy_gettext("How sure we are"),
    "checked_by": lazy_gettext("How it was confirmed"),
    "page_date": lazy_gettext("Date on the page"),
    "checked_on": lazy_gettext("Day on which we looked, called or asked"),
    "review_due": lazy_gettext("Look at it again by"),
    "valid_from": lazy_gettext("It holds from"),
    "valid_to": lazy_gettext("It holds until"),
    "changed_on": lazy_gettext("Its value changed on"),
}
_E164 = lazy_gettext("Write + and the number of the country, then digits without spaces.")
_LANGUAGES = lazy_gettext("Codes of languages with commas between them, such as fi, sv, en.")
_TOPICS = lazy_gettext("Small letters, digits and hyphens alone, with commas between topics.")
_INSTEAD = lazy_gettext("Only confirmed telephone numbers of the same country may stand in its place.")
_LINKS = lazy_gettext("Write on each line a code of a language, a space, and an address with https://.")
_PAGE_DATE = lazy_gettext("Write a day, a month or a year: 2026-11-22, 2026-11 or 2026.")
_DAY = lazy_gettext("Write the day like 2026-11-22.")
_LISTED = lazy_gettext("Choose one of the list.")
#: Field -> how to fill it in.
HINTS = {
    "e164": _E164,
    "languages": _LANGUAGES,
    "topics": _TOPICS,
    "instead": _INSTEAD,
    "links": _LINKS,
    "hours": lazy_gettext("“always” for day and night, “office” for office hours, or a sentence. Empty: not known."),
    "for_whom": lazy_gettext("A few words, such as: for everybody, also without a residence permit. Empty: not known."),
    "page_date": _PAGE_DATE,
    "checked_on": lazy_gettext("Not the age of the page."),
    "changed_on": lazy_gettext("Written by itself when the value changes: refreshers ask first what changed."),
}
#: Fields of one choice -> value -> words.
CHOICES: Mapping[str, Mapping[str, object]] = {
    "kind": {
        "phone": lazy_gettext("Telephone number"),
        "chat": lazy_gettext("Chat"),
        "url": lazy_gettext("Link"),
        "email": lazy_gettext("E-mail address"),
        "number": lazy_gettext("Number"),
        "date": lazy_gettext("Date"),
        "text": lazy_gettext("Text"),
    },
    "confidence": {
        "A": lazy_gettext("A: the authority or the service itself says so"),
        "B": lazy_gettext("B: a serious second source says so"),
        "C": lazy_gettext("C: old or disputed, readers are not shown it"),
        "U": lazy_gettext("U: not confirmed, readers are not shown it"),
    },
    "checked_by": {
        "page": lazy_gettext("read on a page"),
        "call": lazy_gettext("we called"),
        "letter": lazy_gettext("they wrote to us"),
    },
    "help": ROW_NAMES,
}
#: (field, what the check says) -> what to do. The first that fits counts.
_MENDED = (
    ("", r"is missing|is empty", lazy_gettext("Fill in every field that must be filled in.")),
    (
        "value",
        r"telephone",
        lazy_gettext("This is no telephone number: write digits and spaces, with + in front at most."),
    ),
    ("value|source", r"https", lazy_gettext("A link begins with https:// and has no spaces.")),
    ("value", r"e-mail", lazy_gettext("This is not an e-mail address. Write it like name@example.org.")),
    ("value", r"not a number", lazy_gettext("This is no number: write digits, with a point before decimals.")),
    ("value|valid|checked|review|changed", r"date such as", _DAY),
    ("e164", r".", _E164),
    ("page_date", r"is after", lazy_gettext("The page cannot be younger than the day on which we looked.")),
    ("page_date", r".", _PAGE_DATE),
    ("review_due|valid_to", r"is before", lazy_gettext("This day is before the one that it follows.")),
    ("languages", r".", lazy_gettext("This is no code of a language that is known here.")),
    ("topics", r".", _TOPICS),
    ("checked_on", r"to come", lazy_gettext("This day has not come yet.")),
    ("links", r"Only a fact", lazy_gettext("Only a chat and a link have the same page in other languages.")),
    ("links", r".", _LINKS),
    ("instead", r".", _INSTEAD),
    ("kind|help|confidence|checked_by", r".", _LISTED),
)


def mended(faults: Iterable[tuple[str, Diagnostic]]) -> dict[str, list[tuple[str, str]]]:
    """Return field -> (what to do in the author's language, "" for none; what the check says in English) of each fault."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field, fault in faults:
        found.setdefault(field, []).append((_advice(field, fault.message), fault.message))
    return found


def _advice(field: str, message: str) -> str:
    for fields, pattern, words in _MENDED:
        if re.match(fields, field) and re.search(pattern, message):
            return str(words)
    return ""


def choices_of(field: str, empty: str = "–") -> dict[str, object]:
    """Return value -> words of a field of one choice."""
    return ({} if field in ("kind", "confidence") else {"": empty}) | dict(CHOICES[field])
