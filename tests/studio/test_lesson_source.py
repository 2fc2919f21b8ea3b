"""Lessons as blocks: what is not touched keeps every byte, in every lesson that ships and in every way of writing Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source.diagnostics import Diagnostics
from perille.studio.block_forms import BlockFields, UnusableText, checked_block, read_block, write_block
from perille.studio.form_reading import posted_fields
from perille.studio.lesson_source import BlockKind, LessonSource
from perille.studio.pasted import clean
from support.places import ROOT

LESSONS = sorted([*ROOT.glob("courses/*/lessons/*.md"), *ROOT.glob("modules/*/lessons/*.md")])
SMALL = (
    "# Sea\n\nWarm *water*.\n\n* one\n* two\n\n## Ships\n\n::: note\nLook up.\n:::\n\n"
    ":::: story\n::: picture x\nd\n:::\n\nhello\n::::\n"
)
VARIANTS = {
    "crlf": SMALL.replace("\n", "\r\n"),
    "no last newline": SMALL.rstrip("\n"),
    "plus lists": SMALL.replace("* ", "+ "),
    "setext": SMALL.replace("# Sea", "Sea\n===").replace("## Ships", "Ships\n-----"),
    "hard breaks": SMALL.replace("Warm *water*.", "Warm  \nwater\\\nhere."),
    "blank lines": SMALL.replace("\n\n", "\n\n\n\n"),
    "byte order mark": "\ufeff" + SMALL,
    "line separator": SMALL.replace("Look up.", "Look\u2028up\u0085.\x0b"),
    "trailing spaces": SMALL.replace("Look up.", "Look up.   "),
}


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@cache
def shipped() -> tuple[LessonSource, ...]:
    return tuple(LessonSource(text_of(path)) for path in LESSONS)


def words_of(text: str) -> list[str]:
    """Return what the compiler reads in a lesson."""
    return [block.msgid for block in read_lesson("lessons/x.md", text, "course_x", Diagnostics()).blocks]


def shipped_blocks() -> Iterator[tuple[LessonSource, int]]:
    for lesson in shipped():
        yield from ((lesson, number) for number in range(len(lesson.blocks)))


def test_every_shipped_lesson_is_its_lines() -> None:
    assert len(LESSONS) > 100
    # Each file is read once: what is read here is what was read, even where a file has changed since (a rebase beside a running test).
    for path, lesson in zip(LESSONS, shipped(), strict=True):
        assert "".join(lesson.lines) == lesson.text, path


def test_a_block_of_a_shipped_lesson_that_is_written_as_it_was_changes_nothing() -> None:
    for lesson, number in shipped_blocks():
        block = lesson.blocks[number]
        assert lesson.replace(block, block.text) == lesson.text
        assert lesson._with(block.start, block.end, block.text) == lesson.text


def test_a_changed_word_changes_the_lines_of_its_block_alone() -> None:
    """Every block of every lesson that ships: all lines before and after it are the same bytes."""
    count = 0
    for lesson, number in shipped_blocks():
        block = lesson.blocks[number]
        changed = re.sub(r"[a-z]{3,}", "zebra", block.text, count=1)
        new = lesson.replace(block, changed)
        before, after = "".join(lesson.lines[: block.start]), "".join(lesson.lines[block.end :])
        assert new.startswith(before)
        assert new.endswith(after)
        assert new[len(before) : len(new) - len(after) or None].rstrip("\n") == changed
        count += 1
    assert count > 1500


@pytest.mark.parametrize("name", VARIANTS)
def test_every_way_of_writing_is_kept_and_changed_in_one_block(name: str) -> None:
    text = VARIANTS[name]
    lesson = LessonSource(text)
    assert "".join(lesson.lines) == text
    assert [screen.heading for screen in lesson.screens] == ["", "Ships"]
    assert [block.kind for block in lesson.blocks] == [BlockKind.TEXT, BlockKind.NOTE, BlockKind.STORY]
    new = lesson.replace(lesson.blocks[1], lesson.blocks[1].text.replace("up", "down"))
    assert new == text.replace("up", "down")


def test_every_block_that_ships_can_be_edited_by_form_and_loses_nothing() -> None:
    for lesson, number in shipped_blocks():
        block = lesson.blocks[number]
        fields = read_block(block)
        assert fields.kind is block.kind, block.text
        written = checked_block(fields)
        # What is the same text has the same words; most blocks are written as they were.
        assert written == block.text or words_of(f"# T\n\n{written}\n") == words_of(f"# T\n\n{block.text}\n")


@pytest.mark.parametrize("body", ["- apua · A-pu-a · help\n", ""], ids=["given", "taken"])
def test_a_word_list_keeps_the_name_by_which_other_lessons_take_it(body: str) -> None:
    text = f"::: words help\n{body}:::"
    fields = read_block(LessonSource(f"# T\n\n{text}\n").blocks[0])
    assert (fields.kind, fields.name, len(fields.rows)) == (BlockKind.WORDS, "help", 1 if body else 0)
    form = {f"r-{at}-{name}": words for at, row in enumerate(fields.rows) for name, words in row.items()}
    assert checked_block(posted_fields({"kind": "words", "name": fields.name, **form})) == text


def test_a_block_that_no_form_can_hold_is_edited_as_its_source() -> None:
    for text in (
        "::: dialogue\nNo list.\n:::",
        "::: errand x\nno title\n:::",
        "::: nonsense\nx\n:::",
        "::: note\nopen",
    ):
        block = LessonSource(f"# T\n\n{text}\n").blocks[0]
        assert read_block(block) == BlockFields(BlockKind.SOURCE, values={"words": text})


def test_words_that_would_end_their_block_are_refused() -> None:
    with pytest.raises(UnusableText):
        checked_block(BlockFields(BlockKind.NOTE, values={"words": "Look\n:::\n\n## New screen"}))


def test_what_is_pasted_loses_signs_that_break_pages_and_no_other() -> None:
    assert clean("one\u2028two\r\nthree\x00\u200f\u00a0") == "one\ntwo\nthree\u200f\u00a0"


def test_screens_are_split_headed_and_filled() -> None:
    lesson = LessonSource(SMALL)
    split = LessonSource(lesson.split(lesson.screens[1], 1, "A story"))
    assert [(s.heading, len(s.blocks)) for s in split.screens] == [("", 1), ("Ships", 1), ("A story", 1)]
    named = LessonSource(split.set_heading(split.screens[2], "What happened"))
    assert named.screens[2].heading == "What happened"
    joined = LessonSource(named.set_heading(named.screens[2], ""))
    assert [(s.heading, len(s.blocks)) for s in joined.screens] == [("", 1), ("Ships", 2)]
    assert joined.set_title("The sea") == joined.text.replace("# Sea", "# The sea", 1)
    more = LessonSource(lesson.add_screen(lesson.screens[0], "Fish", "They swim."))
    assert [(s.heading, [b.text for b in s.blocks]) for s in more.screens][1] == ("Fish", ["They swim."])


def test_blocks_are_added_and_moved() -> None:
    lesson = LessonSource(SMALL)
    added = LessonSource(lesson.add_block(lesson.screens[1], "Words.", 0))
    assert [b.kind for b in added.screens[1].blocks] == [BlockKind.TEXT, BlockKind.NOTE, BlockKind.STORY]
    last = LessonSource(lesson.add_block(lesson.screens[1], "Words."))
    assert last.blocks[-1].text == "Words."
    first, second = lesson.screens[1].blocks
    moved = LessonSource(lesson.swap((first.start, first.end), (second.start, second.end)))
    assert [b.text for b in moved.screens[1].blocks] == [second.text, first.text]


@given(st.text("ab*-|#:>` \n\r\t_[]()1.", max_size=120))
def test_any_text_is_its_lines_and_any_block_can_go_back_in(text: str) -> None:
    lesson = LessonSource(text)
    assert "".join(lesson.lines) == text
    for block in lesson.blocks:
        assert lesson.replace(block, block.text) == text
        again = lesson._with(block.start, block.end, block.text)
        assert _same_ends(again) == _same_ends(text), "a block that is written anew has the ends of lines of its file"
        fields = read_block(block)
        assert " ".join(write_block(fields).split()) == " ".join(block.text.split())


def _same_ends(text: str) -> str:
    return re.sub(r"\r\n|\r", "\n", text)
