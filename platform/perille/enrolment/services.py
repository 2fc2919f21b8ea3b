"""Learners without accounts: who they are is a signed number in a cookie, or a code on paper."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, lazyload

from perille.core.database import Session, UtcDateTime, utcnow
from perille.core.errors import Conflict
from perille.enrolment.code_digits import CODE_DIGITS, OLD_CODE_DIGITS, read_digits
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Enrolment, Learner, Phone, ResumeCode
from perille.enrolment.tombstones import record_tombstone
from perille.lrs.services import ErasureReport, PersonRecords
from perille.tracking.services import erase_record

CODE_LIFE = timedelta(days=365)
#: Called with the numbers of one person before their rows go: for what is noted of them and does not hang on them.
_before_erasing: list[Callable[[Session, Sequence[UUID]], None]] = []
#: Asked by every page of a course. Made once: putting it together costs more than the database needs to answer it.
_ON_PHONE = (
    select(Enrolment, Phone)
    .select_from(Phone)
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.learner_id == Phone.learner_id,
            Enrolment.pack_id == bindparam("pack"),
            Enrolment.ended_at.is_(None),
        ),
    )
    .where(
        Phone.id == bindparam("phone"),
        or_(Phone.open_until.is_(None), Phone.open_until > bindparam("now", type_=UtcDateTime())),
    )
    # The learner of both is the same row; and a phone without an enrolment in this pack is found, too.
    .options(lazyload(Phone.learner), joinedload(Enrolment.learner, innerjoin=False))
)


def find_learner(session: Session, learner_id: UUID | None) -> Learner | None:
    """Return the learner of a cookie; None where there is none, or no longer."""
    return session.get(Learner, learner_id) if learner_id is not None else None


def make_learner(session: Session, day: date) -> Learner:
    """Make a learner: a random number and today's date."""
    learner = Learner(last_seen_on=day)
    session.add(learner)
    session.flush()
    return learner


def enrol(session: Session, learner: Learner, *, pack_id: str, structure_hash: str) -> Enrolment:
    """Return the learner's open enrolment in a pack, made now if there is none; two starts at once give one.

    Raise Conflict where the learner was deleted meanwhile.
    """
    found = open_enrolment(session, learner.id, pack_id)
    if found is not None:
        return found
    enrolment = Enrolment(learner=learner, pack_id=pack_id, structure_hash=structure_hash)
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError as error:
        found = open_enrolment(session, learner.id, pack_id)
        if found is None:
            # The learner was deleted meanwhile.
            raise Conflict from error
        return found
    return enrolment


def lock_enrolment(session: Session, enrolment: Enrolment) -> None:
    """Wait until nobody else writes for this enrolment: what is read after this is the newest. Raise Conflict where it is gone."""
    # SQLite has one writer at a time as it is.
    locked = select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update()
    if session.scalar(locked) is None:
        raise Conflict


def open_enrolment(session: Session, learner_id: UUID | None, pack_id: str) -> Enrolment | None:
    """Return the learner's open enrolment in a pack, or None."""
    if learner_id is None:
        return None
    return session.scalar(
        select(Enrolment).where(
            Enrolment.learner_id == learner_id, Enrolment.pack_id == pack_id, Enrolment.ended_at.is_(None)
        )
    )


def enrolment_on_phone(session: Session, phone_id: UUID | None, pack_id: str) -> Enrolment | None:
    """Return the open enrolment in a pack of the learner whose progress a phone holds: one query, none for no phone."""
    if phone_id is None:
        return None
    row = session.execute(_ON_PHONE, {"phone": phone_id, "pack": pack_id, "now": utcnow()}).first()
    if row is None:
        return None
    # Kept for as long as the session: every page asks for the phone after this, and finds it without a second query.
    session.info["phone"] = row[1]
    enrolment: Enrolment | None = row[0]
    return enrolment


def open_enrolments(session: Session, learner_id: UUID | None) -> list[Enrolment]:
    """Return all open enrolments of a learner, the newest first."""
    if learner_id is None:
        return []
    query = select(Enrolment).where(Enrolment.learner_id == learner_id, Enrolment.ended_at.is_(None))
    return list(session.scalars(query.order_by(Enrolment.id.desc())))


def restart(session: Session, enrolment: Enrolment) -> None:
    """End an enrolment; the next start gets a new registration, and what was recorded stays with the old one."""
    enrolment.ended_at = utcnow()
    session.flush()


def touch(learner: Learner, day: date) -> None:
    """Note the day of the last act, on which the time of keeping depends.

    Never a day before the one that is known: a clock that is behind must not make anybody's learning old.
    """
    learner.last_seen_on = max(learner.last_seen_on, day)


def make_resume_code(session: Session, learner: Learner, key: str) -> str:
    """Make a code that opens this progress on another phone, as 20 digits; earlier codes of the learner end."""
    end_resume_code(session, learner)
    code = "".join(str(secrets.randbelow(10)) for _digit in range(CODE_DIGITS))
    session.add(ResumeCode(code_hash=_code_hash(code, key), learner_id=learner.id, expires_at=utcnow() + CODE_LIFE))
    session.flush()
    return code


def end_resume_code(session: Session, learner: Learner) -> None:
    """Delete the learner's code: what is on paper opens nothing any more."""
    session.execute(delete(ResumeCode).where(ResumeCode.learner_id == learner.id))


def resume_code(session: Session, learner: Learner) -> ResumeCode | None:
    """Return the learner's code as far as it is kept, or None where there is none that still works."""
    # Of somebody whose progress was put together there may be two on paper.
    newest = select(ResumeCode).where(ResumeCode.learner_id == learner.id).order_by(ResumeCode.created_at.desc())
    row = session.scalar(newest.limit(1))
    return row if row is not None and _works(row) else None


def _works(code: ResumeCode) -> bool:
    return code.expires_at is None or code.expires_at > utcnow()


def learner_of_code(
    session: Session, text: str, keys: Iterable[str], rooms: Callable[[Session], Iterable[bytes]] = lambda _session: ()
) -> Learner | None:
    """Return the learner whom a typed code opens; any digit script and any grouping will do. None where there is none.

    *rooms*: returns the keys of codes that laptops made (`room_codes`), which are tried after the installation's own.
    """
    code = read_digits(text)
    if len(code) not in (CODE_DIGITS, OLD_CODE_DIGITS):
        return None
    hashes = [_code_hash(code, key) for key in keys]
    row = _row_of(session, hashes) or _row_of(session, [_keyed(code, key) for key in rooms(session)])
    if row is None or not _works(row):
        return None
    if row.code_hash != hashes[0]:
        # Once it has been used, it no longer needs the older key.
        row.code_hash = hashes[0]
    return session.get(Learner, row.learner_id)


def _row_of(session: Session, hashes: list[bytes]) -> ResumeCode | None:
    # In parts: a database takes only so many values at once, and each laptop of a year has a key.
    for start in range(0, len(hashes), 100):
        row = session.scalar(select(ResumeCode).where(ResumeCode.code_hash.in_(hashes[start : start + 100])))
        if row is not None:
            return row
    return None


def listen_before_erasing(forget: Callable[[Session, Sequence[UUID]], None]) -> None:
    """Let a part of the program delete what it has noted of a person, while their rows are still there. A second time changes nothing."""
    if forget not in _before_erasing:
        _before_erasing.append(forget)


def erase_learner(
    session: Session,
    learner: Learner,
    *,
    tombstone: bool = True,
    words: Iterable[str] = (),
    aside: PersonRecords | None = None,
) -> ErasureReport:
    """Delete a learner: all that stands under their number or registrations in the record, progress, every row that hangs on theirs.

    *tombstone*: whether a restored backup must erase them again. Not for retention: what a wrong clock deleted may come back.
    *words*: further words that lead to this learner alone, such as a certificate's code. *aside* takes a copy of what
    the record store had. Who was merged into the learner is the same person, and goes too.
    """
    # The same order in which an act takes its locks: the learner, the enrolment, the record store.
    session.execute(select(Learner.id).where(Learner.id == learner.id).with_for_update())
    query = select(Enrolment.registration).where(Enrolment.learner_id == learner.id).with_for_update()
    person = (learner, *merged_into(session, learner.id))
    for forget in _before_erasing:
        forget(session, [each.id for each in person])
    known = (*(str(each.id) for each in person), *words)
    report = erase_record(session, [each.actor_name for each in person], set(session.scalars(query)), known, aside)
    session.flush()
    # The database's own cascades take enrolments, attempts, bookmarks, codes and certificates with the learner.
    session.execute(delete(Learner).where(Learner.id.in_([each.id for each in person])))
    for each in person:
        session.expunge(each)
        if tombstone:
            record_tombstone(session, each.actor_name)
    return report


def _code_hash(code: str, key: str) -> bytes:
    return _keyed(code, key_of_codes(key))


def key_of_codes(key: str) -> bytes:
    """Return what codes are hashed with: it follows from a key of the installation, and the key does not follow from it."""
    return hashlib.sha256(b"perille resume code\0" + key.encode()).digest()


def _keyed(code: str, key: bytes) -> bytes:
    return hmac.new(key, code.encode(), hashlib.sha256).digest()
