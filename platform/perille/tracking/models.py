"""Projections of the learning record, and what names this installation in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime


class Installation(Base):
    """Made once at first start: the home page of actors, so that moving the site orphans nobody."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    actor_home: Mapped[str] = mapped_column(String(300))

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class UnitProgress(Base):
    """What the record says of one unit in one registration. Natural key, times of the statements: a replay gives the same row."""

    __tablename__ = "unit_progress"
    __table_args__ = (
        CheckConstraint("best_score IS NULL OR (best_score >= -1 AND best_score <= 1)", name="best_score"),
    )

    registration: Mapped[UUID] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(100), primary_key=True)
    initialized_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    satisfied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What launched content said itself, within its own registration and activity.
    launch_completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    launch_passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    best_score: Mapped[float | None]
    answered_count: Mapped[int] = mapped_column(default=0)


class CourseProgress(Base):
    """What the record says of a whole registration."""

    __tablename__ = "course_progress"

    registration: Mapped[UUID] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(String(100), index=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    satisfied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    earned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
