"""Who has read a pack beside its authors: the two-person rule of sensitive packs and of those that teach law."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, line_of
from perille.packs.checks.two_person_review import contents_hash
from perille.packs.format.manifest import read_manifest
from perille.packs.source.diagnostics import Level
from perille.packs.source.files import read_folder
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import HELLO, SECOND, write_way

MakePack = Callable[..., Path]
AUTHORS = {"authors": ["Ada Author", "Bo Writer"]}
UNREVIEWED = "A second person has not reviewed the contents yet."


def hash_of(folder: Path) -> str:
    files = read_folder(folder)
    return contents_hash(read_manifest(files.text("pack.toml"), files.name, files.diagnostics), files)


def review(folder: Path, by: str, contents: str = "") -> Path:
    """Write under pack.toml that somebody has read the pack, as it is now or as *contents* says."""
    manifest = folder / "pack.toml"
    table = f'\n[[review]]\nby = "{by}"\non = 2026-11-22\ncontents = "{contents or hash_of(folder)}"\n'
    manifest.write_text(manifest.read_text("utf-8") + table, "utf-8")
    return folder


def change_words(folder: Path) -> None:
    lesson = folder / "lessons" / "hello.md"
    lesson.write_text(lesson.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")


@pytest.mark.parametrize(("settings", "why"), [({"sensitive": True}, "is sensitive"), ({"law": True}, "teaches law")])
def test_who_needs_a_review_and_has_none_is_told_in_one_line(
    make_pack: MakePack, faults_of: FaultsOf, compiled: Compile, settings: dict[str, bool], why: str
) -> None:
    folder = make_pack(**settings, **AUTHORS)
    (fault,) = faults_of(folder)
    assert (fault.path, fault.line, fault.level) == ("pack.toml", 1, Level.WARNING)
    assert fault.message.startswith(f"No second person has reviewed the contents, and the pack {why}: ")
    assert f'contents = "{hash_of(folder)}"' in fault.message
    assert compiled(folder).summary.unreviewed


def test_a_pack_that_can_do_no_harm_needs_no_review(
    make_pack: MakePack, faults_of: FaultsOf, compiled: Compile
) -> None:
    folder = make_pack(**AUTHORS)
    assert faults_of(folder) == ()
    assert not compiled(folder).summary.unreviewed


def test_a_review_by_somebody_else_is_enough(make_pack: MakePack, faults_of: FaultsOf, compiled: Compile) -> None:
    folder = review(make_pack(sensitive=True, **AUTHORS), "Cleo Reader")
    assert faults_of(folder) == ()
    assert not compiled(folder).summary.unreviewed


def test_a_review_changes_neither_the_structure_nor_what_was_reviewed(make_pack: MakePack, compiled: Compile) -> None:
    folder = make_pack(sensitive=True, **AUTHORS)
    before, contents = compiled(folder), hash_of(folder)
    review(folder, "Cleo Reader")
    assert compiled(folder).structure_hash == before.structure_hash
    assert hash_of(folder) == contents


@pytest.mark.parametrize("name", ["Bo Writer", "bo  writer"])
def test_an_author_is_no_second_person(make_pack: MakePack, faults_of: FaultsOf, compiled: Compile, name: str) -> None:
    folder = review(make_pack(sensitive=True, **AUTHORS), name)
    (fault,) = faults_of(folder)
    assert "The reviewer is one of the authors" in fault.message
    assert fault.line == line_of(folder, "pack.toml", "[[review]]")
    assert compiled(folder).summary.unreviewed
    assert faults_of(review(folder, "Cleo Reader")) == ()


def test_a_review_of_older_words_counts_no_more(make_pack: MakePack, faults_of: FaultsOf, compiled: Compile) -> None:
    folder = review(make_pack(sensitive=True, **AUTHORS), "Cleo Reader")
    change_words(folder)
    (fault,) = faults_of(folder)
    assert fault.message.startswith("The contents have changed since they were reviewed")
    assert compiled(folder).summary.unreviewed
    assert faults_of(review(folder, "Cleo Reader")) == ()


def test_a_new_right_answer_wants_a_new_review(make_pack: MakePack, faults_of: FaultsOf) -> None:
    bank = '[[item]]\nkey = "q"\ninteraction = "true-false"\nprompt = "So it is."\nanswer = {}\n'
    lessons = {"hello": "# Hello\n\nWords.\n\n::: check q\n:::\n"}
    folder = make_pack(sensitive=True, lessons=lessons, items={"bank": bank.format("true")}, **AUTHORS)
    assert faults_of(review(folder, "Cleo Reader")) == ()
    (folder / "items" / "bank.toml").write_text(bank.format("false"), "utf-8")
    assert [fault.message.partition(",")[0] for fault in faults_of(folder)] == [
        "The contents have changed since they were reviewed"
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('by = "Cleo Reader"', "", '"by" is missing'),
        ("on = 2026-11-22", 'on = "yesterday"', '"on" must be a date'),
        ("contents = ", 'contents = "1.0.0" #', "16 digits"),
        ("[[review]]", '[[review]]\nwho = "x"', '"who" is not a known key'),
        ("[[review]]", "[review]", "two brackets"),
    ],
)
def test_a_review_that_cannot_be_read_is_an_error(
    make_pack: MakePack, faults_of: FaultsOf, old: str, new: str, says: str
) -> None:
    folder = review(make_pack(**AUTHORS), "Cleo Reader")
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(old, new), "utf-8")
    assert [fault.level for fault in faults_of(folder) if says in fault.message] == [Level.ERROR]


def test_a_course_that_can_do_no_harm_tells_its_readers_nothing(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_way(tmp_path / "plain", sensitive=False))
    assert not visitor.get("/en/courses/way").all("p", class_="draft")


def test_a_course_that_teaches_law_tells_its_readers(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_way(tmp_path / "law", sensitive=False, law=True))
    assert [tag.words for tag in visitor.get("/en/courses/way").all("p", class_="draft")] == [UNREVIEWED]


def test_the_page_of_a_sensitive_course_says_so_until_somebody_has_read_it(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    lessons = {"hello": HELLO, "second": SECOND}
    folder = write_way(tmp_path / "sensitive", lessons=lessons, sensitive=True, **AUTHORS)
    whole.publish(folder)
    (notice,) = visitor.get("/en/courses/way").all("p", class_="draft")
    assert notice.words == UNREVIEWED
    (notice,) = visitor.get("/fi/courses/way").all("p", class_="draft")
    assert notice.words.startswith("Tämä käännös on luonnos.")
    assert notice.words.endswith("Toinen ihminen ei ole vielä tarkistanut sisältöä.")
    whole.publish(review(folder, "Cleo Reader"))
    assert not visitor.get("/en/courses/way").all("p", class_="draft")
