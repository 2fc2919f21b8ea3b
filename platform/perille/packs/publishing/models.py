"""Tables of published packs: structure and words apart, compressed; what was published stays while an enrolment names it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from perille.core.database import Base, UtcDateTime, utcnow, uuid7


class PackVersion(Base):
    """One structure of a pack, with what lists say of it. Its words are always the newest published with it."""

    __tablename__ = "pack_version"
    __table_args__ = (
        UniqueConstraint("pack_id", "structure_hash"),
        Index("ix_pack_version_is_current", "is_current", "kind", "slug"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    pack_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(60))
    structure_hash: Mapped[str] = mapped_column(String(64))
    words_hash: Mapped[str] = mapped_column(String(64))
    facts_hash: Mapped[str] = mapped_column(String(64))
    #: Whether the pack has facts at all, so that lists of facts need not look into the others.
    has_facts: Mapped[bool] = mapped_column(default=False)
    #: Hash of what was compiled: the folder, the libraries it uses, the question types and the format.
    source_digest: Mapped[str] = mapped_column(String(64))
    #: Hash of the folder alone, for the packs that use it as a library.
    files_digest: Mapped[str] = mapped_column(String(64))
    #: Hash of which facts it has and may show, for the packs that name them.
    facts_offer: Mapped[str] = mapped_column(String(64))
    #: Names, sizes and times of the folder's files on this machine.
    stamp: Mapped[str] = mapped_column(String(64))
    #: Distribution and version, or the path it came from.
    owner: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    is_current: Mapped[bool] = mapped_column(default=True)
    #: Summary as JSON.
    summary: Mapped[bytes] = mapped_column(LargeBinary)
    #: CourseStructure as JSON, compressed.
    structure: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    #: Name -> Media as JSON, compressed.
    media: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    #: Facts as JSON, compressed.
    facts: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class PackWords(Base):
    """The words of a structure in one language."""

    __tablename__ = "pack_words"

    pack_version_id: Mapped[UUID] = mapped_column(ForeignKey("pack_version.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    words_hash: Mapped[str] = mapped_column(String(64))
    #: CourseWords as JSON, compressed.
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    #: Words of the pack's own facts as JSON, compressed.
    facts: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class PackMedia(Base):
    """A picture's bytes, once for all packs and versions that show it."""

    __tablename__ = "pack_media"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class PackSourceFiles(Base):
    """The folder a version was compiled from, compressed, for an export byte for byte."""

    __tablename__ = "pack_source"

    pack_version_id: Mapped[UUID] = mapped_column(ForeignKey("pack_version.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class PackProblem(Base):
    """What kept a pack from being published when packs were last read; for the administrators' page."""

    __tablename__ = "pack_problem"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    #: Pack id, or "" where not even that is known.
    pack_id: Mapped[str] = mapped_column(String(100), index=True)
    owner: Mapped[str] = mapped_column(String(300))
    path: Mapped[str] = mapped_column(Text)
    line: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
