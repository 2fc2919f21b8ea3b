"""Easy versions, lessons/<unit>.easy.md: what is compiled of them, and what an author is told by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf
from perille.packs.source.diagnostics import Level
from support.packs import CHOICE, write_pack
from support.whole_packs import catalogue

HELLO = "# Hello\n\nThese are the ordinary words.\n\n::: check fire\n:::\n\n## More\n\nAnd more of them.\n"
EASY = "# Hello\n\nEasy words.\n\n::: check fire\n:::\n"
ARABIC = {("lesson/hello.easy", "Hello"): "مرحبا", ("lesson/hello.easy", "Easy words."): "كلمات سهلة."}


def write(tmp_path: Path, easy: str = EASY, name: str = "hello.easy", **changes: object) -> Path:
    """Write a pack with a lesson and its easy version."""
    values: dict[str, object] = {
        "lessons": {"hello": HELLO},
        "items": {"bank": CHOICE},
        "translations": {"ar": catalogue(ARABIC), "fi": catalogue({})},
    }
    folder = write_pack(tmp_path, **{**values, **changes})  # type: ignore[arg-type]
    (folder / "lessons" / f"{name}.md").write_text(easy, "utf-8")
    return folder


def test_a_lesson_has_both_versions_and_the_structure_of_one(compiled: Compile, tmp_path: Path) -> None:
    pack = compiled(write(tmp_path))
    words = pack.words["en"].units["hello"]
    assert len(words.screens) == 2
    assert words.easy is not None
    assert [len(words.easy.screens), words.easy.title.plain] == [1, "Hello"]
    (tmp_path / "course_small/lessons/hello.easy.md").unlink()
    assert compiled(tmp_path / "course_small").structure_hash == pack.structure_hash, "who has begun goes on"


def test_a_language_has_the_easy_version_when_it_has_all_of_its_words(compiled: Compile, tmp_path: Path) -> None:
    pack = compiled(write(tmp_path))
    arabic, finnish = (pack.words[language].units["hello"].easy for language in ("ar", "fi"))
    assert arabic is not None
    assert arabic.screens[0].pieces[0].html == "<p>كلمات سهلة.</p>"
    assert finnish is None, "ordinary Finnish is easier than easy English"


@pytest.mark.parametrize(
    ("easy", "name", "line", "said"),
    [
        (EASY, "helo.easy", 1, "no [unit.helo] of its own"),
        (EASY.replace("check fire", "check fier"), "hello.easy", 5, 'There is no item "fier"'),
        (EASY.replace("Easy words.", "Call {fact: emergency.numbr}."), "hello.easy", 3, "There is no fact"),
        (EASY.replace("Easy words.", "[There](lesson:nowhere)."), "hello.easy", 3, 'a unit "nowhere"'),
        (EASY.replace("check fire", "ask nothing"), "hello.easy", 5, 'has the topic "nothing"'),
    ],
    ids=["no unit", "no item", "no fact", "no lesson", "no topic"],
)
def test_it_is_checked_as_a_lesson_is(
    faults_of: FaultsOf, tmp_path: Path, easy: str, name: str, line: int, said: str
) -> None:
    errors = [fault for fault in faults_of(write(tmp_path, easy, name)) if fault.level is Level.ERROR]
    (fault,) = [fault for fault in errors if said in fault.message]
    assert (fault.path, fault.line) == (f"lessons/{name}.md", line)


def test_it_asks_what_its_lesson_asks_and_nothing_else(faults_of: FaultsOf, tmp_path: Path) -> None:
    folder = write(tmp_path, lessons={"hello": HELLO.replace("::: check fire\n:::\n", ""), "other": HELLO})
    (fault,) = [fault for fault in faults_of(folder) if fault.level is Level.ERROR]
    assert fault.message.startswith('The lesson itself does not ask "fire"')
    assert (fault.path, fault.line) == ("lessons/hello.easy.md", 5)


def test_who_has_to_pass_is_asked_in_easy_words_too(faults_of: FaultsOf, tmp_path: Path) -> None:
    folder = write(tmp_path, "# Hello\n\nEasy words.\n")
    text = (folder / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text(text.replace('kind = "lesson"', 'kind = "lesson"\nmove_on = "Passed"'), "utf-8")
    (fault,) = [fault for fault in faults_of(folder) if fault.level is Level.ERROR]
    assert fault.message == 'The unit "hello" has to be passed, so its easy version asks "fire" too'


def test_a_test_has_no_easy_version(faults_of: FaultsOf, tmp_path: Path) -> None:
    folder = write(tmp_path, name="check.easy", assessments={"check": "bank"})
    (fault,) = [fault for fault in faults_of(folder) if fault.level is Level.ERROR]
    assert fault.message == 'Only a lesson has an easy version: "check" is a assessment'


@pytest.mark.parametrize(
    ("words", "warned"),
    [("هل تعرف الرقم؟ " * 6, 0), ("one two three four\n" * 5, 1)],
    ids=["of Arabic", "on five lines"],
)
def test_a_sentence_ends_where_its_script_ends_it_and_not_with_its_line(
    faults_of: FaultsOf, tmp_path: Path, words: str, warned: int
) -> None:
    folder = write(tmp_path, EASY.replace("Easy words.", words.strip()))
    assert len([fault for fault in faults_of(folder) if "easy version about ten" in fault.message]) == warned


def test_a_long_sentence_is_warned_of(faults_of: FaultsOf, tmp_path: Path) -> None:
    long = " ".join(["word"] * 16)
    folder = write(tmp_path, EASY.replace("Easy words.", f"Short one. Then {long}. Short again."))
    found = [fault for fault in faults_of(folder) if "A sentence has" in fault.message]
    assert [(each.path, each.line, each.level) for each in found] == [("lessons/hello.easy.md", 3, Level.WARNING)]
    assert "17 words" in found[0].message
