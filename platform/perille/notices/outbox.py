"""The outbox's rows from state to state. Each function is one step inside a transaction of the caller's."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from perille.api import Delivery
from perille.core.database import Session
from perille.notices.models import Notice, NoticeState, Reason
from perille.notices.server import TIMEOUT

#: How long a process is believed to be at a message: longer than every answer of the server together.
LEASE = timedelta(seconds=6 * TIMEOUT)
#: Pauses: after a server that cannot be reached, before a message of unknown fate goes once more, and the longest of one told to wait.
SERVER_PAUSE, REPEAT_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)
#: How long a finished row stays, without address and words, for the administrator's page; what must go once only stays longer.
KEPT, KEPT_ONCE = timedelta(days=30), timedelta(days=400)


def claim(session: Session, now: datetime) -> Notice | None:
    """Take the oldest message that is due; None for none. Committed before the server is asked anything (state "sending")."""
    due = select(Notice.id).where(*_due(now)).order_by(Notice.created_at, Notice.id).limit(20)
    for number in session.scalars(due).all():
        taken = session.execute(
            update(Notice)
            .where(Notice.id == number, Notice.state == NoticeState.QUEUED.value)
            .values(
                state=NoticeState.SENDING.value, lease=uuid4(), lease_until=now + LEASE, attempts=Notice.attempts + 1
            )
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]  # of an UPDATE it is there
            return session.get(Notice, number, populate_existing=True)
    return None


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether a message is waiting to be sent now."""
    return session.scalar(select(Notice.id).where(*_due(now)).limit(1)) is not None


def record_outcome(
    session: Session, number: UUID, lease: UUID | None, outcome: Delivery, now: datetime, *, repeats: bool
) -> NoticeState | None:
    """Note how a try went, unless another process has taken the message over meanwhile; return its new state."""
    notice = session.get(Notice, number, with_for_update=True, populate_existing=True)
    if notice is None or notice.lease != lease or notice.state != NoticeState.SENDING.value:
        return None
    match outcome:
        case Delivery.SENT:
            finish(notice, NoticeState.SENT, Reason.NONE, now)
        case Delivery.REFUSED:
            finish(notice, NoticeState.DROPPED, Reason.REFUSED, now)
        case Delivery.LATER:
            _wait(notice, Reason.LATER, now + min(LONGEST_PAUSE, SERVER_PAUSE * 2 ** (notice.attempts - 1)))
        case Delivery.UNKNOWN:
            _in_doubt(notice, now, repeats=repeats)
    return NoticeState(notice.state)


def drop(session: Session, number: UUID, lease: UUID | None, reason: Reason, now: datetime) -> None:
    """Give a message up that was claimed."""
    notice = session.get(Notice, number, with_for_update=True, populate_existing=True)
    if notice is not None and notice.lease == lease:
        finish(notice, NoticeState.DROPPED, reason, now)


def finish(notice: Notice, state: NoticeState, reason: Reason, now: datetime) -> None:
    """End a message: what it said and to whom is kept no longer."""
    notice.state, notice.reason, notice.finished_at = state.value, reason.value, now
    notice.recipient = notice.content = ""
    notice.lease = notice.lease_until = None


def postpone(session: Session, reason: Reason, now: datetime) -> None:
    """Let everything that is due wait for the server."""
    session.execute(update(Notice).where(*_due(now)).values(next_try_at=now + SERVER_PAUSE, reason=reason.value))


def give_back(session: Session, number: UUID, lease: UUID | None, reason: Reason, now: datetime) -> None:
    """Put a claimed message back that the server was not asked about."""
    notice = session.get(Notice, number, with_for_update=True, populate_existing=True)
    if notice is not None and notice.lease == lease:
        notice.attempts -= 1
        _wait(notice, reason, now + SERVER_PAUSE)


def tidy(session: Session, now: datetime, unrepeatable: frozenset[str]) -> None:
    """Drop what came too late, decide about messages whose process is gone, and forget what was finished long ago."""
    late = select(Notice).where(Notice.state == NoticeState.QUEUED.value, Notice.expires_at <= now).with_for_update()
    for notice in session.scalars(late):
        finish(notice, NoticeState.DROPPED, Reason.EXPIRED, now)
    gone = select(Notice).where(Notice.state == NoticeState.SENDING.value, Notice.lease_until < now).with_for_update()
    for notice in session.scalars(gone):
        _in_doubt(notice, now, repeats=notice.kind not in unrepeatable)
    session.execute(delete(Notice).where(_is_old(now)))


def needs_tidying(session: Session, now: datetime) -> bool:
    """Tell whether `tidy` would change anything: most of the time nobody has to wait for the lock."""
    late = and_(Notice.state == NoticeState.QUEUED.value, Notice.expires_at <= now)
    gone = and_(Notice.state == NoticeState.SENDING.value, Notice.lease_until < now)
    return session.scalar(select(Notice.id).where(or_(late, gone, _is_old(now))).limit(1)) is not None


def counts(session: Session) -> dict[tuple[NoticeState, Reason], int]:
    """Return how many messages stand in each state, by reason."""
    query = select(Notice.state, Notice.reason, func.count()).group_by(Notice.state, Notice.reason)
    return {(NoticeState(state), Reason(reason)): number for state, reason, number in session.execute(query)}


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Notice.state == NoticeState.QUEUED.value, Notice.next_try_at <= now, Notice.expires_at > now)


def _is_old(now: datetime) -> ColumnElement[bool]:
    return or_(and_(Notice.once_key.is_(None), Notice.finished_at < now - KEPT), Notice.finished_at < now - KEPT_ONCE)


def _wait(notice: Notice, reason: Reason, until: datetime) -> None:
    notice.state, notice.reason, notice.next_try_at = NoticeState.QUEUED.value, reason.value, until
    notice.lease = notice.lease_until = None


def _in_doubt(notice: Notice, now: datetime, *, repeats: bool) -> None:
    """Nobody knows whether it arrived: it goes once more, where its kind may."""
    if repeats and not notice.repeated:
        notice.repeated = True
        _wait(notice, Reason.LATER, now + REPEAT_PAUSE)
    else:
        finish(notice, NoticeState.UNKNOWN, Reason.NONE, now)
