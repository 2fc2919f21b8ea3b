"""What the learning record of a test site holds, and statements that others send to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from perille.core.extensions import db
from perille.enrolment.models import Enrolment
from perille.lrs.services import StoredStatement, default_store, replay, store_statements
from perille.tracking.models import CourseProgress, Installation, UnitProgress
from perille.tracking.trust import platform_authority
from support.whole import Whole

ADL = "http://adlnet.gov/expapi/verbs/"
#: Somebody else's program.
STRANGER = {"objectType": "Agent", "account": {"homePage": "https://other.example", "name": "importer"}}


def statements(whole: Whole) -> list[dict[str, Any]]:
    """Return all statements as they are kept, in their order."""
    return [json.loads(each.body) for each in whole.do(lambda: list(replay(db.session, default_store(db.session))))]


def by_id(whole: Whole) -> dict[str, tuple[Any, ...]]:
    """Return all statements by their ids: place, time of storing, whether void, content."""
    found = whole.do(lambda: list(replay(db.session, default_store(db.session))))
    return {str(each.id): (each.seq, each.stored, each.voided, json.loads(each.body)) for each in found}


def acts(whole: Whole) -> list[str]:
    """Return what was recorded, in short: "completed hello", "answered hello:fire"; the course itself is ""."""
    return [
        f"{each['verb']['id'].rsplit('/', 1)[-1]} {':'.join(each['object']['id'].split(':')[3:])}".strip()
        for each in statements(whole)
    ]


def progress(whole: Whole) -> list[tuple[Any, ...]]:
    """Return every progress row as a tuple of its columns, in a fixed order."""

    def work() -> list[tuple[Any, ...]]:
        found = []
        for model in (UnitProgress, CourseProgress):
            columns = model.__table__.columns
            found += [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns))]
        return found

    return whole.do(work)


def only_enrolment(whole: Whole) -> Enrolment:
    """Return the only enrolment there is, with its learner."""
    (enrolment,) = whole.scalars(select(Enrolment))
    assert isinstance(enrolment, Enrolment)
    return enrolment


def actor_home(whole: Whole) -> str:
    """Return the home page of this installation's actors."""
    (row,) = whole.scalars(select(Installation))
    return str(row.actor_home)


def said(
    whole: Whole,
    verb: str,
    activity: str,
    *,
    registration: UUID | None = None,
    actor: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a statement about the only learner: *verb* is one of ADL's, *activity* a part such as "hello"."""
    enrolment = only_enrolment(whole)
    account = {"homePage": actor_home(whole), "name": str(enrolment.learner.actor_name)}
    return {
        "id": str(uuid4()),
        "actor": actor or {"objectType": "Agent", "account": account},
        "verb": {"id": ADL + verb},
        "object": {"id": f"urn:x-perille:course_way{':' + activity if activity else ''}"},
        "context": {"registration": str(registration or enrolment.registration)},
        **more,
    }


def voiding(statement: Mapping[str, Any], by: Mapping[str, Any] = STRANGER) -> dict[str, Any]:
    """Return the statement that voids another one."""
    return {
        "id": str(uuid4()),
        "actor": by,
        "verb": {"id": ADL + "voided"},
        "object": {"objectType": "StatementRef", "id": statement["id"]},
    }


def send(whole: Whole, *sent: Mapping[str, Any], by: Mapping[str, Any] | None = None) -> list[StoredStatement]:
    """Store statements for which the platform vouches, or *by*."""
    bodies = [json.dumps(each).encode() for each in sent]
    authority = by or platform_authority(actor_home(whole))
    return whole.do(
        lambda: store_statements(db.session, bodies, store_id=default_store(db.session), authority=authority),
        write=True,
    )
