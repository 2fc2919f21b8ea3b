"""Retention, export and erasure of what is kept under a learner's number.

What the page "Your data" promises is done here: progress goes twelve months after the last visit, a certificate five years after it was
made, and everything at once when the learner asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from perille.assessment.models import Attempt
from perille.credentials.models import Credential
from perille.database import Session
from perille.enrolment.models import Enrolment, Learner
from perille.learning.models import Bookmark
from perille.lrs.services import default_store, replay


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
