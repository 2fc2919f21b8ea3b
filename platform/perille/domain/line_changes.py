"""Which runs of two lists are equal, in time that grows with their length and not with its square.

`difflib.SequenceMatcher` takes the square of the lines where many are equal or every other one is changed, and a save compares while it
holds the lock of the database. It is asked about short runs alone; longer ones are parted at what stands once in both (patience diff).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Pairs of lines up to which two runs are compared line by line.
_PAIRS = 10_000


class LineRun(NamedTuple):
    """A run of lines: from and to before, from and to after, whether they are equal."""

    start: int
    end: int
    new_start: int
    new_end: int
    is_equal: bool


class _Match(NamedTuple):
    """Lines that are equal: where they begin before and after, and how many."""

    start: int
    new_start: int
    size: int


def line_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[LineRun]:
    """Yield what stayed and what changed, in order.

    >>> [tuple(run) for run in line_runs(["a", "b", "c"], ["a", "x", "c"])]
    [(0, 1, 0, 1, True), (1, 2, 1, 2, False), (2, 3, 2, 3, True)]
    """
    at, new_at = 0, 0
    for start, new_start, size in (*_matches(old, new), _Match(len(old), len(new), 0)):
        if start > at or new_start > new_at:
            yield LineRun(at, start, new_at, new_start, is_equal=False)
        at, new_at = start + size, new_start + size
        if size:
            yield LineRun(start, at, new_start, new_at, is_equal=True)


def _matches(old: Sequence[str], new: Sequence[str]) -> Iterator[_Match]:
    """Yield what is equal; of long lists, between lines that stand once in both."""
    if len(old) * len(new) <= _PAIRS:
        yield from _in_gap(old, new, LineRun(0, len(old), 0, len(new), is_equal=False))
        return
    at, new_at = 0, 0
    for start, new_start in (*_anchors(old, new), (len(old), len(new))):
        yield from _in_gap(old, new, LineRun(at, start, new_at, new_start, is_equal=False))
        if start < len(old):
            yield _Match(start, new_start, 1)
        at, new_at = start + 1, new_start + 1


def _in_gap(old: Sequence[str], new: Sequence[str], gap: LineRun) -> Iterator[_Match]:
    """Yield what is equal in two runs: at their beginning, at their end, and between these where that is short."""
    start, end, new_start, new_end, _is_equal = gap
    least = min(end - start, new_end - new_start)
    head = next((n for n in range(least) if old[start + n] != new[new_start + n]), least)
    tail = next((n for n in range(least - head) if old[end - 1 - n] != new[new_end - 1 - n]), least - head)
    yield _Match(start, new_start, head)
    before, after = old[start + head : end - tail], new[new_start + head : new_end - tail]
    if 0 < len(before) * len(after) <= _PAIRS:
        for a, b, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
            yield _Match(start + head + a, new_start + head + b, size)
    yield _Match(end - tail, new_end - tail, tail)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return where lines stand that are once in both lists: the longest row of them that is in the same order in both."""
    once, once_new = (_once(each) for each in (old, new))
    pairs = [(at, once_new[line]) for line, at in once.items() if line in once_new]
    # Patience sorting: the last pair of each row by its length, and the pair before each.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_at, to) in enumerate(pairs):
        length = bisect_left(ends, to)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [to]
        last[length : length + 1] = [number]
    row, number = [], last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _once(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines) if counts[line] == 1}
