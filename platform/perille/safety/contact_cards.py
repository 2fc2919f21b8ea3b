"""The numbers of the help box as cards for the phone's own list of contacts (vCard 3.0, RFC 2426, which every phone of 2018 reads).

Whoever looks into a shared phone sees its contacts. The lines for violence and exploitation are therefore saved under the number alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from perille.core.content_lines import fold_line
from perille.domain.fact import Fact, FactKind
from perille.packs.format.fact_checks import HELP_ROWS
from perille.packs.published.library import PackLibrary

#: Rows of the help box whose name tells something of who saved it.
TELLING = ("violence", "trafficking")


def contact_cards(library: PackLibrary, country: str, language: str, day: date) -> str:
    """Return the telephone numbers of a country's help box as vCards, the emergency number first; "" where it has none."""
    facts = (fact for row in HELP_ROWS for fact in library.facts(country, day, help_row=row))
    cards = [_card(library, fact, language) for fact in facts if fact.kind is FactKind.PHONE]
    return "".join(f"{fold_line(line)}\r\n" for card in cards for line in card)


def _card(library: PackLibrary, fact: Fact, language: str) -> Iterator[str]:
    label = library.fact_words(fact.country, fact.key, "label", language)
    named = fact.value if label is None or fact.help in TELLING else label.plain
    name = _text(named)
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{name};;;;"
    yield f"FN:{name}"
    # A short number is dialled as it is; from abroad it leads nowhere, with or without a prefix.
    yield f"TEL;TYPE=VOICE:{fact.e164 or fact.value.replace(' ', '')}"
    yield "END:VCARD"


def _text(text: str) -> str:
    """Write a value of text (RFC 2426, 4).

    >>> _text("Police, fire; help")
    'Police\\\\, fire\\\\; help'
    """
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", " ")
