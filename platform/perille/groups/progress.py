"""What a trainer sees of the learning of a group: how many lessons of its courses are done. Never an answer, a mark or a test."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from sqlalchemy import String, bindparam, func, select, type_coerce

from perille.core.database import Session
from perille.domain.progress import UnitState
from perille.domain.progress import satisfied as is_satisfied
from perille.enrolment.models import Enrolment
from perille.groups.models import GroupMember
from perille.packs.published.edition import Edition
from perille.packs.published.library import PackLibrary
from perille.tracking.models import CourseProgress, UnitProgress


@dataclass(frozen=True, slots=True)
class Completion:
    """How much of a course somebody has done."""

    done: int
    units: int
    #: Whether all that counts is done.
    finished: bool


#: A row's number as the database has it: it is compared with others, and 200 of them as `UUID` take a tenth of a page.
Key = Hashable


_MARKS = (
    UnitProgress.completed_at,
    UnitProgress.passed_at,
    UnitProgress.waived_at,
    UnitProgress.launch_completed_at,
    UnitProgress.launch_passed_at,
)
#: Of each enrolment a row for each set of marks, with the units that have just these:
#: a row for each unit would take half of the page's time.
_DONE = (
    select(
        type_coerce(GroupMember.id, String).label("member"),
        type_coerce(Enrolment.id, String).label("enrolment"),
        Enrolment.pack_id,
        Enrolment.structure_hash,
        CourseProgress.satisfied_at.is_not(None),
        func.aggregate_strings(UnitProgress.unit, " "),
        *(mark.is_not(None) for mark in _MARKS),
    )
    .join(Enrolment, Enrolment.learner_id == GroupMember.learner_id)
    .outerjoin(CourseProgress, CourseProgress.registration == Enrolment.registration)
    .outerjoin(UnitProgress, UnitProgress.registration == Enrolment.registration)
    .where(GroupMember.group_id == bindparam("group"), GroupMember.left_at.is_(None))
    .where(Enrolment.pack_id.in_(bindparam("packs", expanding=True)), Enrolment.ended_at.is_(None))
    .group_by(
        GroupMember.id,
        Enrolment.id,
        Enrolment.pack_id,
        Enrolment.structure_hash,
        CourseProgress.satisfied_at,
        *(mark.is_not(None) for mark in _MARKS),
    )
    .order_by(Enrolment.id)
)


@dataclass(slots=True)
class _EnrolmentState:
    """What is known of one enrolment."""

    member: Key
    pack_id: str
    structure_hash: str
    finished: bool
    #: The units that have these marks.
    units: list[tuple[tuple[bool, ...], frozenset[str]]] = field(default_factory=list)


def completions(
    session: Session, library: PackLibrary, group_id: UUID, pack_ids: Sequence[str]
) -> Mapping[tuple[Key, str], Completion]:
    """Return (member, pack) -> what they have done of it, of those who began; one query for any group."""
    if not pack_ids:
        return {}
    made: dict[tuple[Key, str], Completion] = {}
    counters: dict[tuple[str, str], _Counter | None] = {}
    for each in _known(session, group_id, pack_ids):
        course = each.pack_id, each.structure_hash
        if course not in counters:
            edition = library.edition(*course)
            counters[course] = None if edition is None else _Counter(edition)
        counter = counters[course]
        if counter is not None:
            made[each.member, each.pack_id] = Completion(counter.count(each), counter.total, each.finished)
    return made


def _known(session: Session, group_id: UUID, pack_ids: Sequence[str]) -> Sequence[_EnrolmentState]:
    found: dict[Key, _EnrolmentState] = {}
    rows = session.execute(_DONE, {"group": group_id, "packs": list(pack_ids)})
    for member, enrolment, pack_id, structure_hash, finished, units, *marks in rows:
        known = found.get(enrolment)
        if known is None:
            known = found[enrolment] = _EnrolmentState(member, pack_id, structure_hash, bool(finished))
        if units:
            known.units.append((tuple(map(bool, marks)), frozenset(units.split())))
    return [*found.values()]


class _Counter:
    """Counts the units that are done of one version of a course, pre-tests left out.

    Which units some marks satisfy is worked out once a page.
    """

    def __init__(self, edition: Edition) -> None:
        self._units = edition.structure.counted_units
        self.total = len(self._units)
        self._satisfied: dict[tuple[bool, ...], frozenset[str]] = {}

    def count(self, known: _EnrolmentState) -> int:
        """Return how many units are done, those too of which nothing needs to be known."""
        done = sum(len(units & self._by(marks)) for marks, units in known.units)
        return done + len(self._by(_NOTHING).difference(*(units for _marks, units in known.units)))

    def _by(self, marks: tuple[bool, ...]) -> frozenset[str]:
        found = self._satisfied.get(marks)
        if found is None:
            state = _unit_state(*marks)
            found = frozenset(unit.key for unit in self._units if is_satisfied(unit, state))
            self._satisfied[marks] = found
        return found


_NOTHING = (False,) * len(_MARKS)


@cache
def _unit_state(*marks: bool) -> UnitState:
    completed, passed, waived, launch_completed, launch_passed = marks
    return UnitState(
        completed=completed,
        passed=passed,
        waived=waived,
        launch_completed=launch_completed,
        launch_passed=launch_passed,
    )
