"""Three pictures that somebody puts before their progress on a phone that others use too.

They prove nothing elsewhere: on another phone the resume code opens the progress, as ever. Wrong tries are counted for each profile by
itself and make that one wait, longer and longer, so that nobody locks anybody else out; the resume code opens it at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.enrolment.models import Phone
from perille.enrolment.phones import successor_id

#: From how many wrong tries on the next one waits, and how long: three of twelve pictures have 1,320 orders.
_WAITS = ((20, timedelta(minutes=30)), (10, timedelta(minutes=5)), (5, timedelta(minutes=1)))


def seconds_to_wait(phone: Phone, now: datetime | None = None) -> int:
    """Return how long nobody may try the pictures of a profile, 0 where the next try is looked at."""
    wait = next((wait for failures, wait in _WAITS if phone.lock_failures >= failures), None)
    if wait is None or phone.lock_failed_at is None:
        return 0
    left = (phone.lock_failed_at + wait - (now or utcnow())).total_seconds()
    # A clock that was set back makes nobody wait longer than that.
    return int(min(max(left, 0.0), wait.total_seconds()) + 0.999)


def begin_try(session: Session, phone_id: UUID) -> tuple[str, int]:
    """Count a try as wrong before it is looked at, so that many at once are not more tries; return the hash and the seconds to wait.

    The hash is "" where there is no lock or the profile is gone. While one has to wait nothing is counted.
    """
    phone = session.scalar(select(Phone).where(Phone.id == phone_id).with_for_update())
    if phone is None or phone.lock_hash is None:
        return "", 0
    wait = seconds_to_wait(phone)
    if not wait:
        phone.lock_failures += 1
        phone.lock_failed_at = utcnow()
    return phone.lock_hash, wait


def take_back(session: Session, phone_id: UUID) -> None:
    """Count a try no more that could not be looked at."""
    phone = session.scalar(select(Phone).where(Phone.id == phone_id).with_for_update())
    if phone is not None and phone.lock_failures:
        phone.lock_failures -= 1


def forget_tries(phone: Phone) -> None:
    """Count wrong tries anew after the right pictures, or after the code."""
    phone.lock_failures, phone.lock_failed_at = 0, None


def set_lock(session: Session, phone: Phone, lock_hash: str, key: str) -> Phone | None:
    """Put pictures before a profile, or others in place of those; return the row by which the browser has it from now on.

    The first time it is a new row: a copy of the cookie from before the lock opens nothing. Whoever's row stands for all phones of before
    November 2026 keeps it for the others. *key*: of the installation; the number follows from it and the earlier one, so that a browser
    whose line broke before it had the new cookie is led to the pictures (`enrolment.lock_notes.note_locks`).
    None where a press at the same time has done it.
    """
    if session.scalar(select(Phone.id).where(Phone.id == phone.id).with_for_update()) is None:
        return None
    if phone.lock_hash is None:
        phone = _renumbered(session, phone, key)
    phone.lock_hash = lock_hash
    forget_tries(phone)
    session.flush()
    return phone


def _renumbered(session: Session, old: Phone, key: str) -> Phone:
    new = Phone(
        id=successor_id(old.id, key) if old.id != old.learner_id else uuid4(),
        learner=old.learner,
        joined_at=old.joined_at,
        told_at=old.told_at,
        picture=old.shown_picture.number,
        session_id=old.session_id,
        open_until=old.open_until,
    )
    session.add(new)
    if old.id != old.learner_id:
        session.delete(old)
    session.flush()
    return new


def remove_lock(phone: Phone) -> None:
    """Take the pictures away: one press opens the progress."""
    phone.lock_hash = None
    forget_tries(phone)
