"""Drafts compiled: the compiler that publishes a pack compiles a draft too, so a preview is the page that a learner will get."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.dates import today
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.domain.course import PackKind
from perille.packs import services
from perille.packs.checks.advice import advise
from perille.packs.checks.minutes import expected_minutes, minutes_agree
from perille.packs.compiler.compile import LenientlyCompiled, compile_leniently, libraries_beside, load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit, resolve_units
from perille.packs.publishing.models import PackVersion
from perille.packs.source.diagnostics import Diagnostic, Diagnostics
from perille.packs.source.files import in_memory
from perille.packs.source.read_cache import Keep
from perille.packs.source.registry import current_interactions
from perille.studio.block_forms import is_unfilled
from perille.studio.drafts import bodies_of, hashes_at, manifest_of, pack_files
from perille.studio.lesson_source import read_source
from perille.studio.models import StudioDraft, StudioRevision
from perille.studio.toml_edit import TomlText, UneditableToml

#: Drafts that stay compiled, and sets of libraries that stay read: each is a few megabytes.
_KEPT, _LIBRARIES_KEPT = 12, 2
#: Files that stay read; a course of twelve lessons has some two hundred.
_READINGS_KEPT = 2_000
#: Bytes of a file up to which its content stays unpacked: texts do, pictures and sound do not.
_BODY_KEPT = 32 * 1024


@dataclass(frozen=True)
class DraftBuild:
    """A draft at one revision, compiled."""

    draft_id: UUID
    revision: int
    pack: LoadedPack
    plans: tuple[ResolvedUnit, ...]
    lenient: LenientlyCompiled
    #: Errors, warnings and advice, by file and line.
    diagnostics: tuple[Diagnostic, ...]

    @property
    def compiled(self) -> CompiledPack | None:
        """The pages, made when somebody asks for them first; None where not even one can be made."""
        return self.lenient.compiled

    @property
    def failure(self) -> str:
        """Why no page can be made of it, in English; "" where pages can."""
        return self.lenient.failure

    @property
    def has_pages(self) -> bool:
        """Whether pages can be made of it; without an error they can, and nothing is made to find that out."""
        return not self.errors or self.compiled is not None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What keeps the draft from being published."""
        return tuple(each for each in self.diagnostics if each.level == "error")


_builds = AppSlot[LruCache[DraftBuild]]("studio_builds", lambda: LruCache(_KEPT))
#: What was read of each file of a draft: after a save only files that have changed are parsed.
_readings = AppSlot[LruCache[Any]]("studio_readings", lambda: LruCache(_READINGS_KEPT))
#: Hash -> content of a file.
_bodies = AppSlot[LruCache[bytes]]("studio_bodies", lambda: LruCache(_READINGS_KEPT))
_libraries = AppSlot[LruCache[tuple[LoadedPack, ...]]]("studio_libraries", lambda: LruCache(_LIBRARIES_KEPT))


def libraries(session: Session) -> tuple[LoadedPack, ...]:
    """Return the published libraries, read once for as long as none of them changes."""
    key = _published_libraries(session)
    return _libraries().get(key, lambda: tuple(_library(session, pack_id) for pack_id, _digest in key))


def _published_libraries(session: Session) -> tuple[tuple[str, str], ...]:
    """Return id and hash of each published library: what a draft was compiled with."""
    wanted = select(PackVersion.pack_id, PackVersion.files_digest).where(
        PackVersion.is_current, PackVersion.kind == PackKind.LIBRARY
    )
    return tuple(sorted((row.pack_id, row.files_digest) for row in session.execute(wanted)))


def _library(session: Session, pack_id: str) -> LoadedPack:
    files = services.source_files(session, pack_id) or {}
    return load_library(in_memory(pack_id, files), current_interactions())


def build(
    session: Session, draft: StudioDraft, number: int | None = None, *, languages: Collection[str] = ()
) -> DraftBuild:
    """Return a draft at a revision (by default the newest) compiled, from memory where it was compiled before. Needs an app context.

    *languages*: compile the source and these alone, for a page that shows one of them: reading catalogues takes most of the time.
    """
    revision = draft.revision if number is None else number
    used = libraries(session)
    # Its number alone may be another revision's: that of a save that was rolled back is given again.
    saved = select(StudioRevision.at).where(StudioRevision.draft_id == draft.id, StudioRevision.number == revision)
    key = (draft.id, revision, session.scalar(saved), _published_libraries(session), today(), tuple(sorted(languages)))
    return _builds().get(key, lambda: _build(session, draft, revision, used, languages))


def _build(
    session: Session, draft: StudioDraft, revision: int, used: tuple[LoadedPack, ...], languages: Collection[str]
) -> DraftBuild:
    found_files = _files_at(session, draft, revision)
    files = pack_files(draft, _only_in(found_files, languages, _readings().get) if languages else found_files)
    pack = load_pack(files, current_interactions(), today=today(), keep=_readings().get)
    lenient = compile_leniently(pack, used, _readings().get)
    plans = resolve_units(pack, libraries_beside(pack, used), Diagnostics())
    diagnostics = Diagnostics()
    diagnostics.extend(lenient.faults)
    _check_new_blocks(pack, diagnostics, _readings().get)
    advise(pack, plans, diagnostics)
    return DraftBuild(draft.id, revision, pack, plans, lenient, diagnostics.all)


def loaded(draft: StudioDraft, files: Mapping[str, bytes]) -> LoadedPack:
    """Return a draft as it would be with these files, read and not compiled."""
    return load_pack(pack_files(draft, files), current_interactions(), today=today(), keep=_readings().get)


def _files_at(session: Session, draft: StudioDraft, revision: int) -> dict[str, bytes]:
    """Return the files of a draft at a revision; those that did not change since it was compiled last are not unpacked again."""
    hashes, known = hashes_at(session, draft, revision), _bodies()
    found = {digest: body for digest in hashes.values() if (body := known.find(digest)) is not None}
    missing = bodies_of(session, (digest for digest in hashes.values() if digest not in found))
    for digest, body in missing.items():
        if len(body) <= _BODY_KEPT:
            known.get(digest, partial(bytes, body))
    return {path: found[digest] if digest in found else missing[digest] for path, digest in hashes.items()}


def _only_in(files: Mapping[str, bytes], languages: Collection[str], keep: Keep) -> Mapping[str, bytes]:
    """Return a draft's files as if it were in the source language and *languages* alone."""
    body = files.get(MANIFEST, b"")
    wanted = frozenset(languages)
    rest, manifest = keep(("only-in", body, wanted), partial(_manifest_only_in, body, wanted))
    return {path: each for path, each in files.items() if path not in rest} | ({MANIFEST: manifest} if body else {})


def _manifest_only_in(body: bytes, languages: frozenset[str]) -> tuple[frozenset[str], bytes]:
    """Return the catalogues that are left out, and pack.toml without their languages; nothing, where it cannot be changed."""
    manifest = manifest_of(body, "")
    kept = [code for code in manifest.languages if code in languages or code == manifest.source_language]
    try:
        text = TomlText(body.decode("utf-8")).set((), "languages", kept)
    except (UnicodeDecodeError, UneditableToml):
        return frozenset(), body
    return frozenset(f"translations/{code}.po" for code in manifest.languages if code not in kept), text.encode()


def _check_new_blocks(pack: LoadedPack, diagnostics: Diagnostics, keep: Keep) -> None:
    """Add an error for each block that was added and never filled in, so that nobody publishes its dots."""
    for lesson in pack.lessons.values():
        text = pack.files.files[lesson.path].decode("utf-8", "replace")
        for line in keep(("new-blocks", text), partial(_new_blocks, text)):
            diagnostics.add(lesson.path, line, "The block is new and has no words yet")


def _new_blocks(text: str) -> tuple[int, ...]:
    return tuple(block.start + 1 for block in read_source(text).blocks if is_unfilled(block.text))


def counted_minutes(made: DraftBuild) -> dict[str, int]:
    """Return unit -> minutes by the rule, of the draft's own units that say others."""
    return {
        plan.key: max(1, round(expected))
        for plan in made.plans
        if not plan.shared and (expected := expected_minutes(plan)) is not None
        if not minutes_agree(plan.spec.minutes or 0, expected)
    }
