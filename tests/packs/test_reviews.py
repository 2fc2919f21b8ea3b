"""Reviewing from the command line: what waits, the hash that a review names, and the mark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from packs.commands import run
from packs.conftest import catalogue
from perille.packs.format.translation import review_hash

MakePack = Callable[..., Path]
LESSON = "# Hello\n\nGo well.\n"


def reviewed_pack(make_pack: MakePack) -> Path:
    text = catalogue(
        ("lesson/hello", "Hello", "Hei"),
        ("lesson/hello", "Go well.", "Voi hyvin."),
        ("pack/summary", "A few words.", "Pari sanaa."),
    )
    return make_pack(lessons={"hello": LESSON}, translations={"fi": text})


def test_what_nobody_has_reviewed_is_listed_with_its_hash(make_pack: MakePack) -> None:
    folder = reviewed_pack(make_pack)
    lines = run("review", folder, "fi").output.splitlines()
    assert f"{folder}/translations/fi.po:4: {review_hash('Hello', 'Hei')} lesson/hello" == lines[0]
    assert len(lines) == 3


def test_a_review_adds_one_line_to_each_entry_and_check_counts_it(make_pack: MakePack) -> None:
    folder = reviewed_pack(make_pack)
    before = (folder / "translations" / "fi.po").read_text("utf-8").splitlines()
    assert "2 translations" in run("review", folder, "fi", "--by", "maria", "--context", "lesson/hello").output
    after = (folder / "translations" / "fi.po").read_text("utf-8").splitlines()
    marks = [line for line in after if line.startswith("# reviewed ") and " maria " in line]
    assert [line for line in after if line not in marks] == before
    assert len(marks) == 2
    assert f"{folder}: fi: 2 missing, 0 outdated, 1 draft, 2 reviewed" in run("check", folder).output
    assert len(run("review", folder, "fi").output.splitlines()) == 1


def test_a_changed_translation_waits_again(make_pack: MakePack) -> None:
    folder = reviewed_pack(make_pack)
    run("review", folder, "fi", "--by", "maria")
    path = folder / "translations" / "fi.po"
    path.write_text(path.read_text("utf-8").replace("Voi hyvin.", "Voikaa hyvin."), "utf-8")
    assert "lesson/hello" in run("review", folder, "fi").output
    run("review", folder, "fi", "--by", "omar")
    assert path.read_text("utf-8").count("# reviewed") == 3


def test_the_source_has_the_table_that_a_reviewer_adds(make_pack: MakePack) -> None:
    folder = make_pack(extra="", law=True)
    warned = run("check", folder).output
    table = run("review", folder).output.splitlines()[1:]
    assert table[0] == "[[review]]"
    assert table[3] in warned


def test_a_language_without_a_catalogue_and_a_name_of_two_words_are_refused(make_pack: MakePack) -> None:
    folder = reviewed_pack(make_pack)
    assert "translations/ar.po:1: There is no such catalogue" in run("review", folder, "ar").output
    assert run("review", folder, "fi", "--by", "Maria Meri").exit_code == 1
