"""Forwarding: what is stored here goes on to other stores, in order, each statement once.

There is no queue to lose: `seq` grows in the order of commits, so a place in it is the queue. A forward remembers up to where the other
store has answered; after a crash the last slice may be sent again, and the other store knows the statements by their ids. What it refuses
is kept with its reason (`LrsRefusal`). Each store is spoken to in a version it knows; a store of 1.0.3 gets statements of 2.0 without
what only 2.0 has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.errors import PerilleError
from perille.core.logs import get_logger
from perille.core.sealing import Seal
from perille.lrs.storage import attachments, query, serialization
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.erase import ErasedStatement
from perille.lrs.storage.models import LrsForward, LrsRefusal, LrsStore
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.transfer.forwards import needs_sealing, seal_all
from perille.lrs.transfer.transport import ForwardRequest, Reply, Transport
from perille.lrs.xapi import parsing
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.multipart import join
from perille.lrs.xapi.versions import Version

log = get_logger(__name__)
#: Statements in one request to another store, and how many are looked through for them.
SLICE = 50
#: Longest pause after failures.
LONGEST = timedelta(hours=1)
#: Answers that are about the statements, and not about the sender or the state of the other store.
_REFUSALS = (400, 409, 413, 422)
Key = tuple[int, UUID]


class Receipt(Struct, frozen=True):
    """What another store was sent of statements that are erased here: xAPI knows no deletion, so its keeper has to be asked."""

    name: str
    endpoint: str
    #: Ids of the statements.
    statements: list[str]


def receipts(session: Session, erased: Sequence[ErasedStatement]) -> list[Receipt]:
    """Return which other stores were sent any of these statements, each by the forwards of the store that it was in."""
    numbers = {each.store for each in erased}
    rows = session.scalars(select(LrsForward).where(LrsForward.store_id.in_(numbers)).order_by(LrsForward.id))
    found = []
    for row in rows:
        verbs = row.verbs.split()
        mine = [each for each in erased if each.store == row.store_id]
        sent = [each.id for each in mine if each.seq <= row.after and (not verbs or each.verb in verbs)]
        if sent:
            found.append(Receipt(row.name, row.endpoint, sent))
    return found


def seal_credentials(session: Session, seal: Seal) -> None:
    """Seal with the newest key the credentials that are not; a transaction that writes only where there are some."""
    if run_in_transaction(session, lambda: needs_sealing(session, seal), write=False):
        run_in_transaction(session, lambda: seal_all(session, seal), write=True)


def forward_due(session: Session, transport: Transport) -> int:
    """Send the next slice of every forward that is due; returns how many statements went out. Nothing is sent inside a transaction.

    What goes wrong with one of them is noted with it, and does not stop the others.
    """
    sent = 0
    for key in run_in_transaction(session, lambda: _due(session), write=False):
        try:
            sent += _resend(session, key, transport) + _send_next(session, key, transport)
        except Exception as error:
            session.rollback()
            _fail(session, key, _reason(error))
            expected = isinstance(error, OSError | PerilleError)
            log.warning("forward failed", forward=str(key[1]), kind=type(error).__name__, exc_info=not expected)
    return sent


def _reason(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, PerilleError):
        return error.message
    return str(error) if isinstance(error, OSError) and str(error) else f"{type(error).__name__}: {error}"


def _due(session: Session) -> list[Key]:
    rows = select(LrsForward).where(LrsForward.next_try_at <= utcnow(), LrsForward.paused_at.is_(None))
    # What a closed store holds stays in it; where it is opened again, its forwards go on where they stopped.
    rows = rows.join(LrsStore, LrsStore.number == LrsForward.store_id).where(LrsStore.closed_at.is_(None))
    return [(row.store_id, row.id) for row in session.scalars(rows.order_by(LrsForward.store_id, LrsForward.id))]


def _send_next(session: Session, key: Key, transport: Transport) -> int:
    """Send the next slice of one forward; slices without anything for it are passed over, or a filter would hold it up."""
    while found := run_in_transaction(session, lambda: _next(session, key), write=False):
        forward, part, end = found
        delivery = _Delivery(session, forward, transport)
        delivery.deliver_all(part)
        run_in_transaction(session, partial(_delivered, session, delivery, end), write=True)
        if part:
            if delivery.refused:
                log.warning("statements refused by another store", forward=str(key[1]), count=len(delivery.refused))
            return len(part) - len(delivery.refused)
    return 0


def _next(session: Session, key: Key) -> tuple[LrsForward, list[StoredRow], int] | None:
    """Return the forward, the statements of its next slice that it takes, and the `seq` that the slice ends at."""
    forward = session.get(LrsForward, key)
    part = next(query.slices(raw_connection(session), key[0], after=forward.after, size=SLICE), []) if forward else []
    if forward is None or not part:
        return None
    session.expunge(forward)
    return forward, [kept for kept in part if _takes(forward, kept)], part[-1].seq


def _takes(forward: LrsForward, kept: StoredRow) -> bool:
    if not forward.verbs:
        return True
    incoming = parsing.parse_statement(kept.body, Version.V2 if kept.has(StatementFlag.V2) else Version.V1)
    return incoming.statement.verb.id in forward.verbs.split()


def _resend(session: Session, key: Key, transport: Transport) -> int:
    """Send again what was refused and is wished to go again."""
    found = run_in_transaction(session, lambda: _wished_again(session, key), write=False)
    if found is None:
        return 0
    forward, part = found
    delivery = _Delivery(session, forward, transport)
    for kept in part:
        delivery.deliver([kept])
    sent = {kept.seq for kept in part}
    run_in_transaction(session, lambda: _delivered(session, delivery, forward.after, sent), write=True)
    return len(part) - len(delivery.refused)


def _wished_again(session: Session, key: Key) -> tuple[LrsForward, list[StoredRow]] | None:
    forward = session.get(LrsForward, key)
    mine = select(LrsRefusal.seq).where(LrsRefusal.store_id == key[0], LrsRefusal.forward_id == key[1])
    seqs = list(session.scalars(mine.where(LrsRefusal.again).order_by(LrsRefusal.seq).limit(SLICE)))
    if forward is None or not seqs:
        return None
    session.expunge(forward)
    return forward, query.by_seq(raw_connection(session), key[0], seqs)


class _Delivery:
    """Sends statements to one store; where some are refused, one by one, so that one bad statement does not stop the rest."""

    def __init__(self, session: Session, forward: LrsForward, transport: Transport) -> None:
        self.session, self.forward, self.transport = session, forward, transport
        self.versions: tuple[str, ...] = tuple(forward.versions.split())
        #: The versions were asked for in this run.
        self.asked = False
        #: Statements that the other store does not take, with what it said.
        self.refused: list[tuple[StoredRow, str]] = []

    def deliver_all(self, part: Sequence[StoredRow]) -> None:
        """Send a slice; raise OSError where it should be tried again."""
        if part and not self.versions:
            self.ask_versions()
        for group in self._groups(part):
            self.deliver(group)

    def deliver(self, part: list[StoredRow]) -> None:
        """Send one request, and its statements one by one where it is refused."""
        if not self.versions:
            self.ask_versions()
        reply = self._send(part)
        if reply.status == 400 and not self.asked and self.ask_versions():
            # The other store speaks other versions than it did.
            reply = self._send(part)
        if reply.status in (200, 204):
            return
        if reply.status not in _REFUSALS:
            raise OSError(reply.summary)
        if len(part) > 1:
            for kept in part:
                self.deliver([kept])
        elif reply.status != 409:  # it has this id: it came before, or from elsewhere
            self.refused.append((part[0], reply.summary))

    def ask_versions(self) -> bool:
        """Ask which versions the other store speaks; tell whether that has changed. One that does not say gets what all speak: 1.0.3."""
        self.asked, before = True, self.versions
        known = [version for version in self.transport.versions(self.forward) if version[:4] in ("1.0.", "2.0.")]
        self.versions = tuple(dict.fromkeys(version[:20] for version in known))[:8] or (Version.V1.value,)
        return self.versions != before

    def _groups(self, part: Sequence[StoredRow]) -> Iterator[list[StoredRow]]:
        """Yield what goes in one request, in order: of one version, and one with attachments alone, for their contents may be large."""
        for (attached, _version), found in groupby(part, self._kind):
            group = list(found)
            yield from ([kept] for kept in group) if attached else [group]

    def _kind(self, kept: StoredRow) -> tuple[bool, Version]:
        return kept.has(StatementFlag.ATTACHMENTS), self._version(kept)

    def _version(self, kept: StoredRow) -> Version:
        """Return the version to send a statement in: the one it arrived in, if the other store speaks that."""
        spoken = {version[:4] for version in self.versions}
        if kept.has(StatementFlag.V2):
            return Version.V2 if "2.0." in spoken else Version.V1
        return Version.V1 if "1.0." in spoken else Version.V2

    def _send(self, part: list[StoredRow]) -> Reply:
        """Write a request and send it; contents of attachments are read just before they go."""
        version = self._version(part[0])
        body = b"[" + b",".join(serialization.exact(kept, version) for kept in part) + b"]"
        store = self.forward.store_id
        contents = run_in_transaction(
            self.session, lambda: attachments.of_kept(raw_connection(self.session), store, part), write=False
        )
        content_type = "application/json"
        if contents:
            content_type, body = join(body, contents)
        return self.transport(self.forward, ForwardRequest(body, content_type, version))


def _delivered(session: Session, delivery: _Delivery, end: int, sent_again: set[int] | None = None) -> None:
    """Note how far a forward is, what was refused now, and what is refused no longer."""
    forward = delivery.forward
    row = session.get(LrsForward, (forward.store_id, forward.id))
    if row is None:
        return
    row.after, row.failures, row.last_error, row.next_try_at = max(row.after, end), 0, "", utcnow()
    row.versions = " ".join(delivery.versions)
    if sent_again:
        mine = select(LrsRefusal).where(LrsRefusal.store_id == row.store_id, LrsRefusal.forward_id == row.id)
        for one in session.scalars(mine.where(LrsRefusal.seq.in_(sent_again))):
            session.delete(one)
        session.flush()
    for kept, reason in delivery.refused:
        session.add(
            LrsRefusal(
                store_id=row.store_id, forward_id=row.id, seq=kept.seq, statement_id=kept.id, reason=reason, at=utcnow()
            )
        )


def _fail(session: Session, key: Key, error: str) -> None:
    """Try again later: after 2, 4, 8 ... seconds, an hour at most."""

    def work() -> None:
        row = session.get(LrsForward, key)
        if row is not None:
            row.failures += 1
            row.last_error = error[:200]
            row.next_try_at = utcnow() + min(timedelta(seconds=2 ** min(row.failures, 12)), LONGEST)

    run_in_transaction(session, work, write=True)
