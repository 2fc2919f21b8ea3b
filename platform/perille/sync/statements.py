"""Statements about courses, carried by their ids and never rewritten: the laptop has taken over the office's name for its learners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from perille.core.database import Session
from perille.core.decoding import read_json
from perille.enrolment.merged_learners import registered
from perille.lrs.services import authority_body, default_store, replay, statement_body, store_statements
from perille.lrs.xapi.errors import XapiError
from perille.sync.scope import Scope
from perille.sync.wire import MOST_BYTES, Row, SyncRefusal
from perille.tracking.services import actor_home
from perille.tracking.statements import VerbId, parse_activity_id
from perille.tracking.trust import platform_authority

TABLE = "statement"


def lines_of(session: Session, registration: UUID, after: int = 0) -> Iterator[Row]:
    """Yield what the platform itself recorded under a registration, oldest first, after a place in the store."""
    own = authority_body(platform_authority(actor_home(session)))
    for each in replay(session, default_store(session), after=after, registration=registration):
        if each.authority == own and not each.imported and not each.voided and len(each.body) < MOST_BYTES // 2:
            yield {
                "table": TABLE,
                "seq": each.seq,
                "row": {"registration": str(registration), "body": each.body.decode()},
            }


def receive_statements(session: Session, scope: Scope | None, lines: list[Row]) -> tuple[int, list[bool]]:
    """Store statements that are not here; return how many, and of each line whether another statement has its id here.

    Raise SyncRefusal for what the platform would not have recorded, or of a learner outside *scope* (None: any).
    """
    home, store, fresh, other = actor_home(session), default_store(session), list[bytes](), list[bool]()
    seen = set[UUID]()
    for line in lines:
        number, body = _checked(session, scope, home, line)
        known = statement_body(session, store, number)
        other.append(known is not None and known != body)
        if known is None and number not in seen:
            seen.add(number)
            fresh.append(body)
    try:
        if fresh:
            store_statements(session, fresh, store_id=store, authority=platform_authority(home))
    except XapiError as error:
        raise SyncRefusal("statement", "A statement is not valid.") from error
    return len(fresh), other


def _checked(session: Session, scope: Scope | None, home: str, line: Row) -> tuple[UUID, bytes]:
    """Return id and body of a statement that belongs to a learner's course; raise SyncRefusal."""
    row: Any = line.get("row")
    try:
        body: str = row["body"]
        said = read_json(body, dict)
        number, registration = UUID(said["id"]), UUID(said["context"]["registration"])
        account, verb = said["actor"]["account"], VerbId(said["verb"]["id"])
        actor = (str(account["homePage"]), str(account["name"]))
        place = parse_activity_id(said["object"]["id"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, msgspec.DecodeError) as error:
        raise SyncRefusal("statement", "A statement is none that Perille records.") from error
    belongs = registered(session, {registration}).get(registration)
    if belongs is None:
        raise SyncRefusal("statement", "A statement is about a course that nobody here takes.")
    if scope is not None and not scope.has(session, "enrolment", "registration", registration):
        raise SyncRefusal("organisation", "A statement is about a learner of another organisation.", 403)
    own = actor[0] == home and actor[1] in belongs.actor_names
    if place is None or place[0] != belongs.pack or not own or verb is None:
        raise SyncRefusal("statement", "A statement is about another learner or course than its registration.")
    return number, body.encode()
