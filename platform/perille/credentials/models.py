"""Credentials: what was earned, the name on the paper, and the code that verifies it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class Credential(Base):
    """A record of completion. The printed name is kept here only, and goes with the row.

    A correction of a certificate whose name is fixed is a new row with a code of its own; the row before it is replaced and stays.
    """

    __tablename__ = "credential"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes"),
        # Of the issues of one certificate the newest alone counts.
        Index(
            "uq_credential_current",
            "enrolment_id",
            unique=True,
            sqlite_where=text("replaced_on IS NULL"),
            postgresql_where=text("replaced_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
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
    #: Name of the logo that it was made with (`operator.logo`); "" for none.
    logo: Mapped[str] = mapped_column(String(40), default="", server_default="")
    printed_name: Mapped[str] = mapped_column(String(120))
    #: How often the printed name was corrected, and the day of the last time.
    corrections: Mapped[int] = mapped_column(default=0, server_default="0")
    corrected_on: Mapped[date | None]
    awarded_on: Mapped[date]
    awarded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_on: Mapped[date | None]
    #: The day of the last refresher that moved `expires_on` on, and its minutes; None where there was none.
    extended_on: Mapped[date | None]
    extended_minutes: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: For professionals: the printed name stays as it was made out, and a correction is a new issue.
    name_fixed: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What it is about in plain words, in the source language and in the learner's; "" where the title says it.
    subject: Mapped[str] = mapped_column(Text, default="", server_default="")
    local_subject: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: The best mark of the test that was passed, in hundredths, and its day; None where there was none.
    test_percent: Mapped[int | None]
    test_passed_on: Mapped[date | None]
    #: Whether that test had questions of which every one must be right.
    test_critical: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Country of the national part that was taken; "" where it was left out; None where the pack has no such part.
    national: Mapped[str | None] = mapped_column(String(2))
    #: Day and reason of this issue, where it corrects one before it.
    issued_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    #: The issue that took this one's place, and when.
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("credential.id"))
    replaced_on: Mapped[date | None]


class CredentialShare(Base):
    """A link with which the holder shows a certificate to somebody; taken back, its row is gone and the link opens nothing."""

    __tablename__ = "credential_share"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    credential_id: Mapped[UUID] = mapped_column(ForeignKey("credential.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
