"""Forwarding: what is stored here goes on to other stores, in order, each statement once.

There is no queue to lose: `seq` grows in the order of commits, so a place in it is the queue. A forward remembers up to where the other
store has answered; after a crash the last slice may be sent again, and the other store knows the statements by their ids.
"""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from perille.database import Session, run_in_transaction, utcnow
from perille.errors import BadInput
from perille.lrs import attachments, formats, presenting, reading, searching
from perille.lrs.erasing import ErasedStatement
from perille.lrs.models import LrsForward, LrsStatement, LrsStore, Mark
from perille.lrs.multipart import join
from perille.lrs.presenting import Kept
from perille.lrs.sql import driver_of
from perille.lrs.store import store_number
from perille.lrs.versions import HEADER, Version

#: Statements in one request to another store, and how many are looked through for them.
SLICE = 50
#: Seconds to wait for another store.
TIMEOUT = 20
#: Longest pause after failures.
LONGEST = timedelta(hours=1)


class Reply(Struct, frozen=True):
    """What another store answered."""

    status: int
    reason: str = ""


class Parcel(Struct, frozen=True):
    """The body of one request to another store."""

    body: bytes
    content_type: str
    version: Version


class Transport(Protocol):
    """Sends statements to another store; raises OSError when it cannot be reached."""

    def __call__(self, forward: LrsForward, parcel: Parcel) -> Reply:
        """Send *parcel* and return what the other store answered."""
        ...


class Lag(Struct, frozen=True):
    """How a forward stands: statements still to be looked at, and what went wrong last."""

    name: str
    endpoint: str
    waiting: int
    failures: int
    last_error: str
    paused: bool
    #: How many statements the other store did not take.
    refused: int
    #: When it is tried next; in the past: now.
    next_try_at: datetime
    #: When the oldest of those that wait was stored.
    waiting_since: datetime | None


def add_forward(
    session: Session,
    store_id: UUID,
    name: str,
    endpoint: str,
    credentials: tuple[str, str],
    *,
    verbs: Sequence[str] = (),
    from_start: bool = False,
) -> LrsForward:
    """Begin to forward to a store at *endpoint*; only statements with *verbs*, if given; what is here already only *from_start*."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise BadInput("The address of another record store begins with https://.")
    number = store_number(session, store_id)
    last = 0 if from_start else session.scalar(select(LrsStore.last_seq).where(LrsStore.number == number)) or 0
    key, secret = credentials
    made = LrsForward(
        store_id=number,
        name=name,
        endpoint=endpoint.rstrip("/"),
        credentials=f"{key}:{secret}",
        verbs=" ".join(verbs),
        after=last,
        failures=0,
        last_error="",
        refused=0,
        next_try_at=utcnow(),
    )
    session.add(made)
    session.flush()
    return made


def lags(session: Session, store_id: UUID) -> list[Lag]:
    """Return how the forwards of a store stand."""
    number = store_number(session, store_id)
    last = session.scalar(select(LrsStore.last_seq).where(LrsStore.number == number)) or 0
    rows = session.scalars(select(LrsForward).where(LrsForward.store_id == number).order_by(LrsForward.id))
    return [_lag(session, row, last) for row in rows]


def _lag(session: Session, row: LrsForward, last: int) -> Lag:
    return Lag(
        name=row.name,
        endpoint=row.endpoint,
        waiting=last - row.after,
        failures=row.failures,
        last_error=row.last_error,
        paused=row.next_try_at > utcnow(),
        refused=row.refused,
        next_try_at=row.next_try_at,
        waiting_since=_waiting_since(session, row) if last > row.after else None,
    )


def _waiting_since(session: Session, row: LrsForward) -> datetime | None:
    mine = select(LrsStatement.stored).where(LrsStatement.store_id == row.store_id, LrsStatement.seq > row.after)
    stored = session.scalar(mine.order_by(LrsStatement.seq).limit(1))
    return None if stored is None else formats.moment(stored)


class Receipt(Struct, frozen=True):
    """What another store was sent of statements that are erased here: xAPI knows no deletion, so its keeper has to be asked."""

    name: str
    endpoint: str
    #: Ids of the statements.
    statements: list[str]


def receipts(session: Session, store_id: UUID, erased: Sequence[ErasedStatement]) -> list[Receipt]:
    """Return which other stores were sent any of these statements."""
    number = store_number(session, store_id)
    rows = session.scalars(select(LrsForward).where(LrsForward.store_id == number).order_by(LrsForward.id))
    found = []
    for row in rows:
        verbs = row.verbs.split()
        sent = [each.id for each in erased if each.seq <= row.after and (not verbs or each.verb in verbs)]
        if sent:
            found.append(Receipt(row.name, row.endpoint, sent))
    return found


def forward_due(session: Session, transport: Transport | None = None) -> int:
    """Send the next slice of every forward that is due; returns how many statements went out. Nothing is sent inside a transaction."""
    due = run_in_transaction(session, lambda: _due(session), write=False)
    return sum(_send_next(session, key, transport or send_over_http) for key in due)


def _send_next(session: Session, key: tuple[int, UUID], transport: Transport) -> int:
    """Send the next slice of one forward; slices without anything for it are passed over, or a filter would hold it up."""
    while found := run_in_transaction(session, lambda: _next(session, key), write=False):
        sent = _send(session, *found, transport)
        if found[1]:
            return sent
    return 0


def _due(session: Session) -> list[tuple[int, UUID]]:
    rows = session.scalars(select(LrsForward).where(LrsForward.next_try_at <= utcnow()))
    return [(row.store_id, row.id) for row in rows]


def _next(session: Session, key: tuple[int, UUID]) -> tuple[LrsForward, list[Kept], int] | None:
    """Return the forward, the statements of its next slice that it takes, and the `seq` that the slice ends at."""
    forward = session.get(LrsForward, key)
    part = next(searching.slices(driver_of(session), key[0], after=forward.after, size=SLICE), []) if forward else []
    if forward is None or not part:
        return None
    session.expunge(forward)
    return forward, [kept for kept in part if _takes(forward, kept)], part[-1].seq


def _takes(forward: LrsForward, kept: Kept) -> bool:
    if not forward.verbs:
        return True
    incoming = reading.read_statement(kept.body, Version.V2 if kept.has(Mark.V2) else Version.V1)
    return incoming.statement.verb.id in forward.verbs.split()


def _send(session: Session, forward: LrsForward, part: list[Kept], end: int, transport: Transport) -> int:
    """Send a slice; where it is refused, one by one, so that one bad statement does not stop the rest."""
    try:
        refused = sum(_deliver(session, forward, group, transport) for group in _groups(part))
    except OSError as error:
        reason = str(error) or type(error).__name__
        run_in_transaction(session, lambda: _failed(session, forward, reason), write=True)
        return 0
    run_in_transaction(session, lambda: _delivered(session, forward, end, refused), write=True)
    return len(part) - refused


def _groups(part: Sequence[Kept]) -> Iterator[list[Kept]]:
    """Yield what goes in one request, in order: a statement with attachments alone, for their contents may be large."""
    for attached, group in groupby(part, lambda kept: kept.has(Mark.ATTACHMENTS)):
        if attached:
            yield from ([kept] for kept in group)
        else:
            yield list(group)


def _deliver(session: Session, forward: LrsForward, part: list[Kept], transport: Transport) -> int:
    """Return how many statements the other store does not take; raise OSError where it should be tried again."""
    reply = transport(forward, _parcel(session, forward, part))
    if reply.status in (200, 204):
        return 0
    if reply.status not in (400, 409, 413):
        raise OSError(f"{reply.status} {reply.reason}")
    if len(part) > 1:
        return sum(_deliver(session, forward, [kept], transport) for kept in part)
    # 409: the other store has this id; it came before, or from elsewhere.
    return 0 if reply.status == 409 else 1


def _parcel(session: Session, forward: LrsForward, part: list[Kept]) -> Parcel:
    """Write a request; contents of attachments are read just before they go."""
    version = Version.V2 if any(kept.has(Mark.V2) for kept in part) else Version.V1
    body = b"[" + b",".join(presenting.exact(kept, version) for kept in part) + b"]"
    contents = run_in_transaction(
        session, lambda: attachments.of_kept(driver_of(session), forward.store_id, part), write=False
    )
    content_type = "application/json"
    if contents:
        content_type, body = join(body, contents)
    return Parcel(body, content_type, version)


def _delivered(session: Session, forward: LrsForward, end: int, refused: int) -> None:
    row = session.get(LrsForward, (forward.store_id, forward.id))
    if row is not None:
        row.after, row.failures, row.last_error, row.next_try_at = max(row.after, end), 0, "", utcnow()
        row.refused += refused


def _failed(session: Session, forward: LrsForward, error: str) -> None:
    """Try again later: after 2, 4, 8 ... seconds, an hour at most."""
    row = session.get(LrsForward, (forward.store_id, forward.id))
    if row is not None:
        row.failures += 1
        row.last_error = error[:200]
        row.next_try_at = utcnow() + min(timedelta(seconds=2 ** min(row.failures, 12)), LONGEST)


def send_over_http(forward: LrsForward, parcel: Parcel) -> Reply:
    """POST statements to another store."""
    parts = urlsplit(forward.endpoint)
    headers = {
        "Authorization": f"Basic {base64.b64encode(forward.credentials.encode()).decode()}",
        "Content-Type": parcel.content_type,
        HEADER: parcel.version.value,
    }
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", f"{parts.path}/statements", parcel.body, headers)
        response = connection.getresponse()
        response.read(65_536)
        return Reply(response.status, response.reason)
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from error
    finally:
        connection.close()
