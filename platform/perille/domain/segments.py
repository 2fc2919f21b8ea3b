"""Translations that were made before, found by the words that they translate: the same ones, and similar ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count

#: A fact is one word, whatever it names; signs are none.
_WORD = re.compile(r"\{[^{}]*\}|\w+")
#: Below this share of words in common, in their order, somebody is faster without what was found.
_ALIKE = 0.7
#: Words of a text by which similar ones are looked for, the rarest first, and segments of a word beyond which it finds too many.
_RAREST, _TOO_MANY = 6, 3_000
#: Similar segments that are compared word by word.
_COMPARED = 24
#: Shorter texts are found by the same words alone: one of two words in common says nothing.
_LEAST_WORDS = 3
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words and their translation, as a course has them."""

    source: str
    words: str
    #: The title of the course.
    origin: str
    is_reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A segment that may help with a text; *share*: how much of both is the same, 1 for the same words."""

    segment: Segment
    share: float

    @property
    def is_exact(self) -> bool:
        """Whether it translates the same words."""
        return self.share == 1.0


class TranslationMemory:
    """Segments by what they translate.

    >>> memory = TranslationMemory([Segment("Ask the nurse at school.", "Kysy kouluterveydenhoitajalta.", "School")])
    >>> [(found.segment.words, found.is_exact) for found in memory.find("Ask the nurse at  school.")]
    [('Kysy kouluterveydenhoitajalta.', True)]
    >>> [round(found.share, 2) for found in memory.find("Ask the nurse at your school.")]
    [0.91]
    >>> memory.find("Buy a ticket."), memory.find("")
    ([], [])
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        #: Names this memory among all of the process.
        self.number = next(_NUMBERS)
        self._segments: list[Segment] = []
        self._exact: dict[str, list[int]] = {}
        self._by_word: dict[str, list[int]] = {}
        seen: set[tuple[str, str]] = set()
        # What somebody has reviewed comes first wherever both are as good.
        for segment in sorted(segments, key=lambda each: not each.is_reviewed):
            key = (_squeezed(segment.source), segment.words)
            if key not in seen:
                seen.add(key)
                self._add(segment, key[0])

    def _add(self, segment: Segment, squeezed: str) -> None:
        number = len(self._segments)
        self._segments.append(segment)
        self._exact.setdefault(squeezed, []).append(number)
        for word in set(_words(squeezed)):
            self._by_word.setdefault(word, []).append(number)

    @property
    def segments(self) -> Iterator[Segment]:
        """Every segment, what is reviewed first."""
        return iter(self._segments)

    def __len__(self) -> int:
        return len(self._segments)

    def find(self, source: str, most: int = 2) -> list[Match]:
        """Return what helps with a text, best first: translations of the same words, else of similar ones; *most* at most."""
        same = self._exact.get(_squeezed(source), ())
        if same:
            return [Match(self._segments[number], 1.0) for number in same[:most]]
        words = _words(source)
        if len(words) < _LEAST_WORDS:
            return []
        found = (self._compared(words, number) for number in self._candidates(words))
        alike = [each for each in found if each.share >= _ALIKE]
        return sorted(alike, key=lambda each: (-each.share, not each.segment.is_reviewed))[:most]

    def _candidates(self, words: Sequence[str]) -> list[int]:
        """Return the segments that have most of the rarest words."""
        lists = sorted((self._by_word.get(word, ()) for word in set(words)), key=len)
        known = [each for each in lists if 0 < len(each) <= _TOO_MANY][:_RAREST]
        hits = Counter(number for each in known for number in each)
        return [number for number, _count in hits.most_common(_COMPARED)]

    def _compared(self, words: Sequence[str], number: int) -> Match:
        segment = self._segments[number]
        share = SequenceMatcher(None, words, _words(segment.source), autojunk=False).ratio()
        # Words in another case, or other signs between them: nobody takes that for the same.
        return Match(segment, min(share, 0.99))


def repeated(translated: Mapping[str, str], source: str, title: str) -> Match | None:
    """Return what a course itself has for the same words elsewhere, None for nothing.

    >>> found = repeated({"Ask us.": "Kysy meiltä."}, "Ask  us.", "School")
    >>> found.segment.words if found else None
    'Kysy meiltä.'
    """
    words = translated.get(_squeezed(source))
    return Match(Segment(source, words, title), 1.0) if words else None


def squeezed_sources(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return source -> words for `repeated`, of those that have words; of two the first.

    >>> squeezed_sources([("Ask  us.", "Kysy meiltä."), ("Ask us.", "Kysykää."), ("Go.", "")])
    {'Ask us.': 'Kysy meiltä.'}
    """
    found: dict[str, str] = {}
    for source, words in pairs:
        if words:
            found.setdefault(_squeezed(source), words)
    return found


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
