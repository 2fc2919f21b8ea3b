"""Which of two enrolments in one course goes on, when two learners turn out to be one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from perille.core.database import Session
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner
from perille.enrolment.services import open_enrolments
from perille.tracking.models import CourseProgress, UnitProgress

_LATE = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EnrolmentPair:
    """Two open enrolments in one course: the one that goes on, and the one whose statements count for it."""

    leads: Enrolment
    ends: Enrolment


def pairs_of(session: Session, older: Learner, stays: Learner) -> list[EnrolmentPair]:
    """Return the courses that both have open.

    The one with a certificate goes on, else the finished one, else the one with more parts done, else the earlier one.
    """
    theirs = {each.pack_id: each for each in open_enrolments(session, older.id)}
    pairs = []
    for mine in sorted(open_enrolments(session, stays.id), key=lambda each: each.pack_id):
        other = theirs.get(mine.pack_id)
        if other is not None:
            leads, ends = sorted((mine, other), key=lambda each: _rank(session, each))
            pairs.append(EnrolmentPair(leads, ends))
    return pairs


def _rank(session: Session, enrolment: Enrolment) -> tuple[object, ...]:
    credential = session.scalar(select(Credential.awarded_at).where(Credential.enrolment_id == enrolment.id))
    course = session.scalar(
        select(CourseProgress.satisfied_at).where(CourseProgress.registration == enrolment.registration)
    )
    done = session.scalar(
        select(func.count())
        .select_from(UnitProgress)
        .where(UnitProgress.registration == enrolment.registration)
        .where(UnitProgress.completed_at.is_not(None) | UnitProgress.passed_at.is_not(None))
    )
    return (credential or _LATE, course or _LATE, -(done or 0), enrolment.enrolled_at, enrolment.id)
