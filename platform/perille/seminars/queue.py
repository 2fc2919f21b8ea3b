"""Who gets a place: pure steps on the rows of one seminar, which the caller has locked.

A place is held by who took it and by who is offered it. Offering and taking happen in the transaction that holds the seminar's row, so
that no place is given twice. Nothing is given after the deadline, after the beginning, in a seminar that was cancelled, or in one of an
organisation that was closed: nobody there can lead it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from perille.core.database import Session
from perille.seminars.models import EntryState, Seminar, SeminarEntry

#: How long a place that became free is held for who is next.
OFFER_LIFE = timedelta(hours=24)
_HOLDING = (EntryState.TAKEN.value, EntryState.OFFERED.value)
#: Told of each entry whose state changed: e-mails are queued by it, in the same transaction.
Told = Callable[[Seminar, SeminarEntry], None]


def lock(session: Session, seminar: Seminar) -> None:
    """Wait until nobody else gives places of a seminar; what is read after this is the newest."""
    session.execute(select(Seminar.id).where(Seminar.id == seminar.id).with_for_update())
    session.expire(seminar)


def is_giving(seminar: Seminar, now: datetime) -> bool:
    """Tell whether places are still given."""
    off = seminar.cancelled_at is not None or seminar.organisation.closed_at is not None
    return not off and now < min(seminar.deadline_at, seminar.starts_at)


def places_taken(session: Session, seminar: Seminar) -> int:
    """Return how many places are taken or offered."""
    query = select(func.count()).select_from(SeminarEntry)
    query = query.where(SeminarEntry.seminar_id == seminar.id, SeminarEntry.state.in_(_HOLDING))
    return session.scalar(query) or 0


def enter(session: Session, seminar: Seminar, entry: SeminarEntry, now: datetime, told: Told) -> None:
    """Give somebody a place, or put them at the end of the queue where none is free or others wait."""
    entry.queued_at = now
    free = places_taken(session, seminar) < seminar.places and _next(session, seminar) is None
    entry.state = (EntryState.TAKEN if free else EntryState.WAITING).value
    session.flush()
    told(seminar, entry)


def accept_offer(session: Session, seminar: Seminar, entry: SeminarEntry, now: datetime, told: Told) -> bool:
    """Take the place that is offered; return False where it is not, or no longer."""
    until = entry.offered_until
    if entry.state != EntryState.OFFERED.value or until is None or until <= now or not is_giving(seminar, now):
        return False
    entry.state, entry.offered_until = EntryState.TAKEN.value, None
    session.flush()
    told(seminar, entry)
    return True


def give_back(session: Session, seminar: Seminar, entry: SeminarEntry, now: datetime, told: Told) -> None:
    """End somebody's sign-up, and offer what becomes free; twice is once."""
    if entry.state in (EntryState.GIVEN_BACK.value, EntryState.ENDED.value):
        return
    entry.state, entry.offered_until = EntryState.GIVEN_BACK.value, None
    session.flush()
    move_up(session, seminar, now, told)


def move_up(session: Session, seminar: Seminar, now: datetime, told: Told) -> int:
    """End offers that ran out, and offer every free place to who waits longest; return how many were offered."""
    old = select(SeminarEntry).where(
        SeminarEntry.seminar_id == seminar.id,
        SeminarEntry.state == EntryState.OFFERED.value,
        SeminarEntry.offered_until <= now,
    )
    for entry in session.scalars(old):
        entry.state = EntryState.ENDED.value
    session.flush()
    offered = 0
    while is_giving(seminar, now) and places_taken(session, seminar) < seminar.places:
        entry_or_none = _next(session, seminar)
        if entry_or_none is None:
            break
        entry_or_none.state = EntryState.OFFERED.value
        entry_or_none.offered_until = min(now + OFFER_LIFE, seminar.deadline_at, seminar.starts_at)
        session.flush()
        told(seminar, entry_or_none)
        offered += 1
    return offered


def _next(session: Session, seminar: Seminar) -> SeminarEntry | None:
    query = select(SeminarEntry).where(
        SeminarEntry.seminar_id == seminar.id, SeminarEntry.state == EntryState.WAITING.value
    )
    return session.scalar(query.order_by(SeminarEntry.queued_at, SeminarEntry.id).limit(1))
