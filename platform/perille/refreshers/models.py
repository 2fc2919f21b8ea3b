"""What choosing the next question needs of those that were answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class SpacedAnswer(Base):
    """One spaced question that somebody answered: which, when, and whether it was right. Never the answer."""

    __tablename__ = "spaced_answer"
    __table_args__ = (Index("ix_spaced_answer_account_id", "account_id", "answered_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    pack_id: Mapped[str] = mapped_column(String(100))
    item: Mapped[str] = mapped_column(String(100))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    right: Mapped[bool]
