"""Three-way merging of the text of one block: what two people changed in different lines comes together, the rest is for a person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from perille.domain.line_changes import LineRun, line_runs
from perille.studio.lesson_source import LessonBlock, LessonSource

#: How alike a block must be to what it was (0 to 1) to be taken for the same one.
ALIKE = 0.5
#: Pairs of changed blocks that are all compared; of more, only blocks that stand near each other.
_PAIRS, _NEAR = 2_500, 10
#: Words of a text up to which it is compared word for word.
_SHORT = 40


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
    edits = sorted({*_edits(lines, mine.split("\n")), *_edits(lines, theirs.split("\n"))})
    out: list[str] = []
    at = -1
    for start, end, new in edits:
        # Where one edit ends at the line at which another begins, nobody can say in which order the two were meant.
        if start <= at:
            return None
        out += [*lines[max(at, 0) : start], *new]
        at = end
    return "\n".join((*out, *lines[max(at, 0) :]))


def _edits(base: Sequence[str], changed: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for run in line_runs(base, changed):
        if not run.is_equal:
            yield run.start, run.end, tuple(changed[run.new_start : run.new_end])


def find_block(lesson: LessonSource, digest: str, place: int) -> LessonBlock | None:
    """Return the block with that text that is nearest to a place; None where none has it any more."""
    same = [(abs(at - place), at) for at, block in enumerate(lesson.blocks) if block.digest == digest]
    return lesson.blocks[min(same)[1]] if same else None


def likest_block(lesson: LessonSource, base: LessonBlock, place: int) -> LessonBlock | None:
    """Return the block that became of *base*: of its kind, alike, nearest to its place; None where it is gone."""
    words = _ComparedText(base.text)
    found = [
        (_alike(words, _ComparedText(block.text)), -abs(at - place), at)
        for at, block in enumerate(lesson.blocks)
        if block.kind is base.kind
    ]
    best = max(found, default=(0.0, 0, -1))
    return lesson.blocks[best[2]] if best[0] >= ALIKE else None


class _ComparedText:
    """The words of a text, in the forms in which they are compared."""

    def __init__(self, text: str) -> None:
        self.all = text.split()
        self.known = frozenset(self.all)
        self.pairs = frozenset(pairwise(self.all))


def _alike(mine: _ComparedText, theirs: _ComparedText) -> float:
    """Return how alike two texts are, 0 to 1; 0 for some that are not `ALIKE`.

    Short ones by their longest common runs of words, which takes the square of the words; long ones by the pairs of neighbouring words
    that are in both.

    >>> _alike(_ComparedText("one two three four"), _ComparedText("one two three five"))
    0.75
    """
    total = len(mine.all) + len(theirs.all)
    if 2 * min(len(mine.all), len(theirs.all)) < ALIKE * total:
        return 0.0
    if max(len(mine.all), len(theirs.all)) > _SHORT:
        return 2 * len(mine.pairs & theirs.pairs) / (len(mine.pairs) + len(theirs.pairs))
    if 2 * sum(word in theirs.known for word in mine.all) < ALIKE * total:
        return 0.0
    return SequenceMatcher(None, mine.all, theirs.all, autojunk=False).ratio()


def follow_blocks(before: LessonSource, after: LessonSource) -> dict[int, int]:
    """Return where blocks of a lesson stand after a change: number before -> number after; a block that is gone is left out.

    Blocks with the same text are matched in their order, then those that were moved, then those that were changed and are alike, last
    those that were written anew from end to end between neighbours that stayed. A save waits for this while it holds the lock of the
    database: it takes about as long as reading both lessons, whatever stands in them.

    >>> before = LessonSource("# L\\n\\n::: note\\nA.\\n:::\\n\\n::: talk\\nB?\\n:::\\n")
    >>> follow_blocks(before, LessonSource("# L\\n\\n::: talk\\nB?\\n:::\\n"))
    {1: 0}
    """
    old, new = before.blocks, after.blocks
    changes = list(line_runs([each.digest for each in old], [each.digest for each in new]))
    found = {run.start + n: run.new_start + n for run in changes if run.is_equal for n in range(run.end - run.start)}
    _take_moved(old, new, found)
    _take_alike(old, new, found)
    _take_rewritten(old, new, changes, found)
    return dict(sorted(found.items()))


def _take_moved(old: Sequence[LessonBlock], new: Sequence[LessonBlock], found: dict[int, int]) -> None:
    """Add the blocks that stand elsewhere with the same text, in their order."""
    taken = set(found.values())
    free: dict[str, deque[int]] = {}
    for to, block in enumerate(new):
        if to not in taken:
            free.setdefault(block.digest, deque()).append(to)
    for at, block in enumerate(old):
        if at not in found and free.get(block.digest):
            found[at] = free[block.digest].popleft()


def _take_alike(old: Sequence[LessonBlock], new: Sequence[LessonBlock], found: dict[int, int]) -> None:
    """Add the blocks that are alike, the likest and nearest first."""
    taken = set(found.values())
    left = [at for at in range(len(old)) if at not in found]
    free = [to for to in range(len(new)) if to not in taken]
    for ratio, _nearness, at, to in sorted(_likenesses(old, new, left, free), reverse=True):
        if ratio >= ALIKE and at not in found and to not in taken:
            found[at] = to
            taken.add(to)


def _likenesses(
    old: Sequence[LessonBlock], new: Sequence[LessonBlock], left: Sequence[int], free: Sequence[int]
) -> Iterator[tuple[float, int, int, int]]:
    """Yield how alike two blocks are, how near, and their numbers: of all that are left, of very many those that stand near each other."""
    window = len(old) + len(new) if len(left) * len(free) <= _PAIRS else _NEAR
    words_before, words_after = (
        {at: _ComparedText(old[at].text) for at in left},
        {to: _ComparedText(new[to].text) for to in free},
    )
    for at in left:
        for to in free[bisect_left(free, at - window) : bisect_right(free, at + window)]:
            if old[at].kind is new[to].kind:
                yield _alike(words_before[at], words_after[to]), -abs(at - to), at, to


def _take_rewritten(
    old: Sequence[LessonBlock], new: Sequence[LessonBlock], changes: Sequence[LineRun], found: dict[int, int]
) -> None:
    """Add the blocks that stand in as long a run between the same neighbours, and are of the same kind."""
    taken = set(found.values())
    anew = (
        (run.start + n, run.new_start + n)
        for run in changes
        if not run.is_equal and run.end - run.start == run.new_end - run.new_start
        for n in range(run.end - run.start)
    )
    found |= {at: to for at, to in anew if at not in found and to not in taken and old[at].kind is new[to].kind}
