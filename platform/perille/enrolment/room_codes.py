"""Codes on paper that a laptop made in a room without internet, at the office: known by the laptop's own key for codes.

A code is 20 random digits, and only a keyed hash of it travels. The key for codes comes along, over the same encrypted line, and is kept
sealed: who copies the office's database has neither. What happened at the office counts: a code from a room opens nobody's progress
who has a phone, an account or a code here already, and one that was ended or used here does not come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from perille.core.current import current_config
from perille.core.database import Session, utcnow
from perille.core.errors import PerilleError
from perille.core.sealing import Seal, SealError
from perille.enrolment.accounts import account_keeping
from perille.enrolment.models import CodeKey, Phone, ResumeCode
from perille.enrolment.services import CODE_LIFE

_PURPOSE = b"perille resume codes: the keys of laptops"
#: Keys of laptops on one installation; a laptop has one, and another one when its own was changed.
MOST_KEYS = 1_000


class TooManyKeys(PerilleError):
    """A laptop brings more keys than the installation keeps."""


def _seal() -> Seal:
    # As codes on paper themselves: they outlive a change of the key of cookies.
    return Seal(current_config().resume_keys, _PURPOSE)


def keys_of_rooms(session: Session) -> Iterator[bytes]:
    """Yield the keys of laptops by which a code may be known."""
    seal = _seal()
    for sealed in session.scalars(select(CodeKey.sealed).where(CodeKey.brought_at > utcnow() - CODE_LIFE)):
        try:
            yield bytes.fromhex(seal.open(sealed))
        except SealError:
            # The installation's keys for codes were all changed since: its own codes are gone, too.
            continue


def keep_keys(session: Session, keys: Iterable[bytes]) -> None:
    """Keep the keys of a laptop for as long as a code lives. Raise TooManyKeys: a code that nobody knows is tried with each of them."""
    seal = _seal()
    for key in keys:
        session.merge(CodeKey(digest=hashlib.sha256(key).digest(), sealed=seal.close(key.hex()), brought_at=utcnow()))
    session.flush()
    if (session.scalar(select(func.count()).select_from(CodeKey)) or 0) > MOST_KEYS:
        raise TooManyKeys


def forget_old_keys(session: Session) -> int:
    """Delete the keys of laptops whose codes have all come to their end; return how many."""
    old = delete(CodeKey).where(CodeKey.brought_at < utcnow() - CODE_LIFE)
    return len(session.scalars(old.returning(CodeKey.digest)).all())


def is_open_here(session: Session, learner_id: UUID) -> bool:
    """Tell whether somebody has opened a learner's progress on this installation: on a phone, or in an account."""
    phone = session.scalar(select(Phone.id).where(Phone.learner_id == learner_id).limit(1))
    return phone is not None or account_keeping()(session, learner_id) is not None


def codes_of(session: Session, learner_id: UUID) -> list[ResumeCode]:
    """Return the codes of a learner that still work."""
    query = select(ResumeCode).where(ResumeCode.learner_id == learner_id)
    return [each for each in session.scalars(query) if each.expires_at is None or each.expires_at > utcnow()]


def add_code(session: Session, learner_id: UUID, code_hash: bytes, made_at: datetime, left: timedelta) -> bool:
    """Store a code from a room; return False where it is somebody else's. It works no longer than one that is made now."""
    expires_at = utcnow() + min(left, CODE_LIFE)
    made_at = min(made_at, utcnow())
    try:
        with session.begin_nested():
            session.add(
                ResumeCode(code_hash=code_hash, learner_id=learner_id, created_at=made_at, expires_at=expires_at)
            )
    except IntegrityError:
        return False
    return True
