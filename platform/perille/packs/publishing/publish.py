"""Writing a compiled pack into the tables: its structure stays, its words are replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from perille.core.database import Session, utcnow
from perille.domain.fact import Fact
from perille.packs.compiler.compiled import CompiledPack, Summary, canonical
from perille.packs.format.manifest import MANIFEST
from perille.packs.publishing.changed_facts import with_days_of_change
from perille.packs.publishing.models import PackMedia, PackSourceFiles, PackVersion, PackWords
from perille.packs.publishing.serialization import compress, deserialize, serialize, serialize_folder
from perille.packs.source.diagnostics import Diagnostic
from perille.packs.source.files import PackFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a compiled pack came from, and what tells that it has changed."""

    owner: str
    stamp: str = ""
    source_digest: str = ""
    files_digest: str = ""
    facts_offer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """The words of a pack in one language, as they are stored."""

    language: str
    words_hash: str
    body: bytes
    facts: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """A picture or a recording, as it is stored."""

    sha256: str
    mime: str
    size: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRows:
    """A compiled pack as it is stored, made without a database."""

    summary: Summary
    words_hash: str
    facts_hash: str
    has_facts: bool
    structure: bytes
    media: bytes
    facts: bytes
    words: tuple[WordRow, ...]
    pictures: tuple[PictureRow, ...]
    #: The folder.
    source: bytes


def rows_of(compiled: CompiledPack, files: PackFiles) -> PackRows:
    """Return what is stored of a compiled pack; *files*: its folder."""
    pictures = {each.sha256: each for each in compiled.media.values()}.values()
    return PackRows(
        summary=compiled.summary,
        words_hash=compiled.words_hash,
        facts_hash=compiled.facts_hash,
        has_facts=bool(compiled.facts),
        structure=serialize(compiled.structure),
        media=serialize(compiled.media),
        facts=serialize(compiled.facts),
        words=tuple(
            WordRow(
                language=language,
                words_hash=compiled.words_hashes[language],
                body=compress(compiled.written[language]),
                facts=serialize(compiled.fact_words.get(language, {})),
            )
            for language in compiled.words
        ),
        pictures=tuple(
            PictureRow(sha256=each.sha256, mime=each.mime, size=each.size, body=compiled.bodies[each.sha256])
            for each in pictures
        ),
        source=serialize_folder(files, compiled.bodies),
    )


def publish(session: Session, rows: PackRows, origin: Origin, *, production: bool) -> Diagnostic | None:
    """Make a compiled pack the newest; return why not where production refuses another structure of the same version."""
    summary = rows.summary
    current = session.scalar(select(PackVersion).where(PackVersion.pack_id == summary.pack_id, PackVersion.is_current))
    if current is not None and current.structure_hash != summary.structure_hash:
        if production and current.version == summary.version:
            return Diagnostic(
                MANIFEST, 1, f'Version {summary.version} is published with another structure: raise "version"'
            )
        current.is_current = False
    facts = _dated_facts(session, rows)
    version = _version(session, summary)
    _describe(version, rows, origin)
    version.facts = facts
    session.flush()
    _store_words(session, version, rows)
    _store_pictures(session, rows)
    _store_source(session, version, rows.source)
    session.flush()
    return None


def _dated_facts(session: Session, rows: PackRows) -> bytes:
    """Return the facts of a pack with the days on which their values changed: against what was published of it last."""
    published = select(PackVersion.facts).where(PackVersion.pack_id == rows.summary.pack_id, PackVersion.has_facts)
    last = session.scalar(published.order_by(PackVersion.published_at.desc()).limit(1))
    if last is None or not rows.has_facts:
        return rows.facts
    now, before = (deserialize(body, tuple[Fact, ...]) for body in (rows.facts, last))
    return serialize(with_days_of_change(now, before, utcnow().date()))


def withdraw(session: Session, pack_id: str) -> None:
    """Take a pack out of the lists; its versions stay for those who are enrolled."""
    session.execute(update(PackVersion).where(PackVersion.pack_id == pack_id).values(is_current=False))


def _version(session: Session, summary: Summary) -> PackVersion:
    """Return the row of this structure, made where there is none: an older structure may come back."""
    wanted = (PackVersion.pack_id == summary.pack_id, PackVersion.structure_hash == summary.structure_hash)
    version = session.scalar(select(PackVersion).where(*wanted))
    if version is None:
        version = PackVersion(pack_id=summary.pack_id, structure_hash=summary.structure_hash)
        session.add(version)
    return version


def _describe(version: PackVersion, rows: PackRows, origin: Origin) -> None:
    summary = rows.summary
    version.kind, version.slug, version.version = summary.kind, summary.slug, summary.version
    version.words_hash, version.facts_hash = rows.words_hash, rows.facts_hash
    version.has_facts = rows.has_facts
    version.source_digest, version.files_digest = origin.source_digest, origin.files_digest
    version.stamp, version.owner, version.facts_offer = origin.stamp, origin.owner[:300], origin.facts_offer
    version.published_at, version.is_current = utcnow(), True
    version.summary, version.structure = canonical(summary), rows.structure
    version.media = rows.media


def _store_words(session: Session, version: PackVersion, rows: PackRows) -> None:
    session.execute(delete(PackWords).where(PackWords.pack_version_id == version.id))
    for each in rows.words:
        session.add(
            PackWords(
                pack_version_id=version.id,
                language=each.language,
                words_hash=each.words_hash,
                body=each.body,
                facts=each.facts,
            )
        )


def _store_pictures(session: Session, rows: PackRows) -> None:
    known = _known(session, [each.sha256 for each in rows.pictures])
    for each in rows.pictures:
        if each.sha256 not in known:
            session.add(PackMedia(sha256=each.sha256, mime=each.mime, size=each.size, body=each.body))


def _known(session: Session, pictures: Sequence[str]) -> frozenset[str]:
    return frozenset(session.scalars(select(PackMedia.sha256).where(PackMedia.sha256.in_(pictures))))


def _store_source(session: Session, version: PackVersion, body: bytes) -> None:
    row = session.get(PackSourceFiles, version.id)
    if row is None:
        session.add(PackSourceFiles(pack_version_id=version.id, body=body))
    else:
        row.body = body
