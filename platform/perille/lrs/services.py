"""What the rest of the platform uses of the record store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct

from perille.database import Session
from perille.lrs import attachments, formats, reading, searching, writing
from perille.lrs.attachments import Contents
from perille.lrs.clients import Scope, authority_of, clients_of, make_client, peppers_of, revoke_client, rotate_client
from perille.lrs.entries import Entry
from perille.lrs.erasing import ErasureReport, erase_actor
from perille.lrs.models import Mark
from perille.lrs.presenting import Kept
from perille.lrs.reading import VOIDED, AnyStatement, Incoming
from perille.lrs.sql import driver_of
from perille.lrs.statement import Activity, Actor, StatementRef
from perille.lrs.store import default_store, store_number
from perille.lrs.versions import Version
from perille.signals import statements_stored

__all__ = [
    "ErasureReport",
    "Scope",
    "StoredStatement",
    "clients_of",
    "default_store",
    "erase_actor",
    "make_client",
    "peppers_of",
    "replay",
    "revoke_client",
    "rotate_client",
    "store_incoming",
    "store_statements",
    "voided_registrations",
]


class StoredStatement(Struct, frozen=True):
    """A statement that is stored, as listeners and reports need it."""

    seq: int
    id: UUID
    stored: datetime
    #: When it happened; `stored` where the statement does not say.
    timestamp: datetime
    #: IRI of the verb.
    verb: str
    #: IRI of the object, where that is an activity.
    activity: str | None
    actor: Actor
    registration: UUID | None
    success: bool | None
    completion: bool | None
    score_scaled: float | None
    #: As kept: what was received, without what the store adds.
    body: bytes
    voided: bool
    store_id: UUID
    #: Id of the statement that this one voids.
    voids: UUID | None = None


def store_statements(
    session: Session,
    bodies: Sequence[bytes],
    *,
    store_id: UUID,
    authority: Mapping[str, Any],
    version: Version = Version.V1,
) -> list[StoredStatement]:
    """Check and store statements, all or none; tells the listeners in the same transaction. Raises `Fault` with path, rule and clause.

    *authority*: the Agent written into them as the one who vouches.
    """
    batch = [reading.read_statement(body, version, f"[{place}]") for place, body in enumerate(bodies)]
    return store_incoming(session, batch, store_id=store_id, authority=_authority(authority))


def store_incoming(
    session: Session,
    batch: Sequence[Incoming],
    *,
    store_id: UUID,
    authority: writing.Authority,
    contents: Contents | None = None,
) -> list[StoredStatement]:
    """Store statements that were read and checked; the other door is `store_statements`."""
    reading.check_batch(batch)
    driver, number = driver_of(session), store_number(session, store_id)
    with_attachments = any(incoming.marks & _ATTACHMENTS for incoming in batch)
    if with_attachments:
        attachments.check(driver, number, batch, contents or {})
    entries = writing.write(driver, number, batch, authority)
    if with_attachments:
        attachments.keep_contents(driver, number, [entry for entry in entries if not entry.repeated], contents or {})
    stored = [_of_entry(entry, store_id) for entry in entries]
    fresh = [one for one, entry in zip(stored, entries, strict=True) if not entry.repeated]
    if fresh:
        statements_stored.send(store_id, session=session, statements=fresh)
    return stored


def replay(
    session: Session, store_id: UUID, *, after: int = 0, registration: UUID | None = None
) -> Iterator[StoredStatement]:
    """Yield what is stored after a `seq`, in the order of `seq`, read in slices; voided statements are there and say so.

    *registration*: only what names it itself.
    """
    driver = driver_of(session)
    key = None if registration is None else str(registration)
    for part in searching.slices(driver, store_number(session, store_id), after=after, registration=key):
        for kept in part:
            yield _of_kept(kept, store_id)


def voided_registrations(session: Session, store_id: UUID, statements: Sequence[StoredStatement]) -> set[UUID]:
    """Return the registrations of what these statements void; what is voided may have none, or not be here yet."""
    driver, number = driver_of(session), store_number(session, store_id)
    targets = [each.voids for each in statements if each.voids is not None]
    found = [searching.find_by_id(driver, number, target.bytes) for target in targets]
    registrations = (_of_kept(kept, store_id).registration for kept in found if kept is not None)
    return {each for each in registrations if each is not None}


def _authority(value: Mapping[str, Any]) -> writing.Authority:
    body = reading.encode(value)
    found = _authorities.get(body)
    if found is None:
        found = _authorities[body] = authority_of(body)
    return found


def _of_entry(entry: Entry, store_id: UUID) -> StoredStatement:
    timestamp = entry.incoming.timestamp if entry.incoming.timestamp is not None else entry.stored
    return _make(
        entry.statement, entry.seq, entry.id, entry.stored, timestamp, entry.incoming.body, entry.voided, store_id
    )


def _of_kept(kept: Kept, store_id: UUID) -> StoredStatement:
    version = Version.V2 if kept.has(Mark.V2) else Version.V1
    incoming = reading.read_statement(kept.body, version)
    timestamp = incoming.timestamp if incoming.timestamp is not None else kept.stored
    return _make(
        incoming.statement, kept.seq, kept.id, kept.stored, timestamp, kept.body, kept.has(Mark.VOIDED), store_id
    )


def _make(
    statement: AnyStatement,
    seq: int,
    key: bytes,
    stored: int,
    timestamp: int,
    body: bytes,
    voided: bool,
    store_id: UUID,
) -> StoredStatement:
    thing, result, context = statement.object, statement.result, statement.context
    registration = context.registration if context is not UNSET else UNSET
    score = result.score if result is not UNSET else UNSET
    return StoredStatement(
        seq=seq,
        id=UUID(bytes=key),
        stored=formats.moment(stored),
        timestamp=formats.moment(timestamp),
        verb=statement.verb.id,
        activity=thing.id if isinstance(thing, Activity) else None,
        actor=statement.actor,
        registration=UUID(registration) if registration is not UNSET else None,
        success=_known(result.success if result is not UNSET else UNSET),
        completion=_known(result.completion if result is not UNSET else UNSET),
        score_scaled=_known(score.scaled if score is not UNSET else UNSET),
        body=body,
        voided=voided,
        store_id=store_id,
        voids=UUID(thing.id) if isinstance(thing, StatementRef) and statement.verb.id == VOIDED else None,
    )


def _known(value: Any) -> Any:
    return None if value is UNSET else value


_ATTACHMENTS = Mark.ATTACHMENTS.value
_authorities: dict[bytes, writing.Authority] = {}
