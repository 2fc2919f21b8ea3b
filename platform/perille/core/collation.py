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
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "prs": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "is": "aábcdðeéfghiíjklmnoópqrstuúvwxyýzþæöå",
}
#: Language -> letters that count as another one, as if they were that one with a mark: Lithuanian has Y among the words with I.
_COUNT_AS = {"lt": str.maketrans("y", "i")}


def alphabetical(things: Iterable[T], language: str, words: Callable[[T], str]) -> list[T]:
    """Return *things* by their *words*, in the order of the alphabet of *language* (BCP 47).

    >>> alphabetical(["Åland", "Viro", "Islanti"], "fi", str)
    ['Islanti', 'Viro', 'Åland']
    """
    alphabet, counted = _ALPHABETS.get(language, _LATIN), _COUNT_AS.get(language, {})
    return sorted(things, key=lambda each: (_key(words(each), alphabet, counted), words(each)))


def _key(text: str, alphabet: str, counted: dict[int, int]) -> list[tuple[int, int]]:
    composed = unicodedata.normalize("NFC", text.casefold()).translate(counted)
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
