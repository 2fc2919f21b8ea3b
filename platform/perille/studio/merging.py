"""Three-way merging of the text of one block: what two people changed in different lines comes together, the rest is for a person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

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
    words = _Words(base.text)
    found = [
        (_alike(words, _Words(block.text)), -abs(at - place), at)
        for at, block in enumerate(lesson.blocks)
        if block.kind is base.kind
    ]
    best = max(found, default=(0.0, 0, -1))
    return lesson.blocks[best[2]] if best[0] >= ALIKE else None


class _Words:
    """The words of a text, in the forms in which they are compared."""

    def __init__(self, text: str) -> None:
        self.all = text.split()
        self.known = frozenset(self.all)
        self.pairs = frozenset(pairwise(self.all))


def _alike(mine: _Words, theirs: _Words) -> float:
    """Return how alike two texts are, 0 to 1; 0 for some that are not `ALIKE`.

    Short ones by their longest common runs of words, which takes the square of the words; long ones by the pairs of neighbouring words
    that are in both.

    >>> _alike(_Words("one two three four"), _Words("one two three five"))
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
    changes = list(_changes([each.digest for each in old], [each.digest for each in new]))
    found = {a + n: b + n for a, a_end, b, b_end, equal in changes if equal for n in range(a_end - a)}
    _take_moved(old, new, found)
    _take_alike(old, new, found)
    _take_rewritten(old, new, changes, found)
    return dict(sorted(found.items()))


#: A run of blocks: from and to before, from and to after, whether they are equal.
_Run = tuple[int, int, int, int, bool]


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """Yield the runs of two lists of hashes."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    yield 0, head, 0, head, True
    # Hashes that stand very often in a long lesson are left to the search for what was moved (autojunk).
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        yield a + head, a_end + head, b + head, b_end + head, tag == "equal"
    yield len(old) - tail, len(old), len(new) - tail, len(new), True


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
    words_before, words_after = {at: _Words(old[at].text) for at in left}, {to: _Words(new[to].text) for to in free}
    for at in left:
        for to in free[bisect_left(free, at - window) : bisect_right(free, at + window)]:
            if old[at].kind is new[to].kind:
                yield _alike(words_before[at], words_after[to]), -abs(at - to), at, to


def _take_rewritten(
    old: Sequence[LessonBlock], new: Sequence[LessonBlock], changes: Sequence[_Run], found: dict[int, int]
) -> None:
    """Add the blocks that stand in as long a run between the same neighbours, and are of the same kind."""
    taken = set(found.values())
    anew = (
        (a + n, b + n)
        for a, a_end, b, b_end, equal in changes
        if not equal and a_end - a == b_end - b
        for n in range(a_end - a)
    )
    found |= {at: to for at, to in anew if at not in found and to not in taken and old[at].kind is new[to].kind}
