"""Where a learner was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow


class Bookmark(Base):
    """The screen on which a learner was last."""

    __tablename__ = "bookmark"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(100))
    screen: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class PollCount(Base):
    """How often a level of a poll was chosen: a count, and nobody's."""

    __tablename__ = "poll_count"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count"),
        CheckConstraint("shown >= 0 AND shown <= count", name="shown"),
    )

    pack_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    unit: Mapped[str] = mapped_column(String(100), primary_key=True)
    item: Mapped[str] = mapped_column(String(100), primary_key=True)
    level: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    #: What of it is shown: the count at the last step, so that nobody's one answer can be read from a change.
    shown: Mapped[int] = mapped_column(default=0, server_default="0")
