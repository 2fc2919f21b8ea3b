"""A pre-test: what somebody knows before the first lesson. Offered once, never demanded, and held beside the test of the module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perille.assessment.models import Attempt
from perille.domain.course import CourseStructure, Unit, UnitKind
from perille.domain.item import Outcome
from perille.domain.progress import UnitState


@dataclass(frozen=True, slots=True)
class ObjectiveShare:
    """How many questions of one objective were right, of those that were asked."""

    right: int
    asked: int


def is_offered(structure: CourseStructure, states: Mapping[str, UnitState], taken: tuple[Attempt, ...]) -> bool:
    """Tell whether a pre-test may begin: it was not taken before, and nothing was learned. *taken*: attempts that are there already."""
    return not taken and not has_learned(structure, states)


def has_learned(structure: CourseStructure, states: Mapping[str, UnitState]) -> bool:
    """Tell whether a lesson or a test of the course is done, so that answers would no longer show what was known before."""
    done = {key for key, state in states.items() if state.completed or state.passed}
    learned = (unit for unit in structure.units if unit.kind is not UnitKind.SESSION)
    return any(unit.key in done for unit in learned if not structure.is_pre_test(unit.key))


def counterparts(structure: CourseStructure, unit: Unit) -> tuple[Unit, ...]:
    """Return the pre-test of a test, or the tests that a pre-test belongs to: what one asked, the other should not ask."""
    own = unit.rules.pre_test if unit.rules is not None else ""
    return tuple(
        each for each in structure.units if each.key == own or (each.rules and each.rules.pre_test == unit.key)
    )


def by_objective(structure: CourseStructure, outcomes: Mapping[str, Outcome]) -> dict[str, ObjectiveShare]:
    """Return objective -> how many of its questions were right, in the order in which the course names its items."""
    shares: dict[str, ObjectiveShare] = {}
    for item in structure.items:
        if item.key in outcomes and item.objective:
            known = shares.get(item.objective, ObjectiveShare(0, 0))
            shares[item.objective] = ObjectiveShare(known.right + outcomes[item.key].success, known.asked + 1)
    return shares
