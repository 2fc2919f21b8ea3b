"""Tables of the Studio: a draft's files as a history of changes, what nobody has merged yet, who is there, comments, reviews, versions.

A revision keeps what it changed, and not the whole pack: a lesson written for an hour costs its own few kilobytes a save. The files at
a revision are, for each path, the newest change up to it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class StudioDraft(Base):
    """A pack that is being made. Its files are in `studio_change`."""

    __tablename__ = "studio_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    #: As its pack.toml says, or as it was when that could be read last.
    pack_id: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(300))
    #: "course_finland 1.0.0": the pack that it is a copy of; "" for none.
    origin: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Number of the newest revision.
    revision: Mapped[int] = mapped_column(default=0)
    #: Whose it is: authors, reviewers and translators of no other organisation see it. None: the installation's, for administrators.
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    #: When it was put aside; it can be taken back.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StudioRevision(Base):
    """One save: who, when, and what was done."""

    __tablename__ = "studio_revision"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Without a foreign key: what was written stays when an account goes.
    account_id: Mapped[UUID | None]
    #: A `RevisionKind`.
    deed: Mapped[str] = mapped_column(String(40))
    #: The revision whose files came back, of an undo; 0 for none.
    restores: Mapped[int] = mapped_column(default=0)


class StudioChange(Base):
    """What a revision made of one file."""

    __tablename__ = "studio_change"
    __table_args__ = (Index("ix_studio_change_sha256", "sha256"),)

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(400), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    #: Hash of the new content, "" where the file went.
    sha256: Mapped[str] = mapped_column(String(64))


class StudioBlob(Base):
    """The content of a file, once for all drafts and revisions that have it."""

    __tablename__ = "studio_blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    #: Compressed with zstd.
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class StudioUnmerged(Base):
    """Words that could not be saved where they belong, because somebody else had changed the same block: kept until one decides."""

    __tablename__ = "studio_unmerged"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(400))
    account_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: What it was made from, and what its author made of it.
    base: Mapped[str] = mapped_column(Text)
    mine: Mapped[str] = mapped_column(Text)
    #: Number of the block of the lesson that it was.
    place: Mapped[int]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StudioReview(Base):
    """A second person is asked to read a draft, and what they said."""

    __tablename__ = "studio_review"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), index=True)
    #: Hash of the contents that are to be read (`packs.checks.two_person_review.contents_hash`).
    contents: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    #: Numbers of the comments that were open when changes were asked for.
    comments: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class StudioComment(Base):
    """What somebody wrote at a block of a lesson, or in answer to it. It goes with the account that wrote it, answers of others stay."""

    __tablename__ = "studio_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), index=True)
    #: The lesson's file.
    path: Mapped[str] = mapped_column(String(400))
    #: Number of the block in the lesson as it is now, from 0 (`comments.follow`); -1 where the block is gone.
    place: Mapped[int]
    #: The last words of a block that is gone, by which it is found where it comes back; "" while it is there.
    lost_text: Mapped[str] = mapped_column(Text, default="")
    #: The comment that it answers; None for one that stands by itself.
    answers_to: Mapped[UUID | None] = mapped_column(ForeignKey("studio_comment.id", ondelete="SET NULL"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    words: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Without a foreign key: an export of the account that pressed "Done" holds no words of somebody else.
    done_by: Mapped[UUID | None]


class StudioPresence(Base):
    """A page of a lesson that somebody has open, by what its script said last; forgotten after half an hour."""

    __tablename__ = "studio_presence"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: A random name that the page gives itself, so that two of one person are two.
    tab: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: The lesson's file, and the screen of it, from 1.
    path: Mapped[str] = mapped_column(String(400))
    screen: Mapped[int]
    #: A `presence.PresenceState`.
    state: Mapped[str] = mapped_column(String(10))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class StudioVersion(Base):
    """A published version: the revision that was published, for ever."""

    __tablename__ = "studio_version"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    #: As pack.toml says: "0.2.0".
    version: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    published_by: Mapped[UUID | None]
    #: Hash of all files of that revision.
    digest: Mapped[str] = mapped_column(String(64))
    #: What changed since the version before, as `changes.describe` gives it.
    changes: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    #: Whether learners get this one.
    is_current: Mapped[bool] = mapped_column(default=True)


class StudioSchedule(Base):
    """A moment that somebody set at which a draft is published, or taken out of the lists, by itself."""

    __tablename__ = "studio_schedule"
    __table_args__ = (Index("ix_studio_schedule_state_at", "state", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), index=True)
    #: A `scheduling.ScheduledAction`.
    action: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: By whose clock it is told; "" for UTC.
    country: Mapped[str] = mapped_column(String(2), default="")
    #: The revision that is published, whatever is written after it; 0 for taking out.
    revision: Mapped[int] = mapped_column(default=0)
    #: When that revision was chosen.
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    #: Number of the draft's newest version at that time: another one since means that somebody was faster.
    version: Mapped[int] = mapped_column(default=0)
    #: Without a foreign key: what was set stays when an account goes.
    made_by: Mapped[UUID | None]
    #: A `scheduling.ScheduleState`, and for one that was stopped a `publishing.BlockerCode`.
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    why: Mapped[str] = mapped_column(String(20), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Whether somebody has said that they have read why it was stopped.
    is_read: Mapped[bool] = mapped_column(default=False)


class StudioWriter(Base):
    """Who saved the words of a translation last: somebody else says that they are reviewed."""

    __tablename__ = "studio_writer"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    #: `translation_authors.digest_of` a block and its words.
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: Without a foreign key: what was written stays when an account goes.
    account_id: Mapped[UUID]


class StudioLink(Base):
    """A private address at which a draft can be looked at for a while, by whoever has it. Only a hash of its token is kept."""

    __tablename__ = "studio_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[UUID] = mapped_column(default=uuid7, unique=True)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("studio_draft.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
