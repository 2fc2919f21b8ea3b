"""Runs of lines: the right ones, and found with work that grows with the lines and not with their square."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType

import polib
import pytest

from perille.domain.line_changes import line_runs
from perille.packs.authoring.update import UpdateReport, update_catalogue
from perille.packs.format.loading import Message
from perille.studio.lesson_source import LessonSource
from perille.studio.merging import follow_blocks, merge


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions a piece of work calls, those in C too: the comparing of `difflib` is made of them."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def rebuilt(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the new lines from the runs, and hold that these are whole and in order."""
    out: list[str] = []
    at = new_at = 0
    for start, end, new_start, new_end, is_equal in line_runs(old, new):
        assert (start, new_start) == (at, new_at)
        assert start < end or new_start < new_end
        assert not is_equal or old[start:end] == new[new_start:new_end]
        out += old[start:end] if is_equal else new[new_start:new_end]
        at, new_at = end, new_end
    assert (at, new_at) == (len(old), len(new))
    return out


@pytest.mark.parametrize("letters", ["ab", "abcdefgh", "".join(map(chr, range(200, 500)))])
@pytest.mark.parametrize("length", [0, 1, 7, 90, 400])
def test_runs_give_the_new_lines_from_the_old_ones(letters: str, length: int) -> None:
    chance = random.Random(length)
    for _time in range(20):
        old = chance.choices(letters, k=length)
        new = [chance.choice(letters) if chance.random() < 0.2 else each for each in old if chance.random() > 0.1]
        assert rebuilt(old, new) == list(new)
    assert rebuilt(list(letters), list(letters)[::-1]) == list(letters)[::-1]


@pytest.mark.parametrize("length", [3, 20, 400])
def test_merged_lines_are_those_that_both_kept_and_those_that_either_wrote(length: int) -> None:
    chance = random.Random(length)
    base = [f"line {number}" for number in range(length)]

    def edited(who: str) -> list[str]:
        kept = [line for line in base if chance.random() > 2 / length]
        added = [(chance.randrange(length), f"{who} {number}") for number in range(2)]
        return [line for at, each in enumerate(kept) for line in (each, *(new for to, new in added if to == at))]

    merged_at_all = 0
    for _time in range(200):
        mine, theirs = edited("mine"), edited("theirs")
        merged = merge(*("\n".join(each) for each in (base, mine, theirs)))
        assert merged == merge(*("\n".join(each) for each in (base, theirs, mine)))
        if merged is not None:
            merged_at_all += 1
            lines = merged.split("\n")
            stayed = [line for line in base if line in mine and line in theirs]
            assert [line for line in lines if line.startswith("line")] == stayed
            for who, each in (("mine", mine), ("theirs", theirs)):
                assert [line for line in lines if line.startswith(who)] == [
                    line for line in each if line.startswith(who)
                ]
    assert merged_at_all


def test_of_long_texts_what_stayed_is_found_line_by_line() -> None:
    old = [f"line {number}" for number in range(3_000)]
    new = [f"anew {number}" if number % 2 else line for number, line in enumerate(old)]
    assert sum(run.end - run.start for run in line_runs(old, new) if run.is_equal) == 1_500


TEXTS: dict[str, Callable[[int], tuple[str, str, str]]] = {
    "equal lines": lambda count: ("a\n" * count, "b\n" + "a\n" * count, "a\n" * count + "c\n"),
    "equal lines between others": lambda count: ("a\n" * count, "b\n" + "a\n" * count + "d", "e\n" + "a\n" * count),
    "every other line": lambda count: _every_other(count),
    "two lines by turns": lambda count: ("a\nb\n" * count, "c\n" + "b\na\n" * count, "b\nb\na\n" * count),
}


def _every_other(count: int) -> tuple[str, str, str]:
    lines = [f"line {number}" for number in range(count)]
    mine = [f"mine {number}" if number % 4 == 1 else line for number, line in enumerate(lines)]
    theirs = [f"theirs {number}" if number % 4 == 3 else line for number, line in enumerate(lines)]
    return "\n".join(lines), "\n".join(mine), "\n".join(theirs)


@pytest.mark.parametrize("made", TEXTS.values(), ids=TEXTS)
def test_merging_double_the_lines_is_double_the_work(made: Callable[[int], tuple[str, str, str]]) -> None:
    once, twice = (calls_of(partial(merge, *made(count))) for count in (500, 1_000))
    assert twice < 2.6 * once
    assert twice < 100_000


def test_what_two_people_changed_in_a_long_text_comes_together() -> None:
    base, mine, theirs = _every_other(2_000)
    merged = merge(base, mine, theirs)
    assert merged is not None
    assert (merged.count("mine"), merged.count("theirs"), merged.count("\n")) == (500, 500, 1_999)


def test_following_double_the_blocks_is_double_the_work() -> None:
    def lesson(count: int, *, anew: bool) -> LessonSource:
        notes = (f"::: note\n{'anew' if anew and number % 2 else 'note'} {number}\n:::\n" for number in range(count))
        return LessonSource("# L\n\n" + "\n".join(notes))

    counts = []
    for count in (300, 600):
        before, after = lesson(count, anew=False), lesson(count, anew=True)
        assert len(before.blocks) == len(after.blocks) == count
        counts.append(calls_of(partial(follow_blocks, before, after)))
    assert counts[1] < 2.6 * counts[0]


def test_updating_a_catalogue_of_double_the_blocks_is_double_the_work() -> None:
    def changed(count: int) -> tuple[polib.POFile, list[Message]]:
        old = polib.POFile()
        old.extend(polib.POEntry(msgctxt="lesson/a", msgid=f"Block {n}.", msgstr=f"Kappale {n}.") for n in range(count))
        words = (f"Other block {n}." if n % 2 else f"Block {n}." for n in range(count))
        return old, [Message("lesson/a", each, "lessons/a.md", 1) for each in words]

    counts = []
    for count in (300, 600):
        report = UpdateReport(Path("translations/fi.po"))
        old, messages = changed(count)
        counts.append(calls_of(partial(update_catalogue, old, messages, report)))
        assert report.outdated == count // 2
    assert counts[1] < 2.6 * counts[0]
