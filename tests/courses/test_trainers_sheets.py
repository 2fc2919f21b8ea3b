"""The sheets of a course for whoever leads a group: one for each lesson, short, and outside of what learners go through."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from perille.domain.content import PieceKind
from perille.domain.course import PackKind, UnitKind
from perille.packs.checks.minutes import count_words
from perille.packs.format.lesson_model import Lesson, ScreenTemplate
from perille.packs.format.loading import LoadedPack
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
COURSES, MODULES = ROOT / "courses", ROOT / "modules"
#: Words of a screen without the names of its parts, and of a sentence.
FEWEST, MOST, LONGEST = 60, 110, 14
#: "Goal:", "15 min:".
NAME = re.compile(r"\*\*[^*]*\*\*")
#: What only learners meet.
ASKED = (PieceKind.CHECK, PieceKind.ERRAND, PieceKind.WORDS, PieceKind.PICTURE, PieceKind.STORY)


#: Only the manifests are read here: tests are collected by every process of a run.
SHEETS = [
    (path.parent, key)
    for path in sorted(COURSES.glob("*/pack.toml"))
    for key, unit in tomllib.loads(path.read_text("utf-8")).get("unit", {}).items()
    if unit.get("for_trainer")
]


@pytest.fixture(params=SHEETS, ids=lambda each: each[0].name)
def sheet(request: pytest.FixtureRequest) -> tuple[LoadedPack, Lesson]:
    folder, key = request.param
    return shipped_pack(folder), shipped_pack(folder).lessons[key]


def _title(lesson: Lesson, block: int | None) -> str:
    return lesson.blocks[block].msgid if block is not None else ""


def _words(lesson: Lesson, screen: ScreenTemplate) -> list[str]:
    return [lesson.blocks[block].msgid for piece in screen.pieces for block in piece.blocks]


def test_each_lesson_has_its_sheet_under_its_own_title(sheet: tuple[LoadedPack, Lesson]) -> None:
    pack, lesson = sheet
    names = [name for block in pack.manifest.blocks for name in block.units]
    specs = {name.key: pack.unit_spec(name.key) for name in names}
    lessons = [
        name
        for name in names
        if name.library
        or ((spec := specs[name.key]) is not None and spec.kind is UnitKind.LESSON and not spec.for_trainer)
    ]
    headings = [_title(lesson, screen.heading) for screen in lesson.screens[1:]]
    assert len(headings) == len(lessons)
    own = {name.key: pack.lessons[name.key] for name in lessons if not name.library}
    titles = [_title(own[name.key], own[name.key].title) if name.key in own else "" for name in lessons]
    assert [
        (title, heading) for title, heading in zip(titles, headings, strict=True) if title not in ("", heading)
    ] == []


def test_it_is_short_and_asks_nothing(sheet: tuple[LoadedPack, Lesson]) -> None:
    _loaded, lesson = sheet
    counts = {
        _title(lesson, screen.heading): sum(count_words(NAME.sub("", words)) for words in _words(lesson, screen))
        for screen in lesson.screens
    }
    assert {title: count for title, count in counts.items() if not FEWEST <= count <= MOST} == {}
    assert [kind for kind in ASKED if list(lesson.pieces(kind))] == []
    sentences = [
        sentence
        for block in lesson.blocks
        for sentence in re.split(r"(?<=[.!?:;])\**\s+", re.sub(r"\{fact:[^}]*\}", "", block.msgid))
    ]
    assert [each for each in sentences if len(each.split()) > LONGEST] == []


def test_it_stands_last_and_learners_end_before_it(sheet: tuple[LoadedPack, Lesson]) -> None:
    pack, _lesson = sheet
    last = pack.manifest.blocks[-1]
    specs = [pack.unit_spec(name.key) for name in last.units]
    assert [spec is not None and spec.for_trainer for spec in specs] == [True]
    assert pack.manifest.kind is PackKind.COURSE


@pytest.mark.parametrize(
    "folder", sorted(each.parent for each in MODULES.glob("*/pack.toml")), ids=lambda each: each.name
)
def test_no_sheet_for_the_trainer_of_a_module_is_among_its_lessons(folder: Path) -> None:
    pack = shipped_pack(folder)
    marked = {unit.key for unit in pack.manifest.units if unit.for_trainer}
    found = {key for key, lesson in pack.lessons.items() if _title(lesson, lesson.title) == "For the trainer"}
    assert found == marked
    if marked:
        assert {name.key for name in pack.manifest.blocks[-1].units} == marked, "learners end before it"
