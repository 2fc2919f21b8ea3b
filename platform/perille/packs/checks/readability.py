"""How easily a lesson is read: the words of its sentences, which can be counted in every language.

No Flesch score and none of its kind: they count syllables, their weights were fitted to English, and nobody has fitted them to Dari or
Somali. A sentence is long by what its own language has: Finnish says in 11 words what English says in 14.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from perille.domain.course import PackKind
from perille.packs.checks.sentences import EASY_WORDS, MOST_WORDS, counted_sentences
from perille.packs.format.lesson_model import Block, BlockForm, Lesson


class Ease(StrEnum):
    """How hard the sentences of a lesson are."""

    EASY = "easy"
    LONG = "long"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class SentenceBars:
    """What sentences may have before they are told to be long, and too long."""

    #: Words of a long sentence: one more than these.
    long: int
    #: Words of a sentence on the average, and the share of long ones.
    mean: float
    share: float
    #: The same, beyond which the lesson is too hard, and the words of a single sentence beyond which it is.
    most_mean: float
    most_share: float
    most: int


@dataclass(frozen=True, slots=True)
class Readability:
    """The sentences of a lesson, counted."""

    #: How many there are, and how many of them are long.
    sentences: int
    long: int
    mean: float
    #: Words of the longest sentence, that sentence, and the line of the file on which its block begins.
    longest: int
    sentence: str
    line: int
    bars: SentenceBars

    @property
    def ease(self) -> Ease:
        """How hard they are. One long sentence is always allowed, and a second is not yet too many."""
        bars = self.bars
        if (
            self.mean > bars.most_mean
            or self.long > max(2, bars.most_share * self.sentences)
            or self.longest > bars.most
        ):
            return Ease.TOO_LONG
        if self.mean > bars.mean or self.long > max(1, bars.share * self.sentences):
            return Ease.LONG
        return Ease.EASY


#: The bars in English. Newcomers: on the average 9 words, at most 3 in 100 above 14, none above 24 (tests/courses/test_content.py).
#: Professionals: 95 in 100 have no more than 14, none above 20.
_ENGLISH = 14
_BARS = {
    PackKind.COURSE: SentenceBars(_ENGLISH, 9, 0.03, 12, 0.1, 24),
    PackKind.MODULE: SentenceBars(_ENGLISH, 12, 0.05, 15, 0.15, 20),
}


def sentence_bars(kind: PackKind, language: str, *, is_easy: bool = False) -> SentenceBars:
    """Return the bars for a lesson: those of English by how long sentences of the language are; English ones for an unknown one.

    *is_easy*: of the easy version of a lesson.

    >>> sentence_bars(PackKind.COURSE, "fi").long, sentence_bars(PackKind.COURSE, "prs").long
    (11, 15)
    """
    bars = _BARS.get(kind, _BARS[PackKind.COURSE])
    long = MOST_WORDS[PackKind.COURSE].get(language, _ENGLISH)
    part = long / _ENGLISH
    return SentenceBars(
        long=min(long, EASY_WORDS) if is_easy else long,
        mean=bars.mean * part,
        share=bars.share,
        most_mean=bars.most_mean * part,
        most_share=bars.most_share,
        most=round(bars.most * part),
    )


def read_as_sentences(lesson: Lesson) -> Iterator[Block]:
    """Yield the blocks that are read as sentences: no title or heading, no description of a picture, no list of words."""
    left_out = {lesson.title, *(screen.heading for screen in lesson.screens)}
    left_out |= {piece.alt for screen in lesson.screens for piece in screen.pieces}
    for number, block in enumerate(lesson.blocks):
        if number not in left_out and block.form is BlockForm.PLAIN:
            yield block


def readability(blocks: Iterable[Block], bars: SentenceBars) -> Readability | None:
    """Count the sentences of blocks; None where there is none.

    >>> found = readability([Block("Ask the nurse. She knows where.", 3)], sentence_bars(PackKind.COURSE, "en"))
    >>> found.mean, found.sentence, found.line
    (3.0, 'Ask the nurse.', 3)
    """
    found = [(count, block.line, text) for block in blocks for count, text in counted_sentences(block.msgid)]
    if not found:
        return None
    counts = [count for count, _line, _text in found]
    longest, line, sentence = max(found, key=lambda each: each[0])
    long = sum(count > bars.long for count in counts)
    return Readability(len(counts), long, sum(counts) / len(counts), longest, sentence, line, bars)
