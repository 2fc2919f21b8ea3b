"""The stores that statements go on to: added, changed, paused, removed, and what they refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest, Conflict, NotFound
from perille.core.sealing import Seal, SealError
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsForward, LrsRefusal, LrsStatement, LrsStore
from perille.lrs.xapi import validators
from perille.lrs.xapi.errors import RuleViolation


class ForwardStatus(Struct, frozen=True):
    """How a forward stands: statements still to be looked at, and what went wrong last."""

    id: UUID
    name: str
    endpoint: str
    #: IRIs of the verbs that are forwarded; none: all.
    verbs: tuple[str, ...]
    allow_http: bool
    #: xAPI versions that the other store speaks, as far as it was asked.
    versions: tuple[str, ...]
    waiting: int
    failures: int
    last_error: str
    #: It waits for its next try, after a failure.
    delayed: bool
    #: Somebody stopped it.
    paused: bool
    #: The store that it forwards from is closed: nothing is sent until its organisation is opened again.
    closed: bool
    #: How many statements the other store did not take.
    refused: int
    #: When it is tried next; in the past: now.
    next_try_at: datetime
    #: When the oldest of those that wait was stored.
    waiting_since: datetime | None


class RefusedStatement(Struct, frozen=True):
    """A statement that another store did not take, and what it said."""

    statement_id: UUID
    reason: str
    at: datetime
    #: It is sent again with the next run.
    again: bool


def add_forward(
    session: Session,
    store_id: UUID,
    name: str,
    endpoint: str,
    credentials: tuple[str, str],
    *,
    seal: Seal,
    verbs: Sequence[str] = (),
    from_start: bool = False,
    allow_http: bool = False,
) -> LrsForward:
    """Begin to forward to a store at *endpoint*; only statements with *verbs*, if given; what is here already only *from_start*.

    Raise BadRequest for what is no address or verb, and for http without *allow_http*; Conflict for a name that is taken.
    """
    number = store_number(session, store_id)
    last = 0 if from_start else session.scalar(select(LrsStore.last_seq).where(LrsStore.number == number)) or 0
    made = LrsForward(
        store_id=number,
        name=_free_name(session, number, name),
        endpoint=checked_endpoint(endpoint, allow_http=allow_http),
        allow_http=allow_http,
        credentials=seal.close(_joined(credentials)),
        verbs=checked_verbs(verbs),
        versions="",
        after=last,
        failures=0,
        last_error="",
        next_try_at=utcnow(),
    )
    session.add(made)
    session.flush()
    return made


def checked_endpoint(endpoint: str, *, allow_http: bool) -> str:
    """Return an endpoint without its last slash; raise BadRequest for what is none, and for plain http that was not asked for."""
    address = endpoint.strip()
    if not _is_endpoint(address):
        raise BadRequest("The address of another record store looks like https://lrs.example.org/xapi.")
    if urlsplit(address).scheme == "http" and not allow_http:
        raise BadRequest(
            "Over http, credentials and statements can be read on the way. Use https, or allow http for it."
        )
    return address.rstrip("/")


def _is_endpoint(address: str) -> bool:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("https", "http") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    # Paths of resources are put behind it, and the password has a field of its own, where it is sealed.
    is_bare = not (parts.username or parts.query or parts.fragment)
    return usable and is_bare and address.isprintable() and " " not in address


def change_forward(
    session: Session, store_id: UUID, name: str | UUID, *, endpoint: str, verbs: Sequence[str], allow_http: bool
) -> None:
    """Change where a forward leads and what it takes; it is tried at once."""
    row = find_forward(session, store_id, name)
    row.endpoint = checked_endpoint(endpoint, allow_http=allow_http)
    row.verbs, row.allow_http, row.versions = checked_verbs(verbs), allow_http, ""
    _try_now(row)


def rotate_forward(
    session: Session, store_id: UUID, name: str | UUID, credentials: tuple[str, str], *, seal: Seal
) -> None:
    """Give a forward new credentials; it is tried at once."""
    row = find_forward(session, store_id, name)
    row.credentials = seal.close(_joined(credentials))
    _try_now(row)


def pause_forward(session: Session, store_id: UUID, name: str | UUID, *, paused: bool) -> None:
    """Stop a forward, or let it go on where it stopped."""
    row = find_forward(session, store_id, name)
    row.paused_at = (row.paused_at or utcnow()) if paused else None
    if not paused:
        _try_now(row)


def remove_forward(session: Session, store_id: UUID, name: str | UUID) -> None:
    """Forget another store, its credentials, and what it refused; what it has taken it keeps."""
    row = find_forward(session, store_id, name)
    session.execute(delete(LrsRefusal).where(LrsRefusal.store_id == row.store_id, LrsRefusal.forward_id == row.id))
    session.delete(row)
    session.flush()


def retry_refused(session: Session, store_id: UUID, name: str | UUID) -> int:
    """Let what was refused be sent again with the next run; return how many."""
    row = find_forward(session, store_id, name)
    mine = update(LrsRefusal).where(LrsRefusal.store_id == row.store_id, LrsRefusal.forward_id == row.id)
    count = session.execute(mine.values(again=True)).rowcount  # type: ignore[attr-defined]  # an UPDATE has it
    _try_now(row)
    return int(count)


def refused_by(session: Session, store_id: UUID, name: str | UUID, limit: int = 100) -> list[RefusedStatement]:
    """Return what another store did not take, the newest first."""
    row = find_forward(session, store_id, name)
    mine = select(LrsRefusal).where(LrsRefusal.store_id == row.store_id, LrsRefusal.forward_id == row.id)
    found = session.scalars(mine.order_by(LrsRefusal.seq.desc()).limit(limit))
    return [RefusedStatement(UUID(bytes=bytes(one.statement_id)), one.reason, one.at, one.again) for one in found]


def find_forward(session: Session, store_id: UUID, name: str | UUID) -> LrsForward:
    """Return a forward by its name or id; raise NotFound."""
    number = store_number(session, store_id)
    mine = LrsForward.id == name if isinstance(name, UUID) else LrsForward.name == name
    row = session.scalar(select(LrsForward).where(LrsForward.store_id == number, mine).limit(1))
    if row is None:
        raise NotFound(f"Nothing is forwarded under the name {name}.")
    return row


def seal_all(session: Session, seal: Seal) -> int:
    """Seal with the newest key what is sealed with an older one, or was kept before secrets were sealed; return how many."""
    count = 0
    for row in session.scalars(select(LrsForward)):
        if not seal.is_current(row.credentials):
            try:
                row.credentials = seal.close(seal.open(row.credentials))
                count += 1
            except SealError as error:
                row.last_error = error.message
    return count


def needs_sealing(session: Session, seal: Seal) -> bool:
    """Tell whether `seal_all` has something to do."""
    return not all(seal.is_current(text) for text in session.scalars(select(LrsForward.credentials)))


def forward_statuses(session: Session, store_id: UUID) -> list[ForwardStatus]:
    """Return how the forwards of a store stand."""
    number = store_number(session, store_id)
    last, closed_at = session.execute(
        select(LrsStore.last_seq, LrsStore.closed_at).where(LrsStore.number == number)
    ).one()
    rows = session.scalars(select(LrsForward).where(LrsForward.store_id == number).order_by(LrsForward.id))
    return [_lag(session, row, last, closed=closed_at is not None) for row in rows]


def _lag(session: Session, row: LrsForward, last: int, *, closed: bool) -> ForwardStatus:
    refused = select(func.count()).where(LrsRefusal.store_id == row.store_id, LrsRefusal.forward_id == row.id)
    return ForwardStatus(
        id=row.id,
        name=row.name,
        endpoint=row.endpoint,
        verbs=tuple(row.verbs.split()),
        allow_http=row.allow_http,
        versions=tuple(row.versions.split()),
        waiting=last - row.after,
        failures=row.failures,
        last_error=row.last_error,
        delayed=row.next_try_at > utcnow(),
        paused=row.paused_at is not None,
        closed=closed,
        refused=session.scalar(refused) or 0,
        next_try_at=row.next_try_at,
        waiting_since=_waiting_since(session, row) if last > row.after else None,
    )


def _waiting_since(session: Session, row: LrsForward) -> datetime | None:
    mine = select(LrsStatement.stored).where(LrsStatement.store_id == row.store_id, LrsStatement.seq > row.after)
    stored = session.scalar(mine.order_by(LrsStatement.seq).limit(1))
    return None if stored is None else validators.moment(stored)


def _try_now(row: LrsForward) -> None:
    row.failures, row.last_error, row.next_try_at = 0, "", utcnow()


def _joined(credentials: tuple[str, str]) -> str:
    key, secret = credentials
    if not key or ":" in key or not key.isprintable() or not secret.isprintable():
        raise BadRequest("The key has no colon, and neither key nor secret is empty or has more than one line.")
    return f"{key}:{secret}"


def checked_verbs(verbs: Sequence[str]) -> str:
    """Return verbs as they are kept; raise BadRequest for what is no IRI."""
    for verb in verbs:
        try:
            validators.iri(verb, "verb")
        except RuleViolation:
            raise BadRequest(f"{verb[:80]!r} is no IRI of a verb.") from None
    return " ".join(verbs)


def _free_name(session: Session, number: int, name: str) -> str:
    taken = select(LrsForward.id).where(LrsForward.store_id == number, LrsForward.name == name)
    if session.scalar(taken.limit(1)) is not None:
        raise Conflict(f"The name {name!r} is taken.")
    return name
