"""Retention, export and erasure of what is kept under a learner's number.

What the page "Your data" promises is done here: progress goes twelve months after the last visit, a certificate five years after it was
made, and everything at once when the learner asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select

from perille.accounts.services import note
from perille.assessment.models import Attempt
from perille.credentials.models import Credential
from perille.database import Session
from perille.enrolment.models import Enrolment, Learner, ResumeCode
from perille.enrolment.services import erase_learner
from perille.learning.models import Bookmark
from perille.lrs.services import default_store, replay
from perille.tracking.services import erase_record

PROGRESS_KEPT = timedelta(days=365)
CERTIFICATE_KEPT = timedelta(days=5 * 365)
#: Learners that one transaction deletes: others must not wait long.
SLICE = 50


def expire(session: Session, day: date) -> int:
    """Delete what is older than was promised, at most `SLICE` learners; return how many there were."""
    due = select(Learner).where(Learner.last_seen_on < day - PROGRESS_KEPT).order_by(Learner.last_seen_on).limit(SLICE)
    learners = list(session.scalars(due))
    for learner in learners:
        newest = _newest_award(session, learner)
        if newest is None or newest <= day - CERTIFICATE_KEPT:
            erase_learner(session, learner, tombstone=False)
        else:
            _keep_certificate_only(session, learner, newest)
    if learners:
        note(session, None, "privacy.expired", learners=len(learners))
    return len(learners)


def _newest_award(session: Session, learner: Learner) -> date | None:
    query = select(func.max(Credential.awarded_on)).join(Enrolment, Enrolment.id == Credential.enrolment_id)
    return session.scalar(query.where(Enrolment.learner_id == learner.id))


def _keep_certificate_only(session: Session, learner: Learner, awarded: date) -> None:
    enrolments = list(session.scalars(select(Enrolment).where(Enrolment.learner_id == learner.id)))
    erase_record(session, learner.actor_name, {each.registration for each in enrolments})
    ids = [each.id for each in enrolments]
    session.execute(delete(Attempt).where(Attempt.enrolment_id.in_(ids)))
    session.execute(delete(Bookmark).where(Bookmark.enrolment_id.in_(ids)))
    session.execute(delete(ResumeCode).where(ResumeCode.learner_id == learner.id))
    # Due again on the day on which the certificate's five years end.
    learner.last_seen_on = awarded + CERTIFICATE_KEPT - PROGRESS_KEPT


def statements_of(session: Session, actor_name: UUID, registrations: Iterable[UUID]) -> Iterator[bytes]:
    """Yield a learner's statements of some registrations as they are kept, in the order in which they were stored."""
    name = str(actor_name).encode()
    for registration in registrations:
        for statement in replay(session, default_store(session), registration=registration):
            if name in statement.body:
                yield statement.body


def export(session: Session, learner: Learner) -> dict[str, object]:
    """Return all that is kept of a learner, as JSON values."""
    enrolments = list(session.scalars(select(Enrolment).where(Enrolment.learner_id == learner.id)))
    ids = [each.id for each in enrolments]
    registrations = [each.registration for each in enrolments]
    return {
        "learner": {"id": str(learner.id), "actor": str(learner.actor_name), "last_seen_on": str(learner.last_seen_on)},
        "enrolments": [
            {
                "course": each.pack_id,
                "registration": str(each.registration),
                "enrolled_at": each.enrolled_at.isoformat(),
            }
            for each in enrolments
        ],
        "certificates": [_certificate(each) for each in _hanging_on(session, Credential, ids)],
        "tests": [_test(each) for each in _hanging_on(session, Attempt, ids)],
        "bookmarks": [{"unit": each.unit, "screen": each.screen} for each in _hanging_on(session, Bookmark, ids)],
        "statements": [msgspec.json.decode(body) for body in statements_of(session, learner.actor_name, registrations)],
    }


T = TypeVar("T", Credential, Attempt, Bookmark)


def _hanging_on(session: Session, model: type[T], enrolments: list[UUID]) -> list[T]:
    return list(session.scalars(select(model).where(model.enrolment_id.in_(enrolments))))


def _certificate(row: Credential) -> dict[str, str]:
    return {
        "title": row.title,
        "printed_name": row.printed_name,
        "code": row.code,
        "awarded_on": str(row.awarded_on),
    }


def _test(row: Attempt) -> dict[str, object]:
    answers = [{"item": each.item, "response": each.response, "right": each.right} for each in row.answers]
    return {"unit": row.unit, "started_at": row.started_at.isoformat(), "score": row.score, "answers": answers}
