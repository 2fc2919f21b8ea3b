"""Attempts whose time is over and whose learner never came back: they are handed in as they stand, by a background job."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select

from perille.assessment.attempts import GRACE
from perille.assessment.grading import hand_in
from perille.assessment.models import Attempt
from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.fault_isolation import concerns_all, note_failure
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.enrolment.models import Enrolment
from perille.enrolment.services import lock_enrolment
from perille.learning.enrolled_course import course_of
from perille.learning.questions import interaction_of
from perille.packs.published.library import PackLibrary, current_library

log = logging.getLogger(__name__)
#: Attempts that one run hands in at most; those that are left come with the next. What cannot be handed in takes nobody's place.
_MOST = 200
#: Beyond the grace of a press at the last second: a page that hands in by itself, on a slow line, goes first.
PATIENCE = GRACE + timedelta(minutes=2)


def hand_in_expired(session: Session, now: datetime) -> int:
    """Hand in what was answered in attempts whose time was over a while before *now*; return how many.

    Nobody acts here, so an attempt ends at its deadline, pauses are counted from there, and the learner's last day of use stays as it
    was. Needs an app context; does not commit. A second run finds nothing left; an attempt that cannot be marked stops no other.
    """
    library = current_library()
    handed_in = (_hand_in(session, library, attempt_id) for attempt_id in _expired(session, now))
    return sum(islice(filter(None, handed_in), _MOST))


def _expired(session: Session, now: datetime) -> list[UUID]:
    query = select(Attempt.id).where(Attempt.finished_at.is_(None), Attempt.deadline_at < now - PATIENCE)
    return list(session.scalars(query.order_by(Attempt.deadline_at)))


def _hand_in(session: Session, library: PackLibrary, attempt_id: UUID) -> bool:
    try:
        with session.begin_nested():
            return _hand_in_one(session, library, attempt_id)
    except LookupError as error:
        # Such as a question type whose plugin is not installed any more.
        log.error("the attempt %s cannot be handed in: %s", attempt_id, error)
        return False
    except Exception as error:
        if concerns_all(error):
            raise
        note_failure(job.name, error)
        return False


def _hand_in_one(session: Session, library: PackLibrary, attempt_id: UUID) -> bool:
    attempt = session.get_one(Attempt, attempt_id)
    enrolment = session.get_one(Enrolment, attempt.enrolment_id)
    lock_enrolment(session, enrolment)
    # The learner may have handed it in between the search and the lock.
    session.refresh(attempt)
    place = course_of(library, enrolment, language=attempt.language)
    unit = place.structure.unit(attempt.unit) if place is not None else None
    if place is None or unit is None or attempt.finished_at is not None or attempt.deadline_at is None:
        return False
    hand_in(session, place, enrolment, unit, attempt, interaction_of, attempt.deadline_at)
    return True


def run(session: Session) -> int:
    """Hand in what is over now, in a transaction of its own."""
    return run_in_transaction(session, lambda: hand_in_expired(session, utcnow()), write=True)


job = Job("expired-attempts", run, timedelta(minutes=5), title=lazy_gettext("Hand in tests whose time is over"))
