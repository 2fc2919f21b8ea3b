"""An update writes only what it changed: catalogues of Poedit, Weblate, Crowdin and msgcat keep their lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.commands import run

MakePack = Callable[..., Path]
HEAD = 'msgid ""\nmsgstr ""\n"Language: fi\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
LESSON = "# Hello\n\nFirst you call the number and then you wait outside for the others.\n\nGo well.\n"
OUTDATED = """
#: lessons/hello.md
msgctxt "lesson/hello"
msgid "First you call the number and then you wait outside for the others."
msgstr ""
"Ensin soitat numeroon "
"ja sitten odotat muita ulkona."
"""
KEPT = """
# Kept by hand.
#. a note
msgctxt "lesson/hello"
msgid ""
"Go "
"well."
msgstr ""
"Voi "
"hyvin."

#, fuzzy
#~| msgid "Latest"
#~ msgctxt "lesson/hello"
#~ msgid "Later"
#~ msgstr ""
#~ "Van"
#~ "ha"
"""


@pytest.fixture
def course(make_pack: MakePack) -> Path:
    return make_pack(
        lessons={"hello": LESSON.replace("the number", "that number")},
        translations={"fi": HEAD + OUTDATED + KEPT},
    )


def catalogue_of(course: Path) -> str:
    return (course / "translations" / "fi.po").read_bytes().decode()


def test_an_entry_in_which_nothing_changed_keeps_each_of_its_lines(course: Path) -> None:
    run("update", course)
    written = catalogue_of(course)
    assert written.startswith(HEAD + "\n")
    for entry in KEPT.strip().split("\n\n"):
        assert f"\n\n{entry}\n" in written


def test_an_outdated_translation_keeps_its_lines_and_its_earlier_source(course: Path) -> None:
    run("update", course)
    written = catalogue_of(course)
    assert 'msgstr ""\n"Ensin soitat numeroon "\n"ja sitten odotat muita ulkona."\n' in written
    assert "#, fuzzy\n#| msgctxt" in written
    assert "that number" in written
    assert "unchanged" in run("update", course).output


def test_line_ends_of_windows_stay(course: Path) -> None:
    path = course / "translations" / "fi.po"
    path.write_bytes((HEAD + OUTDATED + KEPT).replace("\n", "\r\n").encode())
    run("update", course)
    assert b"fuzzy" in path.read_bytes()
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_a_catalogue_that_is_not_utf8_is_refused_in_a_sentence(course: Path) -> None:
    path = course / "translations" / "fi.po"
    path.write_bytes((HEAD + OUTDATED + "# ä\n").encode("latin-1"))
    result = run("update", course)
    assert (result.exit_code, f"{path}:12: The file is not UTF-8" in result.output) == (1, True)


def test_a_block_that_stands_twice_is_named_and_nothing_is_written(course: Path) -> None:
    path = course / "translations" / "fi.po"
    path.write_text(HEAD + OUTDATED + OUTDATED, "utf-8")
    before = path.read_bytes()
    result = run("update", course)
    assert result.exit_code == 1
    assert f"{path}:13: The block" in result.output
    assert "on line 6 too" in result.output
    assert path.read_bytes() == before


def test_marks_of_a_merge_are_called_so(course: Path) -> None:
    path = course / "translations" / "fi.po"
    path.write_text(HEAD + "<<<<<<< HEAD\n" + OUTDATED, "utf-8")
    assert f"{path}:5: A merge has left its mark here" in run("update", course).output
