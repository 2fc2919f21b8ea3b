"""Attempts at a test, and the answers given so far."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from perille.database import Base, UtcDateTime, utcnow, uuid7


class Attempt(Base):
    """One try at a test, pinned to the structure it began with."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "unit", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    unit: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    structure_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    answers: Mapped[list[AttemptAnswer]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class AttemptAnswer(Base):
    """The newest answer to one item of an attempt; earlier ones are in the learning record."""

    __tablename__ = "attempt_answer"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(100), primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    right: Mapped[bool]
    tries: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
