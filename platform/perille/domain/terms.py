"""Terms and how they are said in another language: found in a text, and looked for in its translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

#: What stands before a term in a word list and is none of it.
_BEFORE = re.compile(r"(?:an?|the|to|your|our|my)\s+", re.IGNORECASE)
#: The share of a word's letters that must stand in a translation: endings change with the sentence.
_STEM, _LEAST = 0.6, 3


@dataclass(frozen=True, slots=True)
class Term:
    """A term and every way in which it is said."""

    source: str
    words: tuple[str, ...]


class TermList:
    """Terms of one language by how they are said in another. *fold* takes away what letters differ in without another meaning.

    >>> terms = TermList([("your municipality of residence", "kotikuntasi"), ("permit", "lupa"), ("permit", "oleskelulupa")], str.casefold)
    >>> terms.find("Your municipality of residence has one permit.")
    [Term(source='municipality of residence', words=('kotikuntasi',)), Term(source='permit', words=('lupa', 'oleskelulupa'))]
    >>> terms.find("Permitted")
    []
    >>> [terms.is_kept(each, "Kotikunnassasi on papereita.") for each in terms.find("municipality of residence, permit")]
    [True, False]
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], fold: Callable[[str], str]) -> None:
        self._fold = fold
        found: dict[str, dict[str, None]] = {}
        names: dict[str, str] = {}
        for source, words in pairs:
            term = _BEFORE.sub("", source.strip(), count=1) if _BEFORE.match(source.strip()) else source.strip()
            if len(term) > _LEAST and words.strip():
                names.setdefault(term.casefold(), term)
                found.setdefault(term.casefold(), {})[words.strip()] = None
        self._terms = {key: Term(names[key], tuple(words)) for key, words in found.items()}

    def find(self, text: str) -> list[Term]:
        """Return the terms that stand in a text as whole words, in their order there."""
        folded = text.casefold()
        places = ((_place(key, folded), term) for key, term in self._terms.items() if key in folded)
        return [term for at, term in sorted(((at, term) for at, term in places if at >= 0), key=lambda each: each[0])]

    def is_kept(self, term: Term, translation: str) -> bool:
        """Tell whether a translation says a term in one of its ways, whatever the endings."""
        folded = self._fold(translation)
        return any(all(self._stem(word) in folded for word in words.split()) for words in term.words)

    def _stem(self, word: str) -> str:
        folded = self._fold(word)
        return folded[: max(_LEAST, round(len(folded) * _STEM))]


def _place(key: str, text: str) -> int:
    found = re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text)
    return found.start() if found else -1
