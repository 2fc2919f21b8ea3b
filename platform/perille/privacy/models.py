"""Erasures that were asked for, and what is still to be done of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from perille.database import Base, UtcDateTime, utcnow, uuid7


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
