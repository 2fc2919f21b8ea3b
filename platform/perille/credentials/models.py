"""Credentials: what was earned, the name on the paper, and the code that verifies it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class Credential(Base):
    """A record of completion. The printed name is kept here only, and goes with the row."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), unique=True)
    #: As printed, without the dashes.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    pack_id: Mapped[str] = mapped_column(String(100))
    #: Title in the course's source language at the time of award: what /verify shows also when the pack is gone.
    title: Mapped[str] = mapped_column(String(300))
    #: Title in the learner's language.
    local_title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(12))
    minutes: Mapped[int]
    issuer: Mapped[str] = mapped_column(String(120))
    printed_name: Mapped[str] = mapped_column(String(120))
    #: How often the printed name was corrected, and the day of the last time.
    corrections: Mapped[int] = mapped_column(default=0, server_default="0")
    corrected_on: Mapped[date | None]
    awarded_on: Mapped[date]
    awarded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
