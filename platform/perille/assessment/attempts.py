"""Attempts at a test with rules: begun with a draw of their own, answered in any order, handed in once.

An attempt keeps the keys of the items it drew and the structure they belong to, so that it is marked by what was asked. Answers are
kept as they come, from any tab or phone; the last one counts. What comes after the deadline is refused, and what was kept before is marked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from perille.assessment.accommodations import tries_at
from perille.assessment.models import Attempt, AttemptAnswer, ExtraTime, ExtraTries
from perille.assessment.pre_tests import counterparts, has_learned, is_offered
from perille.core.database import Session
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.courses.learner_course import LearnerCourse
from perille.domain.assessment import TestRules
from perille.domain.course import Unit
from perille.domain.item import Item, Outcome, Response
from perille.domain.selection import allowed_minutes, deadline, draw, try_again
from perille.enrolment.models import Enrolment
from perille.enrolment.services import lock_enrolment
from perille.tracking.services import unit_states

#: An answer on its way when the time ends still counts: lines are slow.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStatus:
    """Where one learner stands with a test."""

    attempts: tuple[Attempt, ...]
    #: Tries that are left before a pause; None for as many as one wants.
    left: int | None
    #: When the next try may begin; None: now. `selection.NEVER` for never.
    next_at: datetime | None
    #: Minutes that a try has, with this person's extra time; None without a limit.
    minutes: int | None = None

    @property
    def open(self) -> Attempt | None:
        """The attempt that is not handed in yet, or None."""
        return next((each for each in self.attempts if each.finished_at is None), None)

    @property
    def last(self) -> Attempt | None:
        """The newest attempt that was handed in, or None."""
        return next((each for each in reversed(self.attempts) if each.finished_at is not None), None)

    def find(self, attempt_id: str) -> Attempt | None:
        """Return the attempt of that id, as a form names it, or None."""
        return next((each for each in self.attempts if str(each.id) == attempt_id), None)

    @property
    def passed(self) -> bool:
        """Whether any attempt was passed."""
        return any(each.passed for each in self.attempts)


def rules_of(unit: Unit) -> TestRules:
    """Return the rules of a test."""
    return unit.rules or TestRules()


def attempts_of(session: Session, enrolment: Enrolment | None, unit: Unit) -> tuple[Attempt, ...]:
    """Return all attempts at a test, the first one first."""
    if enrolment is None:
        return ()
    query = select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.unit == unit.key)
    return tuple(session.scalars(query.order_by(Attempt.number)))


def _attempts_and_extra(
    session: Session, enrolment: Enrolment | None, unit: Unit
) -> tuple[tuple[Attempt, ...], ExtraTries | None]:
    """Return all attempts, and the extra tries of who made them, asked for together: they matter once there is an attempt."""
    if enrolment is None:
        return (), None
    query = select(Attempt, ExtraTries).outerjoin(ExtraTries, ExtraTries.enrolment_id == Attempt.enrolment_id)
    query = query.where(Attempt.enrolment_id == enrolment.id, Attempt.unit == unit.key).order_by(Attempt.number)
    rows = session.execute(query).all()
    return tuple(row[0] for row in rows), rows[0][1] if rows else None


def attempt_status(session: Session, enrolment: Enrolment | None, unit: Unit, now: datetime) -> AttemptStatus:
    """Tell where a learner stands with a test at *now*."""
    attempts, extra = _attempts_and_extra(session, enrolment, unit)
    rules = rules_of(unit)
    tries = tries_at([each.finished_at for each in attempts if each.finished_at is not None], rules, extra, now)
    return AttemptStatus(
        attempts=attempts,
        left=tries.left,
        next_at=tries.next_at,
        minutes=allowed_minutes(rules, extra_percent=_extra_percent(session, enrolment, rules)),
    )


def status_of(session: Session, place: LearnerCourse, unit: Unit, now: datetime) -> AttemptStatus:
    """Tell where the learner of a course stands with a test at *now*. A pre-test that was left open ends with the first lesson.

    Handed in later it would tell what the lesson taught, and the gain of the module would be told too small.
    """
    where = attempt_status(session, place.enrolment, unit, now)
    if where.open is None or place.enrolment is None or not place.structure.is_pre_test(unit.key):
        return where
    if not has_learned(place.structure, unit_states(session, place.enrolment.registration)):
        return where
    return replace(where, attempts=tuple(each for each in where.attempts if each.finished_at is not None))


def begin(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, now: datetime) -> Attempt:
    """Return the open attempt, or begin one with a draw of its own; two presses at once give one. Raise Conflict where none may begin."""
    lock_enrolment(session, enrolment)
    where = attempt_status(session, enrolment, unit, now)
    if where.open is not None:
        return where.open
    if where.next_at is not None:
        raise Conflict(_("You have used your tries for now. Read the lessons again, and come back after the pause."))
    if not may_begin(session, place, enrolment, unit, where):
        raise Conflict(_("These questions are for the time before the first lesson."))
    seed = secrets.token_hex(8)
    attempt = Attempt(
        enrolment_id=enrolment.id,
        unit=unit.key,
        number=len(where.attempts) + 1,
        structure_hash=place.edition.structure_hash,
        language=place.language,
        country=place.sure_country,
        seed=seed,
        items=list(_drawn(session, place, enrolment, unit, where, seed)),
        started_at=now,
        deadline_at=_deadline(session, enrolment, rules_of(unit), now),
        answers=[],
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        found = attempt_status(session, enrolment, unit, now).open
        if found is None:
            raise
        return found
    return attempt


def may_begin(
    session: Session, place: LearnerCourse, enrolment: Enrolment | None, unit: Unit, where: AttemptStatus
) -> bool:
    """Tell whether a new attempt may begin, beside tries and pauses: a pre-test only once, and before the first lesson is done."""
    if not place.structure.is_pre_test(unit.key):
        return True
    states = unit_states(session, enrolment.registration) if enrolment is not None else {}
    return is_offered(place.structure, states, where.attempts)


def _drawn(
    session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, where: AttemptStatus, seed: str
) -> Sequence[str]:
    again = _asked_again(unit, where.last)
    if again is not None:
        return again
    if not unit.sections:
        return unit.items
    # Without the questions whose facts are past their review: the views have left them out of the unit.
    items = {item.key: item for item in place.structure.items if item.key in unit.items}
    others = [attempts_of(session, enrolment, each) for each in counterparts(place.structure, unit)]
    seen = frozenset(key for attempt in chain(where.attempts, *others) for key in attempt.items)
    return draw(unit.sections, items, seed=seed, country=place.sure_country, seen=seen)


def _asked_again(unit: Unit, last: Attempt | None) -> Sequence[str] | None:
    """Return the questions of the last attempt that the next one asks by the rules of the test; None where it draws its own."""
    if last is None:
        return None
    right = {answer.item for answer in last.answers if answer.right}
    return try_again(rules_of(unit).retry, last.items, right)


def _deadline(session: Session, enrolment: Enrolment, rules: TestRules, now: datetime) -> datetime | None:
    return deadline(now, rules, extra_percent=_extra_percent(session, enrolment, rules))


def _extra_percent(session: Session, enrolment: Enrolment | None, rules: TestRules) -> int:
    extra = session.get(ExtraTime, enrolment.id) if rules.time_limit and enrolment is not None else None
    return extra.percent if extra is not None else 0


def set_extra_time(session: Session, enrolment: Enrolment, percent: int) -> None:
    """Give one person more time in tests with a limit, from their next attempt on; 0 takes it away."""
    row = session.get(ExtraTime, enrolment.id)
    if row is not None and percent == 0:
        session.delete(row)
    elif row is not None:
        row.percent = percent
    elif percent:
        session.add(ExtraTime(enrolment_id=enrolment.id, percent=percent))
    session.flush()


def is_late(attempt: Attempt, now: datetime) -> bool:
    """Whether the time of an attempt is over."""
    return attempt.deadline_at is not None and now > attempt.deadline_at + GRACE


def save(
    attempt: Attempt,
    item: Item,
    response: Response | None,
    outcome: Outcome,
    *,
    certainty: str,
    now: datetime,
    fixed: bool = False,
) -> None:
    """Keep an answer, or take it back; the last one counts, and a *fixed* one stays.

    Raise Conflict after the end, or for an item that was not asked.
    """
    _refuse_closed(attempt, item, now)
    known = next((each for each in attempt.answers if each.item == item.key), None)
    if known is not None and known.fixed:
        return
    if response is None:
        if known is not None:
            attempt.answers.remove(known)
        return
    if known is None:
        known = AttemptAnswer(item=item.key, response=[], right=False, tries=0, fixed=False)
        attempt.answers.append(known)
    known.response, known.certainty, known.at = list(response), certainty, now
    known.right, known.scaled = outcome.success, outcome.scaled
    known.fixed = fixed
    known.tries += 1


def _refuse_closed(attempt: Attempt, item: Item, now: datetime) -> None:
    if attempt.finished_at is not None:
        raise Conflict(_("This test was handed in already. Your answers are kept as they were."))
    if is_late(attempt, now):
        raise Conflict(_("The time is over. What you answered before is kept: hand it in to see your result."))
    if item.key not in attempt.items:
        raise Conflict(_("That question is not in your test. Open the test again."))


def answers_by_item(attempt: Attempt) -> Mapping[str, AttemptAnswer]:
    """Return the answers of an attempt by the key of their item."""
    return {answer.item: answer for answer in attempt.answers}
