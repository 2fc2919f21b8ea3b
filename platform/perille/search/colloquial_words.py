"""What people type who look for help: words for what has happened to them, which the name of a helpline does not say.

No page shows them. They are words of the interface, so that each language has its own and a translator may choose others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from perille.core.host_languages import host_language
from perille.core.i18n import LANGUAGES, SOURCE_LANGUAGE, in_language, lazy_gettext
from perille.search.terms import stem, terms

_COMMA = re.compile(r"[,،]\s*")
#: Readers of Ukrainian are shown no Russian, and many of them speak it at home.
_ALSO_TYPED = {"uk": ("ru",)}
#: Topic of those who help when there is no money, no food or no bed: no row of the help box, and often an office without a number.
NEED = "need"
#: Row of the help box, or topic -> what people type who need it.
_ASKED: Mapping[str, object] = MappingProxyType(
    {
        "emergency": lazy_gettext(
            "accident, fire, bleeding, unconscious, cannot breathe, choking, poisoned, heart attack, stroke, "
            "ambulance, police, attacked, knife, gun, danger, help, urgent, drowning, house is burning, on fire, "
            "burning, smoke"
        ),
        "violence": lazy_gettext(
            "violence, abuse, hits me, hit me, beats me, husband, wife, partner, boyfriend, family, threatens me,"
            " afraid at home, scared, rape, sexual violence, harassment, forced marriage, stalking, shelter, "
            "controls me, raped, raped me, slaps me, pushes me, strangles me"
        ),
        "trafficking": lazy_gettext(
            "human trafficking, slavery, forced to work, no pay, not paid, passport taken, took my passport, "
            "keeps my passport, keeps my papers, debt, locked in, cannot leave, exploited, boss, employer, forced"
            " to sell sex, prostitution, begging, does not pay me, do not pay me, took my papers"
        ),
        "child": lazy_gettext(
            "child, teenager, young, somebody hits a child, bullying, ran away, alone, missing child, child "
            "marriage, circumcision, female genital mutilation, abuse of a child"
        ),
        "crisis": lazy_gettext(
            "suicide, kill myself, want to die, do not want to live, self-harm, depressed, depression, sad, "
            "afraid, anxiety, stress, panic, cannot sleep, nightmares, lonely, grief, trauma, mental health, "
            "psychologist, somebody to talk to"
        ),
        "health": lazy_gettext(
            "ill, sick, fever, pain, cough, nurse, doctor, medicine, pregnant, baby is ill, toothache, injury, "
            "vomiting, health centre, hospital, child is sick, child is ill, tooth hurts"
        ),
        NEED: lazy_gettext(
            "no money for food, no food, hungry, nothing to eat, no money left, nowhere to sleep, no place to "
            "sleep, homeless, cannot pay the rent, evicted, thrown out of my flat, landlord throws me out"
        ),
    }
)


def languages_of_search(country: str, language: str) -> tuple[str, ...]:
    """Return in which languages a contact of a country is looked for: the reader's, what they also type, English, that of the doors.

    >>> languages_of_search("FI", "uk")
    ('uk', 'ru', 'en', 'fi')
    """
    known = (
        code
        for code in (language, *_ALSO_TYPED.get(language, ()), SOURCE_LANGUAGE, host_language(country))
        if code in LANGUAGES
    )
    return tuple(dict.fromkeys(known))


def asked_words(row: str, country: str, language: str) -> list[str]:
    """Return what people type who look for a row of the help box in a country, in `languages_of_search`: words and groups of words."""
    return [entry for code in languages_of_search(country, language) for entry in _entries(row, code)]


def sayings_in(wanted: Sequence[str], country: str, language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (row or topic, words) for what people type that stands whole in a search, in any order: "hits me", "want to die".

    *wanted*: from `search_terms`. One word alone is none: "husband" may be about much else.
    """
    typed = frozenset(map(stem, wanted))
    for row in _ASKED:
        for code in languages_of_search(country, language):
            yield from ((row, words) for words, stems in _sayings(row, code) if stems <= typed)


@cache
def _sayings(row: str, code: str) -> list[tuple[list[str], frozenset[str]]]:
    """Return the groups of words among what people type, and the stems of each."""
    found = [terms(entry) for entry in _entries(row, code)]
    return [(words, frozenset(map(stem, words))) for words in found if len(words) > 1]


@cache
def _entries(row: str, code: str) -> tuple[str, ...]:
    """Return what people type in one language who need a row; the words of a language never change while the program runs."""
    if row not in _ASKED:
        return ()
    with in_language(code):
        return tuple(_COMMA.split(str(_ASKED[row])))
