"""Progress: when a unit and a course are satisfied, and what comes next (cmi5 10.2.4, 9.3.9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.build import course, courses, move_ons, records, states
from perille.domain.course import CourseStructure, MoveOn, Unit
from perille.domain.progress import UnitState, course_satisfied, missing_units, next_unit, satisfied

COMPLETED, PASSED, BOTH = UnitState(completed=True), UnitState(passed=True), UnitState(completed=True, passed=True)


@pytest.mark.parametrize(
    ("rule", "enough", "not_enough"),
    [
        (MoveOn.PASSED, [PASSED, BOTH], [UnitState(), COMPLETED]),
        (MoveOn.COMPLETED, [COMPLETED, BOTH], [UnitState(), PASSED]),
        (MoveOn.COMPLETED_AND_PASSED, [BOTH], [UnitState(), COMPLETED, PASSED]),
        (MoveOn.COMPLETED_OR_PASSED, [COMPLETED, PASSED, BOTH], [UnitState()]),
        (MoveOn.NOT_APPLICABLE, [UnitState(), COMPLETED, PASSED, BOTH], []),
    ],
)
def test_unit_is_satisfied_by_its_rule(rule: MoveOn, enough: list[UnitState], not_enough: list[UnitState]) -> None:
    unit = Unit(key="u", move_on=rule)
    assert all(satisfied(unit, state) for state in enough)
    assert not any(satisfied(unit, state) for state in not_enough)


@given(move_ons, states)
def test_waived_unit_is_satisfied_and_more_never_takes_away(rule: MoveOn, state: UnitState) -> None:
    unit = Unit(key="u", move_on=rule)
    assert satisfied(unit, replace(state, waived=True))
    for more in (replace(state, completed=True), replace(state, passed=True), replace(state, initialized=True)):
        assert satisfied(unit, more) >= satisfied(unit, state)


@given(move_ons, states)
def test_to_have_begun_decides_nothing(rule: MoveOn, state: UnitState) -> None:
    unit = Unit(key="u", move_on=rule)
    assert satisfied(unit, replace(state, initialized=True)) == satisfied(unit, replace(state, initialized=False))


@given(courses(), st.data())
def test_course_is_satisfied_when_no_core_unit_is_missing(structure: CourseStructure, data: st.DataObject) -> None:
    recorded = data.draw(records(structure))
    assert course_satisfied(structure, recorded) == (missing_units(structure, recorded) == ())


@given(courses(), st.data())
def test_missing_units_are_core_and_in_the_order_of_the_way(structure: CourseStructure, data: st.DataObject) -> None:
    recorded = data.draw(records(structure))
    missing = missing_units(structure, recorded)
    assert list(missing) == sorted(missing, key=structure.order.index)
    assert all(unit.core for unit in structure.units if unit.key in missing)


@given(courses(), st.data())
def test_next_unit_has_only_satisfied_ones_before_it(structure: CourseStructure, data: st.DataObject) -> None:
    recorded = data.draw(records(structure))
    upcoming = next_unit(structure, recorded)
    end = structure.order.index(upcoming) if upcoming else len(structure.order)
    done = {unit.key for unit in structure.units if satisfied(unit, recorded.get(unit.key, UnitState()))}
    assert set(structure.order[:end]) <= done
    assert upcoming not in done


@given(courses())
def test_doing_what_comes_next_leads_to_the_end(structure: CourseStructure) -> None:
    recorded: dict[str, UnitState] = {}
    for _ in structure.order:
        if (key := next_unit(structure, recorded)) is not None:
            recorded[key] = BOTH
    assert next_unit(structure, recorded) is None
    assert course_satisfied(structure, recorded)


def test_unit_that_is_not_core_is_offered_but_not_needed() -> None:
    structure = course(Unit(key="extra", core=False), Unit(key="core"))
    assert next_unit(structure, {"core": COMPLETED}) == "extra"
    assert course_satisfied(structure, {"core": COMPLETED})
    assert missing_units(structure, {}) == ("core",)


def test_record_of_a_unit_that_is_gone_changes_nothing() -> None:
    assert missing_units(course(Unit(key="core")), {"gone": BOTH}) == ("core",)
