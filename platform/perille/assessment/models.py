"""Attempts at a test, and the answers given so far."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from perille.core.database import Base, UtcDateTime, utcnow, uuid7
from perille.domain.refresher import ALL, PREFIX


class Attempt(Base):
    """One try at a test, pinned to the structure it began with."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "unit", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("score IS NULL OR (score >= -1 AND score <= 1)", name="score"),
        Index("ix_attempt_unit_finished", "unit", "finished_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    unit: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]
    structure_hash: Mapped[str] = mapped_column(String(64))
    #: Language in which it began: item statistics compare languages.
    language: Mapped[str] = mapped_column(String(12), default="", server_default="")
    #: ISO code of the country whose questions are asked beside the common ones, or "".
    country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    #: What the drawing and the order of choices follow from; "" where nothing is drawn.
    seed: Mapped[str] = mapped_column(String(32), default="", server_default="")
    #: Keys of the items drawn, in their order; empty where all of the unit's are asked.
    items: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: After this moment no answer is taken.
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    #: Hash of the structure by which it was marked again, "" where it was not: score and marks are both of that one.
    marked_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    marked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The score before that.
    score_before: Mapped[float | None]

    answers: Mapped[list[AttemptAnswer]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


def taken_at(unit: str) -> ColumnElement[bool]:
    """Return the condition that an attempt is one at a test, or at any refresher where *unit* is `refresher.ALL`."""
    if unit == ALL:
        return Attempt.unit.startswith(PREFIX, autoescape=True)
    return Attempt.unit == unit


class AttemptAnswer(Base):
    """The newest answer to one item of an attempt; earlier ones are in the learning record."""

    __tablename__ = "attempt_answer"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    item: Mapped[str] = mapped_column(String(100), primary_key=True)
    response: Mapped[list[str]] = mapped_column(JSON)
    right: Mapped[bool]
    #: 0 to 1; None until it is marked.
    scaled: Mapped[float | None]
    #: "sure", "fairly" or "guess", where the test asks.
    certainty: Mapped[str] = mapped_column(String(8), default="", server_default="")
    tries: Mapped[int] = mapped_column(default=1)
    #: Whether it was sent by a press and its outcome was shown: it can no longer be changed (feedback "now").
    fixed: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class ExtraTime(Base):
    """More time for one person in tests with a limit."""

    __tablename__ = "extra_time"
    __table_args__ = (CheckConstraint("percent > 0 AND percent <= 400", name="percent"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    percent: Mapped[int]


class ExtraTries(Base):
    """More tries for one person in each test of a course, on top of what it gives."""

    __tablename__ = "extra_tries"
    __table_args__ = (CheckConstraint("tries > 0", name="tries"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    tries: Mapped[int]
    #: Attempts that ended later use them up.
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
