"""The minutes of each shipped unit follow one rule, so that nobody is promised more study than there is, or less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.domain.course import UnitKind
from perille.domain.item_files import ways_through
from perille.interactions.role_play.graph import RolePlay, ways
from perille.packs.checks.minutes import (
    count_words,
    expected_minutes,
    file_minutes,
    lesson_words,
    minutes_agree,
    way_minutes,
)
from perille.packs.format.units import ResolvedUnit, resolve_units
from perille.packs.source.diagnostics import Diagnostics
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))


def _own_units(folder: Path) -> Iterator[tuple[ResolvedUnit, float]]:
    pack = shipped_pack(folder)
    for plan in resolve_units(pack, {}, Diagnostics()):
        expected = expected_minutes(plan)
        if expected is not None:
            yield plan, expected


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_unit_states_the_minutes_of_the_rule(folder: Path) -> None:
    wrong = [
        f"{plan.key}: {plan.spec.minutes} stated, the rule gives {expected:.1f}"
        for plan, expected in _own_units(folder)
        if not minutes_agree(plan.spec.minutes or 0, expected)
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_minutes_of_a_pack_agree_as_a_whole(folder: Path) -> None:
    core = [(plan.spec, expected) for plan, expected in _own_units(folder) if plan.spec.core is not False]
    stated, expected = sum(spec.minutes or 0 for spec, _ in core), sum(minutes for _, minutes in core)
    assert minutes_agree(stated, expected), f"{stated} stated, the rule gives {expected:.1f}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_path_states_the_minutes_of_its_modules(folder: Path) -> None:
    for unit in shipped_pack(folder).manifest.units:
        if unit.kind is UnitKind.MODULE:
            module = shipped_pack(ROOT / "modules" / unit.module).manifest
            assert unit.minutes == sum(part.minutes or 0 for part in module.units if part.core is not False), unit.key


def test_a_lesson_is_counted_by_words_checks_and_pace() -> None:
    pack = shipped_pack(ROOT / "courses" / "course_p1")
    plan = next(plan for plan in resolve_units(pack, {}, Diagnostics()) if plan.key == "offer")
    lesson = pack.lessons["offer"]
    assert expected_minutes(plan) == pytest.approx(lesson_words(lesson) / 100 + 2 * 0.5)
    assert count_words("Call {fact: FI/emergency.number} - it's free, day-care too.") == 6


def test_a_role_play_is_counted_by_its_median_way() -> None:
    file = shipped_pack(ROOT / "modules" / "module_ct2").own_files["plays/cleaning-round"]
    play: RolePlay = file.reading.value
    times = sorted(way_minutes(file, way, 180) for way in ways_through(file.files, file.reading))
    minutes = file_minutes(file, 180)
    assert minutes is not None
    assert times[0] < minutes < times[-1]
    assert all(play.scene(way[-1]).end for way in ways(play))  # type: ignore[union-attr]  # every way ends
