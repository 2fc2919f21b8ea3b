"""Which learner is whose: the only place where an account and a learner meet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow


class AccountLearner(Base):
    """The progress that a person keeps in their account: one learner an account, one account a learner.

    Only the person reads it, and whom they share their progress with. Nothing in the learning record, in statistics or in an audit
    line leads from one to the other.
    """

    __tablename__ = "account_learner"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), unique=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
