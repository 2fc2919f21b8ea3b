"""Lists in the alphabetical order of the reader's language.

Python's own order is that of code points: it puts Å before Ä after z, but Є, І and Ґ outside the Ukrainian alphabet, and Á after z.
The alphabets are those of CLDR's collation of the languages that the interface is offered in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_LATIN = "abcdefghijklmnopqrstuvwxyz"
#: Language -> its letters in their order. A letter that is not here counts as the letter under its marks.
_ALPHABETS = {
    "fi": _LATIN + "åäö",
    "sv": _LATIN + "åäö",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "lt": "abcčdefghijklmnopqrsštuvwxzž",
    # á, é, í, ý, ó, ú, ď, ľ, ĺ, ň, ŕ and ť stand among the letters under their marks; Ch has a place of its own.
    "sk": "aäbcčdefghϗijklmnoôpqrsštuvwxyzž",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "prs": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "is": "aábcdðeéfghiíjklmnoópqrstuúvwxyýzþæöå",
}
#: Language -> letters that count as another one: Lithuanian has Y among the words with I, as if it were that one with a mark;
#: Slovak has Ch after H, for which a sign stands that no word has.
_COUNT_AS = {"lt": {"y": "i"}, "sk": {"ch": "ϗ"}}


def alphabetical(things: Iterable[T], language: str, words: Callable[[T], str]) -> list[T]:
    """Return *things* by their *words*, in the order of the alphabet of *language* (BCP 47).

    >>> alphabetical(["Åland", "Viro", "Islanti"], "fi", str)
    ['Islanti', 'Viro', 'Åland']
    """
    alphabet, counted = _ALPHABETS.get(language, _LATIN), _COUNT_AS.get(language, {})
    return sorted(things, key=lambda each: (_key(words(each), alphabet, counted), words(each)))


def initial(word: str, language: str) -> str:
    """Return the letter of the alphabet of *language* (BCP 47) under which *word* stands in a list, as a capital.

    >>> initial("chata", "sk"), initial("Ďumbier", "sk"), initial("Åland", "fi")
    ('CH', 'D', 'Å')
    """
    start, alphabet = unicodedata.normalize("NFC", word.casefold()), _ALPHABETS.get(language, _LATIN)
    for letters, other in _COUNT_AS.get(language, {}).items():
        if start.startswith(letters):
            return (other if other in _LATIN else letters).upper()
    bare = unicodedata.normalize("NFD", start[:1])[:1]
    return (bare if start[:1] not in alphabet and bare in alphabet else start[:1]).upper()


def _key(text: str, alphabet: str, counted: dict[str, str]) -> list[tuple[int, int]]:
    composed = unicodedata.normalize("NFC", text.casefold())
    for letters, other in counted.items():
        composed = composed.replace(letters, other)
    return [place for char in composed for place in _places(char, alphabet)]


def _places(char: str, alphabet: str) -> list[tuple[int, int]]:
    # Spaces and signs, then the alphabet, then other scripts.
    at = alphabet.find(char)
    if at >= 0:
        return [(1, at)]
    bare = unicodedata.normalize("NFD", char)[0]
    at = alphabet.find(bare)
    if at >= 0:
        return [(1, at)]
    if unicodedata.category(char)[0] == "M":
        return []
    return [(2 if bare.isalpha() else 0, ord(bare))]
