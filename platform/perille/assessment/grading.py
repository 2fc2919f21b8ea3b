"""Handing in, marking once, and marking again when an item was wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from perille.assessment.attempts import answers_by_item
from perille.assessment.models import Attempt, taken_at
from perille.core.database import Session
from perille.courses.activities import named_course, named_unit
from perille.courses.acts import answer_act, course_acts, record_acts
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import CourseStructure, Unit
from perille.domain.item import Interaction, Item, Outcome, is_scored
from perille.domain.progress import UnitState, course_satisfied
from perille.domain.refresher import is_refresher
from perille.domain.scoring import passed, scaled_score
from perille.enrolment.models import Enrolment
from perille.tracking.services import unit_states
from perille.tracking.statements import Act, VerbId

#: Item -> its interaction.
Interactions = Callable[[Item], Interaction]
#: Enrolment and unit -> the learner's course, None where its edition is gone.
Places = Callable[[Enrolment, Unit], LearnerCourse | None]
_UNANSWERED = Outcome(scaled=0.0, success=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What an attempt is worth."""

    score: float
    #: Never of a pre-test, which nobody passes or not.
    passed: bool
    #: Critical items that were not right.
    critical: tuple[str, ...]
    outcomes: Mapping[str, Outcome]


def grade(structure: CourseStructure, unit: Unit, attempt: Attempt, interactions: Interactions) -> Grade:
    """Mark an attempt by the items of *structure*: pure, and the same however often it is done."""
    answers = answers_by_item(attempt)
    outcomes, critical = {}, []
    for key in attempt.items:
        item = structure.item(key)
        if item is None or not is_scored(interactions(item)):
            continue
        answer = answers.get(key)
        outcome = interactions(item).score(item, tuple(answer.response)) if answer is not None else _UNANSWERED
        outcomes[key] = outcome
        if item.critical and not outcome.success:
            critical.append(key)
    needed = unit.mastery if unit.mastery is not None else 1.0
    counts = not structure.is_pre_test(unit.key)
    return Grade(
        score=scaled_score(outcomes.values()),
        passed=counts and passed(outcomes, mastery=needed) and not critical,
        critical=tuple(critical),
        outcomes=outcomes,
    )


def hand_in(
    session: Session,
    place: LearnerCourse,
    enrolment: Enrolment,
    unit: Unit,
    attempt: Attempt,
    interactions: Interactions,
    now: datetime,
) -> Grade:
    """Mark an attempt once and record it: every answer, then passed or failed. A second press finds it done.

    Of a pre-test is recorded only that it is completed.
    """
    result = grade(place.structure, unit, attempt, interactions)
    if attempt.finished_at is not None:
        return result
    attempt.finished_at, attempt.score = now, result.score
    attempt.passed = None if place.structure.is_pre_test(unit.key) else result.passed
    for answer in attempt.answers:
        outcome = result.outcomes.get(answer.item)
        if outcome is not None:
            answer.right, answer.scaled = outcome.success, outcome.scaled
    acts = [*_answers(place, unit, attempt, result, interactions), *_ended(session, place, enrolment, unit, result)]
    record_acts(session, place, enrolment, acts)
    session.flush()
    return result


def _answers(
    place: LearnerCourse, unit: Unit, attempt: Attempt, result: Grade, interactions: Interactions
) -> Iterator[Act]:
    answers = answers_by_item(attempt)
    for key, outcome in result.outcomes.items():
        item = place.structure.item(key)
        if item is not None and key in answers:
            yield answer_act(place, unit, item, interactions(item), tuple(answers[key].response), outcome)


def _ended(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, result: Grade) -> list[Act]:
    test, course = named_unit(place, unit), named_course(place)
    score = round(result.score, 4)
    states = dict(unit_states(session, enrolment.registration))
    known = states.get(unit.key, UnitState())
    if not result.passed and not place.structure.is_pre_test(unit.key):
        # Whoever has passed and tries again for practice fails nothing, and a refresher takes nothing away.
        failed = Act(verb=VerbId.FAILED, object=test, parent=course, course=course, success=False, scaled=score)
        return [] if known.passed or is_refresher(unit.key) else [failed]
    before = course_satisfied(place.structure, states)
    states[unit.key] = replace(known, initialized=True, completed=True, passed=result.passed or known.passed)
    acts = [Act(verb=VerbId.COMPLETED, object=test, parent=course, course=course, completion=True)]
    if result.passed:
        acts.append(Act(verb=VerbId.PASSED, object=test, parent=course, course=course, success=True, scaled=score))
    return [*acts, *course_acts(place, states, before=before)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChange:
    """What marking again changes of one attempt."""

    attempt_id: UUID
    registration: UUID
    old_score: float
    new_score: float
    old_passed: bool
    new_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentStructure:
    """The structure by which attempts are marked again."""

    structure: CourseStructure
    hash: str
    #: When it is done.
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFilter:
    """Which attempts are marked again; all of a test unless something narrows it."""

    #: Only those that asked the item of this key; "" for any.
    question: str = ""
    attempt: UUID | None = None


def regrade(
    session: Session,
    unit: Unit,
    newest: CurrentStructure,
    interactions: Interactions,
    *,
    places: Places,
    apply: bool,
    which: AttemptFilter | None = None,
) -> list[ScoreChange]:
    """Mark attempts that were handed in again, by the items of the *newest* structure; return what changes; change it if *apply*.

    A pass that was given is never taken away: people have acted on it. Items that the structure has no longer are left out.
    *unit*: the test, or what stands for all refreshers of the module (`refresher.test_or_refreshers`).
    """
    structure, which = newest.structure, which or AttemptFilter()
    changes = []
    query = select(Attempt, Enrolment).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    query = query.where(taken_at(unit.key), Attempt.finished_at.is_not(None), Enrolment.pack_id == structure.pack)
    if which.attempt is not None:
        query = query.where(Attempt.id == which.attempt)
    for attempt, enrolment in session.execute(query.order_by(Attempt.id)):
        if which.question and which.question not in attempt.items:
            continue
        this = replace(unit, key=attempt.unit)
        change = _change(structure, this, attempt, enrolment, interactions)
        if change is None:
            continue
        changes.append(change)
        if apply:
            _apply(session, change, attempt, enrolment, this, interactions, newest, places)
    return changes


def _change(
    structure: CourseStructure, unit: Unit, attempt: Attempt, enrolment: Enrolment, interactions: Interactions
) -> ScoreChange | None:
    again = grade(structure, unit, attempt, interactions)
    old, was = attempt.score or 0.0, bool(attempt.passed)
    new_passed = was or again.passed
    if abs(again.score - old) < 1e-9 and new_passed == was:
        return None
    return ScoreChange(
        attempt_id=attempt.id,
        registration=enrolment.registration,
        old_score=old,
        new_score=again.score,
        old_passed=was,
        new_passed=new_passed,
    )


def _apply(
    session: Session,
    change: ScoreChange,
    attempt: Attempt,
    enrolment: Enrolment,
    unit: Unit,
    interactions: Interactions,
    newest: CurrentStructure,
    places: Places,
) -> None:
    again = grade(newest.structure, unit, attempt, interactions)
    attempt.marked_by, attempt.marked_again_at, attempt.score_before = newest.hash, newest.at, change.old_score
    attempt.score = change.new_score
    attempt.passed = None if newest.structure.is_pre_test(unit.key) else change.new_passed
    for answer in attempt.answers:
        if answer.item in again.outcomes:
            answer.right, answer.scaled = again.outcomes[answer.item].success, again.outcomes[answer.item].scaled
    place = places(enrolment, unit)
    if change.new_passed and not change.old_passed and place is not None:
        record_acts(session, place, enrolment, _ended(session, place, enrolment, unit, again))
    session.flush()
