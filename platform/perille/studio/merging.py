"""Three-way merging of the text of one block: what two people changed in different lines comes together, the rest is for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from perille.studio.lesson_source import LessonBlock, LessonSource

#: How alike a block must be to what it was (0 to 1) to be taken for the same one.
ALIKE = 0.5


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Return both changes of *base* in one text; None where they touch the same lines.

    >>> merge("a\\nb\\nc", "a!\\nb\\nc", "a\\nb\\nc?")
    'a!\\nb\\nc?'
    >>> merge("a", "b", "c") is None
    True
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    lines = base.split("\n")
    ours, others = list(_edits(lines, mine.split("\n"))), list(_edits(lines, theirs.split("\n")))
    edits = sorted({(start, end, tuple(new)) for start, end, new in (*ours, *others)})
    out: list[str] = []
    at = 0
    for start, end, new in edits:
        if start < at or (start == at and out and edits.index((start, end, new)) and _touches(edits, start, end, new)):
            return None
        out += [*lines[at:start], *new]
        at = end
    return "\n".join((*out, *lines[at:]))


def _touches(edits: Sequence[tuple[int, int, tuple[str, ...]]], start: int, end: int, new: tuple[str, ...]) -> bool:
    """Tell whether the edit before this one ends where it begins: nobody can say in which order the two were meant."""
    before = edits[edits.index((start, end, new)) - 1]
    return before[1] == start


def _edits(base: Sequence[str], changed: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    matcher = SequenceMatcher(None, base, changed, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start, end, list(changed[new_start:new_end])


def find_block(lesson: LessonSource, digest: str, place: int) -> LessonBlock | None:
    """Return the block with that text that is nearest to a place; None where none has it any more."""
    same = [(abs(at - place), at) for at, block in enumerate(lesson.blocks) if block.digest == digest]
    return lesson.blocks[min(same)[1]] if same else None


def likest_block(lesson: LessonSource, base: LessonBlock, place: int) -> LessonBlock | None:
    """Return the block that became of *base*: of its kind, alike, nearest to its place; None where it is gone."""
    found = [
        (_alike(base.text, block.text), -abs(at - place), at)
        for at, block in enumerate(lesson.blocks)
        if block.kind is base.kind
    ]
    best = max(found, default=(0.0, 0, -1))
    return lesson.blocks[best[2]] if best[0] >= ALIKE else None


def _alike(first: str, second: str) -> float:
    return SequenceMatcher(None, first.split(), second.split(), autojunk=False).ratio()
