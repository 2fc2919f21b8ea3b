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
#: Topics that are no row of the help box: who helps when there is no money, no food or no bed (often an office without a number), who
#: makes papers anew that are lost, and who looks into pay that does not come.
NEED, PAPERS, PAY = "need", "papers", "pay"
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
            "controls me, raped, raped me, slaps me, pushes me, strangles me, follows me"
        ),
        PAPERS: lazy_gettext(
            "lost passport, passport stolen, stole passport, lost residence card, lost permit, lost papers, lost documents"
        ),
        PAY: lazy_gettext(
            "did not get my salary, no salary, salary not paid, wages not paid, unpaid wages, did not get paid, did not "
            "pay me, does not pay me, overtime not paid"
        ),
        "trafficking": lazy_gettext(
            "human trafficking, slavery, forced to work, no pay, not paid, passport taken, took my passport, "
            "keeps my passport, has my passport, keeps my papers, debt, locked in, cannot leave, exploited, boss, employer, forced"
            " to sell sex, prostitution, begging, does not pay me, do not pay me, took my papers"
        ),
        "child": lazy_gettext(
            "child, teenager, young, somebody hits a child, bullying, ran away, child is alone, missing child, "
            "child is lost, child did not come home, son disappeared, daughter disappeared, "
            "child marriage, circumcision, female genital mutilation, abuse of a child"
        ),
        "crisis": lazy_gettext(
            "suicide, kill myself, want to die, do not want to live, self-harm, depressed, depression, sad, "
            "afraid, anxiety, stress, panic, cannot sleep, nightmares, lonely, grief, trauma, mental health, "
            "psychologist, somebody to talk to, alone, feel alone, nobody to talk to, "
            "tired of life, cannot go on, crying"
        ),
        "health": lazy_gettext(
            "ill, sick, fever, pain, cough, nurse, doctor, medicine, pregnant, baby is ill, toothache, injury, "
            "vomiting, health centre, hospital, child is sick, child is ill, tooth hurts"
        ),
        NEED: lazy_gettext(
            "no money, no money for food, no food, hungry, nothing to eat, no money left, nowhere to sleep, no place to "
            "sleep, homeless, cannot pay the rent, evicted, thrown out of my flat, landlord throws me out"
        ),
    }
)
#: Words that stand in every second sentence.
_TELL_NOTHING = lazy_gettext(
    "I, me, my, you, your, he, she, his, her, it, we, our, they, their, the, a, an, this, that, am, is, are, was, were, "
    "be, have, has, had, do, does, did, not, no, so, very, to, of, in, on, at, for, with, from, and, or, but, get, got, "
    "can, cannot, will, want, what, how, there"
)
#: Letters of the shortest word that has other forms, of the shortest stem, and of the longest ending.
_SHORTEST_INFLECTED, _SHORTEST_STEM, _LONGEST_ENDING = 5, 4, 6
#: Endings that hide a word of ours, as `terms` folds them. Languages with shorter ones need none here.
_ENDINGS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "en": re.compile("ren"),
        "et": re.compile("[aeiu]?[td]e(?:le|lt|l|sse|st|s|ga|ni|na|ta|ks)?"),
        "fi": re.compile("[ei]?(?:tta|ssa|sta|lla|lta|lle|nna|ksi|nsa|mme|nne|den|aan|ni|si)|vat"),
        "is": re.compile("inni|anna|unum|inum"),
        "prs": re.compile("های?|هایم|هایش"),
        "sk": re.compile("ovi|tom"),
        "so": re.compile("[a-z]+"),
        "sv": re.compile("[aeo]rnas?|ens|er|itet"),
        "uk": re.compile("[еоє]ві"),
    }
)
_NO_ENDING = re.compile("(?!)")


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


def telling_terms(wanted: Sequence[str], language: str) -> list[str]:
    """Return the words of a search that tell what is looked for: neither "my" nor "is not"; all where it has no other.

    *wanted*: from `search_terms`.
    """
    empty = {term for code in (language, *_ALSO_TYPED.get(language, ()), SOURCE_LANGUAGE) for term in _empty(code)}
    return [term for term in wanted if term not in empty and (len(term) > 1 or term.isdigit())] or list(wanted)


def sayings_in(wanted: Sequence[str], country: str, language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (row or topic, words) for what people type that stands whole in a search, in any order: "hits me", "want to die".

    *wanted*: from `search_terms`. One word alone is none: "husband" may be about much else.
    """
    typed = frozenset(key for term in wanted for key in _typed_keys(term))
    for row in _ASKED:
        for code in languages_of_search(country, language):
            yield from ((row, words) for words, keys in _sayings(row, code) if keys <= typed)


def is_form_of(term: str, word: str) -> bool:
    """Tell whether a typed word is a word of ours, or a form of it; a short one is compared whole.

    >>> is_form_of("passini", "passi"), is_form_of("pole", "poleb")
    (True, False)
    """
    return _key(word) in _typed_keys(term)


def without_ending(term: str, language: str) -> str:
    """Return the word of ours that a typed one is with an ending longer than `stem` takes off: "kuume" of "kuumetta"; else what was typed.

    Helplines are found by our words alone, so that no other word is mistaken for one of them. What is no ending makes another word:
    "lapsilisä" (child benefit) is no form of "lapsi" (child), nor "страховка" (insurance) of "страх" (fear).
    """
    known, ending = _single_words(language), _ENDINGS.get(language, _NO_ENDING)
    cuts = range(len(term) - 1, max(_SHORTEST_INFLECTED, len(term) - _SHORTEST_STEM) - 1, -1)
    shorter = (term[:length] for length in cuts if ending.fullmatch(term, length))
    return next((word for word in shorter if word in known and not word.startswith(stem(term))), term)


@cache
def _single_words(code: str) -> frozenset[str]:
    """Return what people type in one language that is one word alone."""
    found = (terms(entry) for row in _ASKED for entry in _entries(row, code))
    return frozenset(words[0] for words in found if len(words) == 1)


@cache
def _sayings(row: str, code: str) -> list[tuple[list[str], frozenset[str]]]:
    """Return the groups of words among what people type, and the key of each word."""
    found = [terms(entry) for entry in _entries(row, code)]
    return [(words, frozenset(map(_key, words))) for words in found if len(words) > 1]


def _key(term: str) -> str:
    """Return what a word of a saying is compared by: a short one whole, a long one by its stem."""
    return f"={term}" if len(term) < _SHORTEST_INFLECTED else stem(term)


def _typed_keys(term: str) -> Iterator[str]:
    """Yield the keys of all words of which a typed one may be a form: "passini" of "passi"."""
    yield f"={term}"
    if len(term) >= _SHORTEST_INFLECTED:
        yield from (term[:length] for length in range(max(_SHORTEST_STEM, len(term) - _LONGEST_ENDING), len(term) + 1))


@cache
def _empty(code: str) -> frozenset[str]:
    """Return the words of a language that tell nothing, as `terms` folds them."""
    with in_language(code):
        return frozenset(terms(str(_TELL_NOTHING)))


@cache
def _entries(row: str, code: str) -> tuple[str, ...]:
    """Return what people type in one language who need a row; the words of a language never change while the program runs."""
    if row not in _ASKED:
        return ()
    with in_language(code):
        return tuple(_COMMA.split(str(_ASKED[row])))
