"""Cards to show at a counter: each sentence in a language of the country, and the same in the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec import Struct

from perille.core.countries import countries
from perille.core.decoding import read_toml
from perille.core.i18n import LANGUAGES, babel_locale, lazy_gettext

_FILE = Path(__file__).with_name("host_sentences.toml")
_BLANK = ":"

#: What is said by the sentences of the file, in the order in which they are offered.
SENTENCES = {
    "emergency": lazy_gettext("Please call the emergency number %(number)s for me."),
    "interpreter": lazy_gettext("I need an interpreter. I speak this language: %(language)s"),
    "slowly": lazy_gettext("I do not understand. Please speak slowly."),
    "write": lazy_gettext("Please write it down."),
    "appointment": lazy_gettext("I have an appointment here. The time is:"),
    "place": lazy_gettext("I am looking for this place. Please show me the way. The place is:"),
    "letter": lazy_gettext("I got this letter. Please explain it to me in simple words."),
    "doctor": lazy_gettext("I need a doctor."),
    "child": lazy_gettext("My child is ill."),
    "pregnant": lazy_gettext("I am pregnant. I need help from a nurse or a doctor."),
    "allergy": lazy_gettext("I am allergic to this:"),
    "medicine": lazy_gettext("I need this medicine:"),
    "papers": lazy_gettext("My identity papers are lost."),
    "phone": lazy_gettext("My phone does not work. May I make a call?"),
    "alone": lazy_gettext("I would like to talk with you alone."),
    "woman": lazy_gettext("I would like to talk to a woman."),
    "wait": lazy_gettext("Please wait a moment. Thank you."),
}


class _HostSentences(Struct, frozen=True, forbid_unknown_fields=True):
    """The file: further languages by country, names of languages by language, and sentences by name and language."""

    also: dict[str, list[str]]
    names: dict[str, dict[str, str]]
    sentences: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class CounterCard:
    """One sentence, twice."""

    #: For whoever sits behind the counter.
    theirs: str
    #: For the reader.
    mine: str

    @property
    def has_blank(self) -> bool:
        """Whether something is written behind it: a time, a place, a medicine."""
        return self.theirs.endswith(_BLANK)


@cache
def _host_sentences() -> _HostSentences:
    return read_toml(_FILE.read_text("utf-8"), _HostSentences)


def host_languages(country: str) -> tuple[str, ...]:
    """Return the languages of a country in which there are cards, the one of most offices first.

    >>> host_languages("FI"), host_languages("XX")
    (('fi', 'sv'), ())
    """
    found = countries().get(country)
    return (found.language, *_host_sentences().also.get(country, ())) if found is not None else ()


def name_in(host: str, language: str) -> str:
    """Return what a language is called in another one, with its own name behind it: the clerk reads one, the reader the other.

    >>> name_in("sv", "prs")
    'dari (دری)'
    """
    own = LANGUAGES[language]
    named = _host_sentences().names.get(host, {}).get(language) or babel_locale(host).languages.get(
        own.locale or language
    )
    return f"{named} ({own.name})" if named and named.casefold() != own.name.casefold() else own.name


def counter_cards(host: str, speaks: str, number: str) -> list[CounterCard]:
    """Return the cards in a language of a country.

    Args:
        host: That language.
        speaks: The language for which somebody wants an interpreter.
        number: The emergency number of the country; "" leaves the card out that names it.
    """
    return [
        CounterCard(
            _host_sentences().sentences[name][host].format(language=name_in(host, speaks), number=number),
            str(words) % {"language": LANGUAGES[speaks].name, "number": number},
        )
        for name, words in SENTENCES.items()
        if number or name != "emergency"
    ]
