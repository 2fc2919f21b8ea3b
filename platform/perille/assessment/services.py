"""Tests: one attempt, its answers, and what is recorded when it is passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from perille.core.database import Session, utcnow
from perille.courses.activities import named_course, named_unit
from perille.courses.acts import answer_act, course_acts, initialized_acts, record_acts
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit
from perille.domain.item import Interaction, Item, Outcome, Response
from perille.domain.progress import UnitState, course_satisfied
from perille.domain.scoring import passed, scaled_score
from perille.enrolment.models import Enrolment
from perille.enrolment.services import lock_enrolment
from perille.tracking.services import unit_states
from perille.tracking.statements import Act, VerbId


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedAnswer:
    """An answer, and what it is worth."""

    item: Item
    interaction: Interaction
    response: Response
    outcome: Outcome
    #: How many tries the page knew of: a form that is sent twice is counted once.
    try_number: int


def latest_attempt(session: Session, enrolment: Enrolment | None, unit: Unit) -> Attempt | None:
    """Return the newest attempt at a test, None before the first answer."""
    if enrolment is None:
        return None
    query = select(Attempt).where(Attempt.enrolment_id == enrolment.id, Attempt.unit == unit.key)
    return session.scalar(query.order_by(Attempt.number.desc()).limit(1))


def answers_of(attempt: Attempt | None) -> dict[str, AttemptAnswer]:
    """Return the newest answer to each item."""
    return {answer.item: answer for answer in attempt.answers} if attempt is not None else {}


def next_item(unit: Unit, answers: Mapping[str, AttemptAnswer]) -> str | None:
    """Return the first item that is not answered right, None when all are."""
    return next((key for key in unit.items if key not in answers or not answers[key].right), None)


def submit(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, given: SubmittedAnswer) -> Attempt:
    """Keep an answer and record it; the answer that makes the test complete passes it, once.

    There is no fail: a newcomer's test is answered until all is right (no tries are counted against anybody).
    """
    lock_enrolment(session, enrolment)
    attempt = latest_attempt(session, enrolment, unit) or _begin(session, place, enrolment, unit)
    if not _keep(attempt, given):
        return attempt
    acts = initialized_acts(place, unit.key, unit_states(session, enrolment.registration))
    acts.append(answer_act(place, unit, given.item, given.interaction, given.response, given.outcome))
    if attempt.finished_at is None and _all_right(place, unit, attempt):
        attempt.finished_at = utcnow()
        acts += _passed(session, place, enrolment, unit, attempt)
    record_acts(session, place, enrolment, acts)
    session.flush()
    return attempt


def _begin(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit) -> Attempt:
    attempt = Attempt(
        enrolment_id=enrolment.id, unit=unit.key, number=1, structure_hash=place.edition.structure_hash, answers=[]
    )
    session.add(attempt)
    session.flush()
    return attempt


def _keep(attempt: Attempt, given: SubmittedAnswer) -> bool:
    """Keep an answer; return False for one that was kept already.

    A page from before the last answer may still be answered (the browser's way back): only the same answer is the same form again.
    """
    known = answers_of(attempt).get(given.item.key)
    if known is None:
        attempt.answers.append(
            AttemptAnswer(item=given.item.key, response=list(given.response), right=given.outcome.success, tries=1)
        )
        return True
    sent_again = known.tries != given.try_number and known.response == list(given.response)
    if known.right or sent_again:
        return False
    known.response, known.right, known.at = list(given.response), given.outcome.success, utcnow()
    known.tries += 1
    return True


def _all_right(place: LearnerCourse, unit: Unit, attempt: Attempt) -> bool:
    answers = answers_of(attempt)
    outcomes = {
        key: Outcome(scaled=1.0 if answers[key].right else 0.0, success=answers[key].right)
        for key in unit.items
        if key in answers
    }
    if len(outcomes) < len(unit.items):
        return False
    critical = [item.key for item in place.structure.items if item.critical and item.key in unit.items]
    return passed(outcomes, mastery=unit.mastery if unit.mastery is not None else 1.0, critical=critical)


def _passed(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: Unit, attempt: Attempt) -> list[Act]:
    states = dict(unit_states(session, enrolment.registration))
    before = course_satisfied(place.structure, states)
    states[unit.key] = UnitState(initialized=True, completed=True, passed=True)
    score = scaled_score(Outcome(scaled=1.0 if each.right else 0.0, success=each.right) for each in attempt.answers)
    test, course = named_unit(place, unit), named_course(place)
    return [
        Act(verb=VerbId.COMPLETED, object=test, parent=course, course=course, completion=True),
        Act(verb=VerbId.PASSED, object=test, parent=course, course=course, success=True, scaled=round(score, 4)),
        *course_acts(place, states, before=before),
    ]
