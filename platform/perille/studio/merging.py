"""Three-way merging of the text of one block: what two people changed in different lines comes together, the rest is for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from perille.studio.lesson_source import LessonBlock, LessonSource

#: How alike a block must be to what it was (0 to 1) to be taken for the same one.
ALIKE = 0.5
#: Pairs of changed blocks that are all compared; of more, only blocks that stand near each other.
_PAIRS, _NEAR = 2_500, 10


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


def follow_blocks(before: LessonSource, after: LessonSource) -> dict[int, int]:
    """Return where blocks of a lesson stand after a change: number before -> number after; a block that is gone is left out.

    Blocks with the same text are matched in their order, then those that were moved, then those that were changed and are alike, last
    those that were written anew from end to end between neighbours that stayed.

    >>> before = LessonSource("# L\\n\\n::: note\\nA.\\n:::\\n\\n::: talk\\nB?\\n:::\\n")
    >>> follow_blocks(before, LessonSource("# L\\n\\n::: talk\\nB?\\n:::\\n"))
    {1: 0}
    """
    old, new = before.blocks, after.blocks
    matcher = SequenceMatcher(None, [each.digest for each in old], [each.digest for each in new], autojunk=False)
    found = {a + n: b + n for a, b, size in matcher.get_matching_blocks() for n in range(size)}
    left = [at for at in range(len(old)) if at not in found]
    free = set(range(len(new))) - set(found.values())
    for at in left:
        moved = next((to for to in sorted(free) if new[to].digest == old[at].digest), None)
        if moved is not None:
            found[at] = moved
            free.discard(moved)
    for at, to in _changed(old, new, [at for at in left if at not in found], free):
        if at not in found and to in free:
            found[at] = to
            free.discard(to)
    anew = (
        (a + n, b + n)
        for tag, a, a_end, b, b_end in matcher.get_opcodes()
        for n in range(a_end - a)
        if tag == "replace" and a_end - a == b_end - b
    )
    found |= {at: to for at, to in anew if at not in found and to in free and old[at].kind is new[to].kind}
    return dict(sorted(found.items()))


def _changed(
    old: Sequence[LessonBlock], new: Sequence[LessonBlock], left: Sequence[int], free: Collection[int]
) -> list[tuple[int, int]]:
    """Return the pairs of blocks that are alike, the likest and nearest first; where there are very many, near ones alone."""
    window = len(old) + len(new) if len(left) * len(free) <= _PAIRS else _NEAR
    pairs = (
        (_alike(old[at].text, new[to].text), -abs(at - to), at, to)
        for at in left
        for to in free
        if old[at].kind is new[to].kind and abs(at - to) <= window
    )
    return [(at, to) for ratio, _distance, at, to in sorted(pairs, reverse=True) if ratio >= ALIKE]
