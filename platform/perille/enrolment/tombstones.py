"""Tombstones: which learners were erased, so that a restored backup does not bring them back.

A tombstone is a SHA-256 digest of the learner's actor name and the time of the erasure. Actor names are random (122 bits), so the digest
leads back to nobody, and a search for the name itself finds nothing.

Tombstones are kept twice: in the table, and in a file beside the database. The file outlives a database that is replaced by an older
copy, or lost.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import has_app_context
from sqlalchemy import LargeBinary, event, select
from sqlalchemy.orm import Mapped, SessionTransaction, mapped_column
from sqlalchemy.orm import Session as OrmSession

from perille.core.current import current_config
from perille.core.database import Base, Session, UtcDateTime, utcnow
from perille.enrolment.models import Learner

log = logging.getLogger(__name__)

#: Name of the file in the data folder: a line per erasure, "<digest> <time>".
FILE_NAME = "tombstones"
_PENDING = "perille_tombstones"
_LINE = re.compile(r"([0-9a-f]{64}) (\S+)")


class Tombstone(Base):
    """A learner who was erased."""

    __tablename__ = "tombstone"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


def tombstone_digest(actor_name: UUID) -> bytes:
    """Return the digest under which the erasure of an actor is noted."""
    return hashlib.sha256(b"perille tombstone\0" + actor_name.bytes).digest()


def record_tombstone(session: Session, actor_name: UUID) -> None:
    """Note that a learner is erased, in the transaction that erases them. Noting it twice changes nothing.

    After the commit the line is appended to the file in the data folder too, if there is an application context.
    """
    digest = tombstone_digest(actor_name)
    if session.get(Tombstone, digest) is None:
        session.add(Tombstone(digest=digest))
        session.flush()
    real = session if isinstance(session, OrmSession) else session()
    real.info.setdefault(_PENDING, []).append((digest, utcnow()))


def add_tombstones(session: Session, tombstones: dict[bytes, datetime]) -> int:
    """Add tombstones that came from elsewhere (a file, another copy of the database); return how many were new."""
    known = set(session.scalars(select(Tombstone.digest)))
    fresh = {digest: at for digest, at in tombstones.items() if digest not in known}
    session.add_all(Tombstone(digest=digest, erased_at=at) for digest, at in fresh.items())
    session.flush()
    return len(fresh)


def replay_tombstones(session: Session, erase: Callable[[Session, Learner], object]) -> int:
    """Erase, with *erase*, every learner who has a tombstone and is there all the same; return how many there were.

    Run it after a backup was restored. It is safe to repeat.
    """
    erased = set(session.scalars(select(Tombstone.digest)))
    back = [
        row.id for row in session.execute(select(Learner.id, Learner.actor_name)) if tombstone_digest(row[1]) in erased
    ]
    for number in back:
        # Of two who were merged the second goes with the first.
        learner = session.get(Learner, number)
        if learner is not None:
            erase(session, learner)
    return len(back)


def all_tombstones(session: Session) -> dict[bytes, datetime]:
    """Return every tombstone of the table: digest and time."""
    return {row.digest: row.erased_at for row in session.scalars(select(Tombstone))}


def read_tombstone_file(path: Path) -> dict[bytes, datetime]:
    """Return the tombstones of a file; one that is absent has none, and a line that was cut short is left out."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        if match := _LINE.fullmatch(line):
            try:
                found[bytes.fromhex(match[1])] = datetime.fromisoformat(match[2])
            except ValueError:
                continue
    return found


def append_tombstones(path: Path, tombstones: Iterable[tuple[bytes, datetime]]) -> None:
    """Append tombstones to a file and wait until they are on the disk."""
    # The first line break ends a line that a power cut left half written.
    text = "\n" + "".join(f"{digest.hex()} {at.isoformat()}\n" for digest, at in tombstones)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise_tombstone_file(session: Session, path: Path) -> None:
    """Append to the file what the table has and the file has not: after a crash between the two, or a lost file."""
    known = read_tombstone_file(path)
    if missing := {digest: at for digest, at in all_tombstones(session).items() if digest not in known}:
        append_tombstones(path, missing.items())


@event.listens_for(OrmSession, "after_commit")
def _append_pending(session: OrmSession) -> None:
    if session.in_nested_transaction():
        return
    pending = session.info.pop(_PENDING, None)
    if pending and has_app_context():
        config = current_config()
        try:
            append_tombstones(config.data_dir / FILE_NAME, pending)
        except OSError as error:
            # The table has them; the next start appends them to the file.
            log.error("the file %s cannot be written: %s", FILE_NAME, error.strerror)


@event.listens_for(OrmSession, "after_soft_rollback")
def _forget_pending(session: OrmSession, _previous: SessionTransaction) -> None:
    session.info.pop(_PENDING, None)
