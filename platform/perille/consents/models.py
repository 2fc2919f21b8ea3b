"""Who agreed to what, when, to which words; and who took it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class Consent(Base):
    """One answer of an account to one purpose. A newer answer makes a new row, so that it can be told what held on a day."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_account_id", "account_id", "purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    #: Name of a `core.consent.Purpose`.
    purpose: Mapped[str] = mapped_column(String(40))
    #: For whom, where people agree for each organisation by itself.
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    #: Of the words, and the language in which they were read.
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(20))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: False: they were asked and said no.
    given: Mapped[bool]
    #: Taken back, or answered anew.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
