"""Where the blocks of a lesson went: found in a time that a save can wait for, however long the lesson is."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import pytest

from perille.studio import merging
from perille.studio.lesson_source import LessonSource
from perille.studio.merging import follow_blocks, likest_block

#: Comparisons of one word with another that a save may wait for: some tenths of a second.
MOST = 2_000_000


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of how many pairs of words each comparison word for word has."""
    counts: list[int] = []

    class Counting(SequenceMatcher[Any]):
        def ratio(self) -> float:
            counts.append(len(self.a) * len(self.b))
            return super().ratio()

    monkeypatch.setattr(merging, "SequenceMatcher", Counting)
    return counts


def words(first: int, count: int) -> str:
    return " ".join(f"w{number}" for number in range(first, first + count))


def lesson(*notes: str) -> LessonSource:
    return LessonSource("# L\n\n" + "\n\n".join(f"::: note\n{note}\n:::" for note in notes) + "\n")


def test_long_blocks_that_were_edited_moved_and_taken_out_are_found_without_comparing_each_word_with_each(
    compared: list[int],
) -> None:
    before = lesson(words(0, 3000), words(3000, 3000), words(6000, 3000))
    after = lesson(words(6000, 2900) + " at the end", "Before it. " + words(0, 3000))
    assert follow_blocks(before, after) == {0: 1, 2: 0}
    assert sum(compared) < MOST
    found = likest_block(after, before.blocks[0], 0)
    assert found is not None
    assert found.text.startswith("::: note\nBefore it.")
    assert sum(compared) < MOST


def test_many_short_blocks_that_were_all_written_anew_cost_little(compared: list[int]) -> None:
    before = lesson(*(words(number * 40, 30) for number in range(400)))
    after = lesson(*(words(20_000 + number * 40, 30) for number in range(399)))
    assert follow_blocks(before, after) == {}
    assert sum(compared) < MOST


def test_of_very_many_equal_blocks_each_keeps_its_place() -> None:
    same = ["Ask."] * 600
    before, after = lesson("First.", *same, "Last."), lesson(*same[:400], "First.", *same[:150], "Last.")
    found = follow_blocks(before, after)
    assert (found[0], found[601]) == (400, 551)
    assert len(found) == 552
    assert len(set(found.values())) == 552


def test_a_long_block_of_other_words_is_not_taken_for_one_that_is_gone() -> None:
    before = lesson("Stays.", words(0, 200))
    assert follow_blocks(before, lesson("Comes.", "Stays.", words(1000, 200), "Comes too.")) == {0: 1}
