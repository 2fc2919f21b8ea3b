"""What a trainer sees of the learning of a group: how many lessons of its courses are done. Never an answer, a mark or a test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import func, select

from perille.core.database import Session
from perille.domain.progress import UnitState
from perille.domain.progress import satisfied as is_satisfied
from perille.enrolment.models import Enrolment
from perille.groups.models import GroupMember
from perille.packs.published.library import PackLibrary
from perille.tracking.models import CourseProgress, UnitProgress


@dataclass(frozen=True, slots=True)
class Completion:
    """How much of a course somebody has done."""

    done: int
    units: int
    #: Whether all that counts is done.
    finished: bool


def completions(
    session: Session, library: PackLibrary, group_id: UUID, pack_ids: Sequence[str]
) -> Mapping[tuple[UUID, str], Completion]:
    """Return (member, pack) -> what they have done of it, of those who began; a fixed number of queries for any group."""
    if not pack_ids:
        return {}
    enrolments = _enrolments(session, group_id, pack_ids)
    states = _states(session, group_id, pack_ids)
    made = {}
    for member, pack_id, structure_hash, registration, satisfied_at in enrolments:
        edition = library.edition(pack_id, structure_hash)
        if edition is None:
            continue
        known = states.get(registration, {})
        units = edition.structure.units
        done = sum(1 for unit in units if is_satisfied(unit, known.get(unit.key, _NOTHING)))
        made[member, pack_id] = Completion(done, len(units), satisfied_at is not None)
    return made


_NOTHING = UnitState()


def _enrolments(
    session: Session, group_id: UUID, pack_ids: Sequence[str]
) -> Sequence[tuple[UUID, str, str, UUID, datetime | None]]:
    query = (
        select(
            GroupMember.id,
            Enrolment.pack_id,
            Enrolment.structure_hash,
            Enrolment.registration,
            CourseProgress.satisfied_at,
        )
        .join(Enrolment, Enrolment.learner_id == GroupMember.learner_id)
        .outerjoin(CourseProgress, CourseProgress.registration == Enrolment.registration)
        .where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
        .where(Enrolment.pack_id.in_(pack_ids), Enrolment.ended_at.is_(None))
    )
    return session.execute(query).all()


def _states(session: Session, group_id: UUID, pack_ids: Sequence[str]) -> Mapping[UUID, Mapping[str, UnitState]]:
    marks_of = tuple(mark.is_not(None) for mark in _MARKS)
    # Units of which the same is known in one row: a row for each would take half of the page's time.
    query = (
        select(UnitProgress.registration, func.aggregate_strings(UnitProgress.unit, " "), *marks_of)
        .join(Enrolment, Enrolment.registration == UnitProgress.registration)
        .join(GroupMember, GroupMember.learner_id == Enrolment.learner_id)
        .where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
        .where(Enrolment.pack_id.in_(pack_ids), Enrolment.ended_at.is_(None))
    )
    found: dict[UUID, dict[str, UnitState]] = defaultdict(dict)
    for registration, units, *marks in session.execute(query.group_by(UnitProgress.registration, *marks_of)):
        found[registration] |= dict.fromkeys(units.split(), _unit_state(*map(bool, marks)))
    return found


_MARKS = (
    UnitProgress.completed_at,
    UnitProgress.passed_at,
    UnitProgress.waived_at,
    UnitProgress.launch_completed_at,
    UnitProgress.launch_passed_at,
)


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
