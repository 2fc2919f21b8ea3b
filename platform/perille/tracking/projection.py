"""Statements to progress: what the record says of a registration, as rows that a page can read at once.

Rows have natural keys and take their times from the statements, in `seq` order; the first statement that says a thing decides when it
was. So a replay of the record gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import delete, select

from perille.core.database import Session
from perille.lrs.services import StoredStatement
from perille.tracking.models import CourseProgress, UnitProgress
from perille.tracking.statements import VerbId, parse_activity_id
from perille.tracking.trust import StatementSource, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationOwner:
    """What a registration belongs to: only its own learner's statements about its own pack count."""

    pack: str
    actor_name: str
    #: All names of the learner: that of today, and those of before their progress was put together.
    actor_names: frozenset[str]
    #: The registration whose progress its statements change.
    counts_for: UUID


#: Registrations -> what they belong to; those unknown are left out.
Registry = Callable[[Session, set[UUID]], dict[UUID, RegistrationOwner]]
#: Registrations -> groups that count for one registration each, with all that belong to them.
Families = Callable[[Session, set[UUID]], list[frozenset[UUID]]]

_UNIT_TIMES = {
    VerbId.INITIALIZED: "initialized_at",
    VerbId.COMPLETED: "completed_at",
    VerbId.PASSED: "passed_at",
    VerbId.FAILED: "failed_at",
    VerbId.WAIVED: "waived_at",
    VerbId.SATISFIED: "satisfied_at",
}
#: What the content of a launch can say of its unit. Kept apart: a test of ours is passed by our own attempts alone.
_LAUNCH_TIMES = {
    VerbId.INITIALIZED: "initialized_at",
    VerbId.COMPLETED: "launch_completed_at",
    VerbId.PASSED: "launch_passed_at",
    VerbId.FAILED: "failed_at",
}
_COURSE_TIMES = {
    VerbId.COMPLETED: "completed_at",
    VerbId.SATISFIED: "satisfied_at",
    VerbId.EARNED: "earned_at",
}


@dataclass(slots=True)
class Projection:
    """Applies statements to the progress rows of one session."""

    session: Session
    registry: Registry
    #: Tells the homePage of this installation's learners: the same account name on another one is somebody else.
    home: Callable[[Session], str]
    #: Tells whose word a statement is.
    trust: Trust
    _read: set[UUID] = field(default_factory=set)
    _units: dict[tuple[UUID, str], UnitProgress] = field(default_factory=dict)
    _courses: dict[UUID, CourseProgress] = field(default_factory=dict)

    def apply(self, statements: Iterable[StoredStatement]) -> None:
        """Apply statements in `seq` order; those that are void, not ours, of another learner or vouched for by others change nothing."""
        ours = self._ours(statements)
        known = self.registry(self.session, {registration for _each, (registration, *_rest) in ours}) if ours else {}
        self._read_rows({each.counts_for for each in known.values()})
        for statement, (registration, pack, unit, item) in ours:
            belongs = known.get(registration)
            if belongs is not None and belongs.pack == pack and self._is_of(statement, belongs):
                self._apply(statement, belongs.counts_for, pack, unit, item)

    def _ours(self, statements: Iterable[StoredStatement]) -> list[tuple[StoredStatement, tuple[UUID, str, str, str]]]:
        placed = ((each, place) for each in statements if (place := _place(each)) is not None)
        return [(each, place) for each, place in placed if self.trust.source(each) is not None]

    def _is_of(self, statement: StoredStatement, belongs: RegistrationOwner) -> bool:
        account = statement.actor.account
        if account is UNSET or account.name not in belongs.actor_names or statement.actor.is_group:
            return False
        return account.home_page == self.home(self.session)

    def _read_rows(self, registrations: set[UUID]) -> None:
        # Anew, also what this session has read before: the writer holds the store only since it stored, and another one
        # may have changed these rows before that.
        fresh = registrations - self._read
        if not fresh:
            return
        self._read |= fresh
        units = select(UnitProgress).where(UnitProgress.registration.in_(fresh))
        courses = select(CourseProgress).where(CourseProgress.registration.in_(fresh))
        again = {"populate_existing": True}
        self._units |= {
            (row.registration, row.unit): row for row in self.session.scalars(units, execution_options=again)
        }
        self._courses |= {row.registration: row for row in self.session.scalars(courses, execution_options=again)}

    def _apply(self, statement: StoredStatement, registration: UUID, pack: str, unit: str, item: str) -> None:
        source = self.trust.source(statement)
        assert source is not None, "apply() has asked"
        at = source.moment(statement)
        if source.launch is not None and not unit:
            return
        course = self._course(registration, pack)
        course.started_at = course.started_at or at
        course.last_at = _later(course.last_at, at)
        if item:
            self._answered(statement, registration, unit)
        elif unit == "certificate" or not unit:
            if source.launch is None:
                _note(course, _COURSE_TIMES, statement, at)
        else:
            _unit_says(self._unit(registration, unit), statement, source)

    def _answered(self, statement: StoredStatement, registration: UUID, unit: str) -> None:
        if statement.verb == VerbId.ANSWERED:
            self._unit(registration, unit).answered_count += 1

    def _course(self, registration: UUID, pack: str) -> CourseProgress:
        row = self._courses.get(registration)
        if row is None:
            row = CourseProgress(registration=registration, pack_id=pack)
            self.session.add(row)
        self._courses[registration] = row
        return row

    def _unit(self, registration: UUID, unit: str) -> UnitProgress:
        key = (registration, unit)
        row = self._units.get(key)
        if row is None:
            row = UnitProgress(registration=registration, unit=unit, answered_count=0)
            self.session.add(row)
        self._units[key] = row
        return row


def _place(statement: StoredStatement) -> tuple[UUID, str, str, str] | None:
    if statement.voided or statement.registration is None or statement.activity is None:
        return None
    place = parse_activity_id(statement.activity)
    return (statement.registration, *place) if place is not None else None


def _note(row: object, times: dict[VerbId, str], statement: StoredStatement, at: datetime) -> None:
    name = times.get(VerbId(statement.verb)) if statement.verb in _KNOWN_VERBS else None
    if name is not None and getattr(row, name) is None:
        setattr(row, name, at)


_KNOWN_VERBS = frozenset(verb.value for verb in VerbId)


def _unit_says(row: UnitProgress, statement: StoredStatement, source: StatementSource) -> None:
    at = source.moment(statement)
    if source.launch is not None:
        _note(row, _LAUNCH_TIMES, statement, at)
        return
    _note(row, _UNIT_TIMES, statement, at)
    if statement.score_scaled is not None and (row.best_score is None or statement.score_scaled > row.best_score):
        row.best_score = statement.score_scaled


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one


def clear(session: Session, registrations: set[UUID] | None = None) -> None:
    """Drop the projections, all of them or those of some registrations."""
    for model in (UnitProgress, CourseProgress):
        statement = delete(model)
        if registrations is not None:
            statement = statement.where(model.registration.in_(registrations))
        session.execute(statement)
    session.expire_all()
