"""The minutes of each shipped unit follow one rule, so that nobody is promised more study than there is, or less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from perille.domain.content import PieceKind
from perille.domain.course import PackKind, UnitKind
from perille.domain.role_play import Path as Way
from perille.domain.role_play import RolePlay
from perille.interactions import plugin
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.format.manifest import UnitSpec
from perille.packs.format.role_plays import PackPlay
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))
#: Newcomers read slowly and with pictures, often in a second language; professionals read at an ordinary pace.
WORDS_PER_MINUTE = {PackKind.COURSE: 100, PackKind.LIBRARY: 100, PackKind.MODULE: 180}
#: Minutes to read a check or a question, answer it and read what is said about the answer; also for a choice in a role-play.
CHECK_MINUTES = 0.5
#: How far a stated figure may be off, as a share; half a minute is always allowed, since minutes are whole.
TOLERANCE = 0.1
#: A fact counts as one word.
WORD = re.compile(r"\{fact:[^}]*\}|\w+(?:['’-]\w+)*")


@cache
def _pack(folder: Path) -> LoadedPack:
    return load_pack(read_folder(folder), InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")]))


def words(text: str) -> int:
    """Count the words of a piece of Markdown."""
    return len(WORD.findall(text))


def lesson_words(lesson: Lesson) -> int:
    """Count what is read on the screens of a lesson; descriptions of pictures stand for the pictures and are left out."""
    described = {piece.alt for screen in lesson.screens for piece in screen.pieces}
    return sum(words(block.msgid) for number, block in enumerate(lesson.blocks) if number not in described)


def ways(play: RolePlay, at: str = "", way: Way = ()) -> Iterator[tuple[str, ...]]:
    """Yield each way through a role-play that comes to no scene twice, as "scene" and "scene/choice/<key>" by turns."""
    scene = play.scene(at or play.start)
    assert scene is not None
    here = (*way, scene.key)
    if not scene.choices:
        yield here
    for choice in scene.choices:
        if choice.to not in here:
            yield from ways(play, choice.to, (*here, f"{scene.key}/choice/{choice.key}"))


def play_minutes(play: PackPlay, pace: int) -> float:
    """Return the minutes of the median way through a role-play: its words at *pace* words a minute, and its choices."""
    return median(_way_minutes(play, way, pace) for way in ways(play.play))


def _way_minutes(play: PackPlay, way: Way, pace: int) -> float:
    scenes = [step for step in way if "/" not in step]
    chosen = [step for step in way if "/" in step]
    read = sum(words(play.words[f"scene/{scene}/text"]) for scene in scenes)
    read += sum(_offered_words(play, scene) for scene in scenes)
    read += sum(words(play.words.get(f"scene/{choice}/led_to", "")) for choice in chosen)
    return (words(play.words.get("about", "")) + read) / pace + CHECK_MINUTES * len(chosen)


def _offered_words(play: PackPlay, scene: str) -> int:
    offered = re.compile(rf"scene/{re.escape(scene)}/choice/[^/]+/text")
    return sum(words(text) for part, text in play.words.items() if offered.fullmatch(part))


def expected_minutes(pack: LoadedPack, unit: UnitSpec) -> float:
    """Return the minutes that a person needs for a unit of *pack*, at the pace of its readers.

    A lesson: its words, CHECK_MINUTES for each check, a role-play by its median way. Where each country has a lesson, the
    median of them. A test: CHECK_MINUTES for each question that is asked. Talking in a group comes on top and is not counted.
    """
    if unit.kind is UnitKind.ASSESSMENT:
        return CHECK_MINUTES * _question_count(pack, unit)
    pace = WORDS_PER_MINUTE[pack.manifest.kind]
    lessons = [lesson for name, lesson in pack.lessons.items() if name.split(".")[0] == unit.key]
    return median(lesson_words(lesson) / pace + _check_minutes(pack, lesson, pace) for lesson in lessons)


def _check_minutes(pack: LoadedPack, lesson: Lesson, pace: int) -> float:
    items = [pack.items[piece.name] for piece in lesson.pieces(PieceKind.CHECK)]
    return sum(play_minutes(pack.plays[item.play], pace) if item.play else CHECK_MINUTES for item in items)


def _question_count(pack: LoadedPack, unit: UnitSpec) -> int:
    if unit.items:
        return len(pack.banks[unit.items])
    return sum(sum(section.draw.values()) or len(pack.banks[section.bank]) for section in unit.sections)


def _agree(stated: float, expected: float) -> bool:
    return abs(stated - expected) <= max(TOLERANCE * expected, 0.5)


def _own_units(folder: Path) -> Iterator[tuple[UnitSpec, float]]:
    pack = _pack(folder)
    for unit in pack.manifest.units:
        if unit.kind in {UnitKind.LESSON, UnitKind.ASSESSMENT}:
            yield unit, expected_minutes(pack, unit)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_unit_states_the_minutes_of_the_rule(folder: Path) -> None:
    wrong = [
        f"{unit.key}: {unit.minutes} stated, the rule gives {expected:.1f}"
        for unit, expected in _own_units(folder)
        if not _agree(max(unit.minutes or 0, 1), max(expected, 1))
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_minutes_of_a_pack_agree_as_a_whole(folder: Path) -> None:
    core = [(unit, expected) for unit, expected in _own_units(folder) if unit.core is not False]
    stated, expected = sum(unit.minutes or 0 for unit, _ in core), sum(minutes for _, minutes in core)
    assert _agree(stated, expected), f"{stated} stated, the rule gives {expected:.1f}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_path_states_the_minutes_of_its_modules(folder: Path) -> None:
    for unit in _pack(folder).manifest.units:
        if unit.kind is UnitKind.MODULE:
            module = _pack(ROOT / "modules" / unit.module).manifest
            assert unit.minutes == sum(part.minutes or 0 for part in module.units if part.core is not False), unit.key


def test_a_lesson_is_counted_by_words_checks_and_pace() -> None:
    pack = _pack(ROOT / "courses" / "course_p1")
    unit = next(unit for unit in pack.manifest.units if unit.key == "offer")
    lesson = pack.lessons["offer"]
    assert expected_minutes(pack, unit) == pytest.approx(lesson_words(lesson) / 100 + 2 * 0.5)
    assert words("Call {fact: FI/emergency.number} - it's free, day-care too.") == 6


def test_a_role_play_is_counted_by_its_median_way() -> None:
    play = next(iter(_pack(ROOT / "modules" / "module_ct2").plays.values()))
    times = sorted(_way_minutes(play, way, 180) for way in ways(play.play))
    assert times[0] < play_minutes(play, 180) < times[-1]
    assert all(play.play.scene(way[-1]).end for way in ways(play.play))  # type: ignore[union-attr]  # every way ends
