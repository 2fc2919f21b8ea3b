"""Writing a compiled pack into the tables: its structure stays, its words are replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from perille.core.database import Session, utcnow
from perille.packs.compiler.compiled import CompiledPack, canonical
from perille.packs.format.manifest import MANIFEST
from perille.packs.publishing.models import PackMedia, PackSourceFiles, PackVersion, PackWords
from perille.packs.publishing.serialization import serialize, serialize_folder
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


def publish(
    session: Session, compiled: CompiledPack, files: PackFiles, origin: Origin, *, production: bool
) -> Diagnostic | None:
    """Make a compiled pack the newest; return why not where production refuses another structure of the same version."""
    summary = compiled.summary
    current = session.scalar(select(PackVersion).where(PackVersion.pack_id == summary.pack_id, PackVersion.is_current))
    if current is not None and current.structure_hash != compiled.structure_hash:
        if production and current.version == summary.version:
            return Diagnostic(
                MANIFEST, 1, f'Version {summary.version} is published with another structure: raise "version"'
            )
        current.is_current = False
    version = _version(session, compiled)
    _describe(version, compiled, origin)
    session.flush()
    _store_words(session, version, compiled)
    _store_media(session, compiled)
    _store_source(session, version, serialize_folder(files, compiled.bodies))
    session.flush()
    return None


def withdraw(session: Session, pack_id: str) -> None:
    """Take a pack out of the lists; its versions stay for those who are enrolled."""
    session.execute(update(PackVersion).where(PackVersion.pack_id == pack_id).values(is_current=False))


def _version(session: Session, compiled: CompiledPack) -> PackVersion:
    """Return the row of this structure, made where there is none: an older structure may come back."""
    wanted = (PackVersion.pack_id == compiled.summary.pack_id, PackVersion.structure_hash == compiled.structure_hash)
    version = session.scalar(select(PackVersion).where(*wanted))
    if version is None:
        version = PackVersion(pack_id=compiled.summary.pack_id, structure_hash=compiled.structure_hash)
        session.add(version)
    return version


def _describe(version: PackVersion, compiled: CompiledPack, origin: Origin) -> None:
    summary = compiled.summary
    version.kind, version.slug, version.version = summary.kind, summary.slug, summary.version
    version.words_hash, version.facts_hash = compiled.words_hash, compiled.facts_hash
    version.has_facts = bool(compiled.facts)
    version.source_digest, version.files_digest = origin.source_digest, origin.files_digest
    version.stamp, version.owner, version.facts_offer = origin.stamp, origin.owner[:300], origin.facts_offer
    version.published_at, version.is_current = utcnow(), True
    version.summary, version.structure = canonical(summary), serialize(compiled.structure)
    version.media, version.facts = serialize(compiled.media), serialize(compiled.facts)


def _store_words(session: Session, version: PackVersion, compiled: CompiledPack) -> None:
    session.execute(delete(PackWords).where(PackWords.pack_version_id == version.id))
    for language, words in compiled.words.items():
        session.add(
            PackWords(
                pack_version_id=version.id,
                language=language,
                words_hash=compiled.words_hashes[language],
                body=serialize(words),
                facts=serialize(compiled.fact_words.get(language, {})),
            )
        )


def _store_media(session: Session, compiled: CompiledPack) -> None:
    known = _known(session, compiled.bodies)
    for media in {each.sha256: each for each in compiled.media.values()}.values():
        if media.sha256 not in known:
            body = compiled.bodies[media.sha256]
            session.add(PackMedia(sha256=media.sha256, mime=media.mime, size=media.size, body=body))


def _known(session: Session, bodies: Mapping[str, bytes]) -> frozenset[str]:
    return frozenset(session.scalars(select(PackMedia.sha256).where(PackMedia.sha256.in_(list(bodies)))))


def _store_source(session: Session, version: PackVersion, body: bytes) -> None:
    row = session.get(PackSourceFiles, version.id)
    if row is None:
        session.add(PackSourceFiles(pack_version_id=version.id, body=body))
    else:
        row.body = body
