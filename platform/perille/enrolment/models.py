"""Learners and their enrolments."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from perille.core.database import Base, UtcDateTime, utcnow, uuid7
from perille.enrolment.pictures import Picture, picture_of, usual_picture


class Learner(Base):
    """The person who learns: a random number, no name, no address, no story."""

    __tablename__ = "learner"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    #: Opaque account name of the xAPI actor; not the row's id, so that a statement leads to no cookie.
    actor_name: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Day of the last act: progress is deleted twelve months after it.
    last_seen_on: Mapped[date] = mapped_column(index=True)


class Enrolment(Base):
    """A learner in a course: cmi5's registration, pinned to one structure."""

    __tablename__ = "enrolment"
    __table_args__ = (
        # One way at a time: a second start finds the first one's row.
        Index(
            "uq_enrolment_open",
            "learner_id",
            "pack_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_enrolment_pack", "pack_id", "structure_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"))
    pack_id: Mapped[str] = mapped_column(String(100))
    structure_hash: Mapped[str] = mapped_column(String(64))
    registration: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    learner: Mapped[Learner] = relationship(lazy="joined", innerjoin=True)


class Phone(Base):
    """A browser that holds a learner's progress: its cookie names this row, and is nobody's once the row is gone."""

    __tablename__ = "phone"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: When the list of phones was read on this one; before `joined_at` where another phone has joined since.
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Number of the picture by which this learner is told from others on the same phone (`pictures`); None for the usual one.
    picture: Mapped[int | None]
    #: The session of an account by which this progress is open here: it is closed when that one ends.
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("account_session.id", ondelete="CASCADE"), index=True)
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Hash of the three pictures that stand before this progress on this phone; None where none do (`profiles.locks`).
    lock_hash: Mapped[str | None] = mapped_column(String(200))
    #: Wrong tries since the last right one, and when the last of them was.
    lock_failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    lock_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    learner: Mapped[Learner] = relationship(lazy="joined", innerjoin=True)

    @property
    def shown_picture(self) -> Picture:
        """The picture of this learner on this phone."""
        return picture_of(self.picture or usual_picture(self.id))


class JoinToken(Base):
    """A token in a picture that another phone's camera reads: it works once, for ten minutes. Only a hash of it is kept."""

    __tablename__ = "join_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResumeCode(Base):
    """A code on paper that opens a learner's progress on another phone. Only a keyed hash of it is kept."""

    __tablename__ = "resume_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeKey(Base):
    """The key of codes that a laptop made in a room without internet: by it one of them is known here, too (`room_codes`)."""

    __tablename__ = "code_key"

    #: Which key it is: a digest of it.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    #: The key, sealed with the installation's own.
    sealed: Mapped[str] = mapped_column(Text)
    #: When codes came last that were made with it: none of them lives longer than a code does.
    brought_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class MergedLearner(Base):
    """A learner who turned out to be the same person as another one: the older number leads to the one that stays."""

    __tablename__ = "merged_learner"

    learner_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[UUID] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class MergedEnrolment(Base):
    """An enrolment whose statements count for another one in the same course. They keep their registration and their actor."""

    __tablename__ = "merged_enrolment"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
