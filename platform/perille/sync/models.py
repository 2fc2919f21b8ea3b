"""Keys of rooms, what was carried and when, what was in conflict, and what both sides agreed on last."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class SyncKey(Base):
    """A key with which a laptop speaks for one organisation. Only a hash of it is kept."""

    __tablename__ = "sync_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: Which laptop it is for, in the words of whoever made it.
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SyncRun(Base):
    """One carrying: what went which way. Made by its first request and counted up by the others."""

    __tablename__ = "sync_run"
    __table_args__ = (CheckConstraint("direction IN ('take','bring')", name="direction"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(8))
    #: Which laptop.
    label: Mapped[str] = mapped_column(String(80), default="")
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: None: cut off, or still at work. The next run goes on where it stopped.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Table -> rows that were new or changed.
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    #: By how many seconds the laptop's clock is ahead. Shown, never used: nothing is ordered by time.
    clock: Mapped[int] = mapped_column(default=0)


class SyncConflict(Base):
    """A field that both sides changed, or a row that could not be stored: what stands, and what does not."""

    __tablename__ = "sync_conflict"

    #: Made of what it says: the same conflict, met again, is the same row.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    #: Whom it tells of; it goes with them.
    learner_id: Mapped[UUID | None] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    row: Mapped[str] = mapped_column(String(40))
    #: The field; "" where a whole row was not stored.
    field: Mapped[str] = mapped_column(String(40), default="")
    #: As JSON.
    stands: Mapped[str] = mapped_column(Text, default="null")
    other: Mapped[str] = mapped_column(Text, default="null")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class SyncBase(Base):
    """On the laptop: digests of what both sides last agreed on, by which a change is told. They lead to nobody.

    At the office: which courses are back on a group while a laptop brings what was done in them (`sync.withdrawn_courses`), and
    digests of the codes on paper that laptops have brought, so that what was decided of one is decided once (`sync.codes`).
    Who is erased takes along what is noted of them, on both sides (`sync.note_erasure`).
    """

    __tablename__ = "sync_base"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    digests: Mapped[dict[str, str]] = mapped_column(JSON)


class SyncOffice(Base):
    """On the laptop: the office that it carries to."""

    __tablename__ = "sync_office"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    url: Mapped[str] = mapped_column(String(300))
    #: The office's own address, for what is printed: certificates are checked there.
    site_url: Mapped[str] = mapped_column(String(300), default="")
    organisation_id: Mapped[UUID]
    #: The key, sealed with the installation's own.
    sealed_key: Mapped[str] = mapped_column(Text)
