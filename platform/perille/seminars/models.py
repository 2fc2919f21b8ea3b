"""Seminars and who has a place in one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from perille.core.database import Base, UtcDateTime, utcnow, uuid7
from perille.people.models import Organisation


class EntryState(StrEnum):
    """How far somebody's sign-up has come. Giving a place back ends it: nobody is moved up twice."""

    #: Without an account: the link in the e-mail was not pressed yet.
    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    #: A place became free and is held for them, until `offered_until`.
    OFFERED = "offered"
    TAKEN = "taken"
    GIVEN_BACK = "given-back"
    #: The offer ran out, or the seminar began while they waited.
    ENDED = "ended"


class Seminar(Base):
    """A meeting at a place or at a link, with so many places."""

    __tablename__ = "seminar"
    __table_args__ = (
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    #: What it is about, in plain words.
    about: Mapped[str] = mapped_column(String(2000), default="")
    language: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(200), default="")
    #: Where it is joined from elsewhere: shown only to who has a place.
    link: Mapped[str] = mapped_column(String(500), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Nobody gets a place after it.
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    places: Mapped[int]
    #: RFC 5545 3.8.7.4: grows when the time or the place changes, and never falls.
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class SeminarEntry(Base):
    """Somebody's sign-up: by an account, or by an e-mail address alone."""

    __tablename__ = "seminar_entry"
    __table_args__ = (
        UniqueConstraint("seminar_id", "person_key"),
        Index("ix_seminar_entry_queue", "seminar_id", "state", "queued_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    seminar_id: Mapped[UUID] = mapped_column(ForeignKey("seminar.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    #: Once in a seminar: the key of the address, or the account's number.
    person_key: Mapped[str] = mapped_column(String(320))
    email: Mapped[str] = mapped_column(String(254), default="")
    #: For the list at the door and the certificate.
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=EntryState.UNCONFIRMED.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: When they came into the queue: who came first is offered first.
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Code of the certificate of attendance.
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
