"""Tables whose rows lack cells: a few are filled in, and few letters do not become ten thousand cells."""

from __future__ import annotations

import pytest

from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source import tables
from perille.packs.source.diagnostics import Diagnostics
from perille.studio.findings import advice_for
from perille.studio.lesson_source import BlockKind, LessonSource


def ragged(columns: int, rows: int) -> str:
    """Return a table whose rows have one cell each."""
    return f"|{'a|' * columns}\n|{'-|' * columns}\n" + "|b|\n" * rows


def faults_of(text: str) -> tuple[list[tuple[int, str]], int]:
    """Return line and message of each fault, and how many blocks the lesson has."""
    diagnostics = Diagnostics()
    lesson = read_lesson("lessons/a.md", f"# Title\n\n{text}", "course_x", diagnostics)
    return [(each.line, each.message) for each in diagnostics.all], len(lesson.blocks)


def test_cells_that_a_row_lacks_are_filled_in() -> None:
    assert faults_of(ragged(4, 20)) == ([], 1 + 4 + 4 * 20)


@pytest.mark.parametrize("around", ["{}", "::: note\n{}:::\n"])
def test_few_letters_do_not_become_many_cells(around: str) -> None:
    faults, blocks = faults_of(around.format(ragged(100, 60)))
    assert faults == [(3 + around.count("note"), tables.RAGGED)]
    assert blocks == 2, "the title, and words"
    assert advice_for(tables.RAGGED)


def test_the_cells_of_all_tables_of_a_lesson_are_counted_together() -> None:
    three = "\n".join([ragged(42, 10)] * 3)
    faults, _blocks = faults_of(three)
    assert faults == [(3 + 2 * 13, tables.RAGGED)]


def test_the_studio_shows_such_a_table_as_words() -> None:
    source = LessonSource(f"# Title\n\n{ragged(100, 60)}\nWords.\n")
    assert [each.kind for each in source.blocks] == [BlockKind.TEXT]


def test_lines_are_not_counted_from_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    bars = tables._bars
    monkeypatch.setattr(tables, "_bars", lambda state, line: counted.append(line) or bars(state, line))
    text = "a|a|a\n-|-|-\n" * 300 + "b\n" * 2_000
    assert [message for _line, message in faults_of(text)[0]] == [tables.RAGGED]
    assert len(counted) < 3 * len(text.split("\n"))
