"""Progress: what a learner has done of a course, as pure rules (cmi5 10.2.4 moveOn, 9.3.9 satisfied).

>>> from perille.domain.course import Block, PackKind, Trace
>>> course = CourseStructure(
...     pack="course_example",
...     kind=PackKind.COURSE,
...     trace=Trace.PROGRESS,
...     blocks=(Block(key="all", units=("hello", "home", "extra")),),
...     units=(Unit(key="hello"), Unit(key="home"), Unit(key="extra", core=False)),
...     items=(),
... )
>>> states = {"home": UnitState(completed=True)}
>>> missing_units(course, states), next_unit(course, states), course_satisfied(course, states)
(('hello',), 'hello', False)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from perille.domain.course import CourseStructure, MoveOn, Unit, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitState:
    """What has been recorded of one unit in one registration."""

    initialized: bool = False
    completed: bool = False
    passed: bool = False
    waived: bool = False
    #: What content that was launched has reported of the unit itself (cmi5 9.3).
    launch_completed: bool = False
    launch_passed: bool = False


_DONE: dict[MoveOn, Callable[[UnitState], bool]] = {
    MoveOn.PASSED: lambda state: state.passed,
    MoveOn.COMPLETED: lambda state: state.completed,
    MoveOn.COMPLETED_AND_PASSED: lambda state: state.completed and state.passed,
    MoveOn.COMPLETED_OR_PASSED: lambda state: state.completed or state.passed,
    MoveOn.NOT_APPLICABLE: lambda state: True,
}


def satisfied(unit: Unit, state: UnitState) -> bool:
    """Tell whether a unit's move-on rule is met (cmi5 10.2.4); a waived unit is.

    A test is marked here: what launched content says of it does not count, or a certificate could rest on a stranger's word.

    >>> lesson = Unit(key="hello", move_on=MoveOn.COMPLETED)
    >>> satisfied(lesson, UnitState()), satisfied(lesson, UnitState(completed=True)), satisfied(lesson, UnitState(waived=True))
    (False, True, True)
    >>> satisfied(Unit(key="final", kind=UnitKind.ASSESSMENT, move_on=MoveOn.PASSED), UnitState(launch_passed=True))
    False
    """
    if unit.kind is not UnitKind.ASSESSMENT and (state.launch_completed or state.launch_passed):
        completed, passed = state.completed or state.launch_completed, state.passed or state.launch_passed
        state = replace(state, completed=completed, passed=passed)
    return state.waived or _DONE[unit.move_on](state)


def course_satisfied(course: CourseStructure, states: Mapping[str, UnitState]) -> bool:
    """Tell whether every core unit is satisfied."""
    return all(satisfied(unit, states.get(unit.key, UnitState())) for unit in course.units if unit.core)


def missing_units(course: CourseStructure, states: Mapping[str, UnitState]) -> tuple[str, ...]:
    """Return the keys of the core units that are not satisfied, in the order of the way."""
    nothing = UnitState()
    open_units = {unit.key for unit in course.units if unit.core and not satisfied(unit, states.get(unit.key, nothing))}
    return tuple(key for key in course.order if key in open_units)


def next_unit(course: CourseStructure, states: Mapping[str, UnitState]) -> str | None:
    """Return the first unit that is not satisfied, or None when all are. Nobody is led to a pre-test: it is only offered."""
    nothing = UnitState()
    pre_tests = course.pre_tests
    units = (unit for key in course.order if key not in pre_tests and (unit := course.unit(key)) is not None)
    return next((unit.key for unit in units if not satisfied(unit, states.get(unit.key, nothing))), None)
