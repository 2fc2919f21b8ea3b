"""Groups, who is in them, and who came. What two installations may both make has an id made of what it says (`groups.ids`)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from perille.core.database import Base, UtcDateTime, utcnow, uuid7
from perille.people.models import Organisation


def _newest(name: str, which: str) -> Index:
    return Index(
        f"ix_learning_group_{name}",
        "organisation_id",
        "id",
        sqlite_where=text(which),
        postgresql_where=text(which),
    )


class Group(Base):
    """People who learn together with a trainer of an organisation."""

    __tablename__ = "learning_group"
    # The newest groups of an office are read from these, however many it has.
    __table_args__ = (
        _newest("open", "closed_at IS NULL"),
        _newest("closed", "closed_at IS NOT NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    #: In which the group is taught: of its join page and its papers.
    language: Mapped[str] = mapped_column(String(20))
    #: Most people at a time; None for as many as come.
    places: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    #: 60 random bits in the link and its picture. Shown again on each page of the trainer, so it is kept as it is.
    join_key: Mapped[str] = mapped_column(String(16), unique=True)
    #: The short code while the trainer holds the door open; it opens no more than the question whether to join.
    door_code: Mapped[str | None] = mapped_column(String(12), unique=True)
    door_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the code was renewed because too many were guessed.
    door_renewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    organisation: Mapped[Organisation] = relationship(viewonly=True)


class GroupTrainer(Base):
    """An account that leads a group."""

    __tablename__ = "group_trainer"
    __table_args__ = (Index("ix_group_trainer_account_id", "account_id", "group_id"),)

    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)


class GroupCourse(Base):
    """A course that a group takes, and when."""

    __tablename__ = "group_course"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id", ondelete="CASCADE"), primary_key=True)
    pack_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class GroupMember(Base):
    """Somebody in a group: a learner who joined, or a name on the trainer's list without a phone."""

    __tablename__ = "group_member"
    __table_args__ = (UniqueConstraint("group_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id", ondelete="CASCADE"))
    learner_id: Mapped[UUID | None] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    #: What the trainer calls them, "" for their number alone.
    name: Mapped[str] = mapped_column(String(120), default="")
    #: On the list and on the name card.
    number: Mapped[int]
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupLogin(Base):
    """An account with a user name that a trainer made for somebody of a group: only of such a one may a trainer change the PIN."""

    __tablename__ = "group_login"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("group_member.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class GroupSession(Base):
    """A meeting of a group: the first, second ... of a day."""

    __tablename__ = "group_session"
    __table_args__ = (UniqueConstraint("group_id", "day", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("learning_group.id", ondelete="CASCADE"))
    day: Mapped[date]
    number: Mapped[int]


class Attendance(Base):
    """Whether somebody came to a meeting, and who says so."""

    __tablename__ = "attendance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("group_session.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("group_member.id", ondelete="CASCADE"), index=True)
    present: Mapped[bool]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: The trainer who ticked it; None where the person said so on their own phone.
    taken_by: Mapped[UUID | None]
    #: Whether it was taken in a room without internet.
    offline: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by: Mapped[UUID | None]


class GroupWaiver(Base):
    """A lesson that a trainer marked as done in class: who said so, and when."""

    __tablename__ = "group_waiver"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("group_member.id", ondelete="CASCADE"), index=True)
    pack_id: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    waived_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    waived_by: Mapped[UUID]


class MentorPair(Base):
    """Somebody of a group and the account that is their mentor. A pair that ends is deleted: nothing of it is kept."""

    __tablename__ = "mentor_pair"

    #: One mentor at a time.
    member_id: Mapped[UUID] = mapped_column(ForeignKey("group_member.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: The day of the next meeting, where one is agreed.
    next_on: Mapped[date | None]


class MentorMeeting(Base):
    """That a pair met on a day; of what was said there is no column."""

    __tablename__ = "mentor_meeting"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("mentor_pair.member_id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
