"""What the rest of the platform uses of the record store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from msgspec import UNSET, Struct

from perille.core.database import Session
from perille.core.signals import statements_stored
from perille.lrs.all_stores import (
    Found,
    all_documents_of,
    all_statements_about,
    erase_everywhere,
    look_through,
    put_back_everywhere,
)
from perille.lrs.client_management import clients_of, make_client, revoke_client, rotate_client
from perille.lrs.clients import Scope, authority_of, peppers_of
from perille.lrs.emptying import empty_store, holds_rows
from perille.lrs.launches import Launch, LaunchTicket, end_launch, erase_launches, launch_of_authority, make_launch
from perille.lrs.storage import attachments, insert, query
from perille.lrs.storage.attachments import Contents
from perille.lrs.storage.connection import RawConnection, raw_connection
from perille.lrs.storage.definitions import Define
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.erase import ErasedStatement, ErasureReport, erase_actor
from perille.lrs.storage.lock import default_store, make_store, store_number
from perille.lrs.storage.person_records import PersonRecords
from perille.lrs.storage.persons import Matcher, Person, make_person, sha1_of_mailbox
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.stores import all_stores, close_store, used_stores
from perille.lrs.xapi import parsing, validators
from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.parsing import VOIDED, ParsedStatement
from perille.lrs.xapi.statement import AnyStatement, StatementRef
from perille.lrs.xapi.versions import Version

__all__ = [
    "ErasedStatement",
    "ErasureReport",
    "Matcher",
    "Found",
    "Person",
    "Launch",
    "LaunchTicket",
    "PersonRecords",
    "Scope",
    "StoredStatement",
    "all_documents_of",
    "all_statements_about",
    "all_stores",
    "used_stores",
    "authority_body",
    "clients_of",
    "close_store",
    "default_store",
    "empty_store",
    "end_launch",
    "erase_actor",
    "erase_everywhere",
    "holds_rows",
    "last_stored",
    "look_through",
    "make_person",
    "erase_launches",
    "launch_of_authority",
    "make_client",
    "make_store",
    "make_launch",
    "newest_of",
    "peppers_of",
    "put_back_everywhere",
    "replay",
    "revoke_client",
    "rotate_client",
    "sha1_of_mailbox",
    "statement_body",
    "store_incoming",
    "store_statements",
    "void_targets",
]


class StoredStatement:
    """A statement that is stored, as listeners and reports need it; what nobody asks for is not worked out."""

    __slots__ = ("_key", "_moments", "_statement", "authority", "body", "imported", "seq", "store_id", "voided")

    def __init__(self, statement: AnyStatement, kept: _StoredColumns, store_id: UUID) -> None:
        self._statement = statement
        #: Its place in the order of the store.
        self.seq = kept.seq
        self._key = kept.id
        self._moments = (kept.stored, kept.timestamp)
        #: As kept: what was received, without what the store adds.
        self.body = kept.body
        self.voided = kept.voided
        #: JSON of the agent who vouches for it.
        self.authority = kept.authority
        #: Read from a file of unknown origin: the authority is a claim.
        self.imported = kept.imported
        self.store_id = store_id

    @property
    def key(self) -> bytes:
        """The 16 bytes of its id."""
        return self._key

    @property
    def id(self) -> UUID:
        """The statement's id."""
        return UUID(bytes=self._key)

    @property
    def stored(self) -> datetime:
        """When it was stored."""
        return validators.moment(self._moments[0])

    @property
    def stored_micros(self) -> int:
        """The same in microseconds since 1970."""
        return self._moments[0]

    @property
    def timestamp(self) -> datetime:
        """When it happened; `stored` where the statement does not say."""
        return validators.moment(self._moments[1])

    @property
    def verb(self) -> str:
        """IRI of the verb."""
        return self._statement.verb.id

    @property
    def activity(self) -> str | None:
        """IRI of the object, where that is an activity."""
        thing = self._statement.object
        return thing.id if isinstance(thing, Activity) else None

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return self._statement.actor

    @property
    def registration(self) -> UUID | None:
        """The registration in its context."""
        context = self._statement.context
        return UUID(context.registration) if context is not UNSET and context.registration is not UNSET else None

    @property
    def success(self) -> bool | None:
        """The result's success."""
        result = self._statement.result
        return result.success if result is not UNSET and result.success is not UNSET else None

    @property
    def completion(self) -> bool | None:
        """The result's completion."""
        result = self._statement.result
        return result.completion if result is not UNSET and result.completion is not UNSET else None

    @property
    def score_scaled(self) -> float | None:
        """The result's scaled score, from -1 to 1."""
        result = self._statement.result
        if result is UNSET or result.score is UNSET or result.score.scaled is UNSET:
            return None
        return result.score.scaled

    @property
    def voids(self) -> UUID | None:
        """Id of the statement that this one voids."""
        thing = self._statement.object
        return UUID(thing.id) if isinstance(thing, StatementRef) and self.verb == VOIDED else None


class _StoredColumns(Struct):
    """What the store knows of a statement beside its content; times in microseconds."""

    seq: int
    id: bytes
    stored: int
    timestamp: int
    body: bytes
    voided: bool
    authority: bytes
    imported: bool


def store_statements(
    session: Session,
    bodies: Sequence[bytes],
    *,
    store_id: UUID,
    authority: Mapping[str, object],
    version: Version = Version.V1,
) -> list[StoredStatement]:
    """Check and store statements, all or none; tells the listeners in the same transaction. Raises `XapiError` with path, rule and clause.

    *authority*: the Agent written into them as the one who vouches.
    """
    batch = [parsing.parse_statement(body, version, f"[{place}]") for place, body in enumerate(bodies)]
    return store_incoming(session, batch, store_id=store_id, authority=_authority(authority))


def store_incoming(
    session: Session,
    batch: Sequence[ParsedStatement],
    *,
    store_id: UUID,
    authority: insert.Authority,
    contents: Contents | None = None,
    marks: StatementFlag = StatementFlag(0),  # noqa: B008 - immutable
    define: Define = Define.ALL,
) -> list[StoredStatement]:
    """Store statements that were read and checked; the other door is `store_statements`.

    *marks*: what is known of the sender, `Mark.IMPORTED` or `Mark.MAY_VOID`. *define*: what the store learns of activities and people.
    """
    parsing.check_batch(batch)
    if marks:
        _mark(batch, marks)
    raw, number = raw_connection(session), store_number(session, store_id)
    if any(incoming.marks & _ATTACHMENTS for incoming in batch):
        attachments.check(batch, contents or {})
        entries = insert.write(raw, number, batch, authority, define)
        _keep_contents(raw, number, entries, contents or {})
    else:
        entries = insert.write(raw, number, batch, authority, define)
    stored = [_of_entry(entry, store_id, authority.body) for entry in entries]
    fresh = [one for one, entry in zip(stored, entries, strict=True) if not entry.repeated]
    if fresh:
        statements_stored.send(store_id, session=session, statements=fresh)
    return stored


def _keep_contents(raw: RawConnection, number: int, entries: Sequence[Entry], contents: Contents) -> None:
    attachments.keep_contents(raw, number, [entry for entry in entries if not entry.repeated], contents)


def _mark(batch: Sequence[ParsedStatement], marks: StatementFlag) -> None:
    for incoming in batch:
        incoming.marks |= marks.value


def replay(
    session: Session, store_id: UUID, *, after: int = 0, registration: UUID | None = None
) -> Iterator[StoredStatement]:
    """Yield what is stored after a `seq`, in the order of `seq`, read in slices; voided statements are there and say so.

    *registration*: only what names it itself.
    """
    raw = raw_connection(session)
    key = None if registration is None else str(registration)
    for part in query.slices(raw, store_number(session, store_id), after=after, registration=key):
        for kept in part:
            yield _of_kept(kept, store_id)


def last_stored(session: Session, store_id: UUID) -> datetime | None:
    """Return when the newest statement of all was stored; None before the first."""
    sql = "SELECT last_stored FROM lrs_store WHERE number = ?"
    row = raw_connection(session).one(sql, store_number(session, store_id))
    return validators.moment(row[0]) if row is not None and row[0] else None


def has_statement(session: Session, store_id: UUID, statement: UUID) -> bool:
    """Tell whether a store has a statement of that id, voided or not."""
    return query.find_by_id(raw_connection(session), store_number(session, store_id), statement.bytes) is not None


def statement_body(session: Session, store_id: UUID, statement: UUID) -> bytes | None:
    """Return a statement as it was received, voided or not; None where there is none of that id."""
    found = query.find_by_id(raw_connection(session), store_number(session, store_id), statement.bytes)
    return None if found is None else bytes(found.body)


def newest_of(session: Session, store_id: UUID, registrations: Iterable[UUID]) -> datetime | None:
    """Return when the newest statement of some registrations was stored; None where there is none."""
    raw, number = raw_connection(session), store_number(session, store_id)
    moments = [query.newest_stored(raw, number, str(each)) for each in registrations]
    return max((validators.moment(each) for each in moments if each), default=None)


def void_targets(session: Session, store_id: UUID, statements: Sequence[StoredStatement]) -> list[StoredStatement]:
    """Return what these statements have voided: targets that are not here yet, or that they may not void, are left out."""
    raw, number = raw_connection(session), store_number(session, store_id)
    targets = [each.voids for each in statements if each.voids is not None]
    found = (query.find_by_id(raw, number, target.bytes) for target in targets)
    return [_of_kept(kept, store_id) for kept in found if kept is not None and kept.has(StatementFlag.VOIDED)]


def authority_body(value: Mapping[str, object]) -> bytes:
    """Return the JSON by which an authority is compared with `StoredStatement.authority`."""
    return parsing.encode(value)


def _authority(value: Mapping[str, object]) -> insert.Authority:
    return _authority_of(authority_body(value))


#: Pure, and nearly always of the same few: the platform vouches for all that its learners do.
_authority_of = lru_cache(maxsize=100)(authority_of)


def _of_entry(entry: Entry, store_id: UUID, authority: bytes) -> StoredStatement:
    seen = entry.incoming
    timestamp = seen.timestamp if seen.timestamp is not None else entry.stored
    imported = bool(seen.marks & _IMPORTED)
    kept = _StoredColumns(entry.seq, entry.id, entry.stored, timestamp, seen.body, entry.voided, authority, imported)
    return StoredStatement(seen.statement, kept, store_id)


def _of_kept(found: StoredRow, store_id: UUID) -> StoredStatement:
    seen = parsing.parse_statement(found.body, Version.V2 if found.has(StatementFlag.V2) else Version.V1)
    timestamp = seen.timestamp if seen.timestamp is not None else found.stored
    voided, imported = found.has(StatementFlag.VOIDED), found.has(StatementFlag.IMPORTED)
    kept = _StoredColumns(found.seq, found.id, found.stored, timestamp, found.body, voided, found.authority, imported)
    return StoredStatement(seen.statement, kept, store_id)


_ATTACHMENTS, _IMPORTED = StatementFlag.ATTACHMENTS.value, StatementFlag.IMPORTED.value
