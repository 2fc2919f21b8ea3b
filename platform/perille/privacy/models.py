"""Erasures that were asked for, and what is still to be done of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class Erasure(Base):
    """An erasure on its way. What the lists know is gone already when a learner asked; the search through all bodies is to come."""

    __tablename__ = "erasure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: The administrator who asked; None for a learner's own button.
    account_id: Mapped[UUID | None]
    #: JSON of the identifiers; None as soon as they are erased: this table must not keep what it erases.
    person: Mapped[bytes | None] = mapped_column(LargeBinary)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What was erased and what a search then found: numbers, and names of tables, files and other stores.
    report: Mapped[dict[str, object] | None] = mapped_column(JSON)


class RemovedLearner(Base):
    """What retention removed of a learner, restorable for 30 days (see `archive`)."""

    __tablename__ = "removed_learner"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    learner_id: Mapped[UUID]
    actor_name: Mapped[UUID]
    registrations: Mapped[list[str]] = mapped_column(JSON)
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: Rows, statements and documents, packed.
    body: Mapped[bytes] = mapped_column(LargeBinary)


class RetentionState(Base):
    """What retention remembers of the clock, and what it holds back."""

    __tablename__ = "retention_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    #: The clock at the last run, and since when it has gone on without a jump.
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    steady_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The time of a newest statement that an administrator said is wrong.
    disbelieved: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why nothing, or not all, is removed (`retention.HoldReason`).
    hold: Mapped[str] = mapped_column(String(10), default="")
    #: The day of the last run, how many learners wait for the next ones, and how many may still go.
    day: Mapped[date | None]
    waiting: Mapped[int] = mapped_column(default=0)
    remaining: Mapped[int] = mapped_column(default=0)
