"""What retention removed, kept aside for 30 days: one packed row a learner, read by nothing but the command that restores it.

A clock that was wrong, or a mistake in a rule, must not cost anybody their learning. What a person asked to have erased is never here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import zstandard
from sqlalchemy import delete, select

from perille.core.database import Session
from perille.core.decoding import read_msgpack
from perille.enrolment.models import Learner
from perille.enrolment.tombstones import all_tombstones, record_tombstone, tombstone_digest
from perille.lrs.services import Matcher, PersonRecords, put_back_everywhere
from perille.privacy.learner_rows import Rows, put_back
from perille.privacy.models import RemovedLearner
from perille.tracking.services import replay_progress

RESTORABLE = timedelta(days=30)


class ArchivedLearner(msgspec.Struct):
    """A learner as they were."""

    rows: Rows
    record: PersonRecords


def keep_aside(
    session: Session, row: RemovedLearner, rows: Rows, record: PersonRecords, registrations: Iterable[UUID]
) -> None:
    """Keep what was removed of a learner."""
    row.registrations = sorted(map(str, registrations))
    row.body = _pack(ArchivedLearner(rows, record))
    session.add(row)
    session.flush()


def restore(session: Session, row: RemovedLearner, now: datetime) -> int:
    """Put a learner back as they were, seen today; return how many things could not be put back, because newer ones stand there."""
    packed = unpack(row)
    refused = put_back(session, packed.rows)
    refused += put_back_everywhere(session, packed.record)
    learner = session.get(Learner, row.learner_id)
    if learner is not None:
        learner.last_seen_on = now.date()
    session.flush()
    replay_progress(session, {UUID(number) for number in row.registrations})
    session.delete(row)
    session.flush()
    return refused


def removed(session: Session, numbers: Iterable[UUID] = ()) -> list[RemovedLearner]:
    """Return what is kept aside, the oldest first: all of it, or that of learners by any number of theirs."""
    rows = session.scalars(select(RemovedLearner).order_by(RemovedLearner.removed_at, RemovedLearner.id))
    wanted = set(numbers)
    return [
        row for row in rows if not wanted or wanted & {row.learner_id, row.actor_name, *map(UUID, row.registrations)}
    ]


def let_go(session: Session, now: datetime) -> int:
    """Delete what was kept aside for 30 days."""
    gone = delete(RemovedLearner).where(RemovedLearner.removed_at < now - RESTORABLE).returning(RemovedLearner.id)
    return len(session.scalars(gone).all())


def erase_aside(session: Session, matcher: Matcher) -> int:
    """Erase a person from what is kept aside; return how many rows of theirs there were.

    What others' rows say of them goes too.
    """
    erased = 0
    for row in removed(session):
        if any(matcher.in_text(str(number)) for number in (row.learner_id, row.actor_name, *row.registrations)):
            record_tombstone(session, row.actor_name)
            session.delete(row)
            erased += 1
            continue
        packed = unpack(row)
        if packed.record.drop(matcher):
            row.body = _pack(packed)
    session.flush()
    return erased


def replay_tombstones_aside(session: Session) -> int:
    """Erase from what is kept aside whoever has a tombstone, after a backup was restored; return how many rows there were."""
    erased = all_tombstones(session)
    back = [row for row in removed(session) if tombstone_digest(row.actor_name) in erased]
    for row in back:
        session.delete(row)
    session.flush()
    return len(back)


def unpack(row: RemovedLearner) -> ArchivedLearner:
    """Return what a row keeps."""
    return read_msgpack(zstandard.decompress(row.body), ArchivedLearner)


def contents_of(body: bytes) -> Iterator[bytes]:
    """Yield all that a packed body holds, for a search."""
    packed = read_msgpack(zstandard.decompress(body), ArchivedLearner)
    yield msgspec.json.encode(packed.rows)
    for record in packed.record.parts():
        yield from _contents_of(record)


def _contents_of(record: PersonRecords) -> Iterator[bytes]:
    for statement in record.statements:
        yield statement.body
        yield statement.authority
    for document in record.documents:
        yield " ".join((document.activity, document.agent, document.name)).encode()
        yield document.body
    yield from (content for _kind, content in record.contents.values())


def _pack(packed: ArchivedLearner) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(packed), 9)
