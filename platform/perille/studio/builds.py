"""Drafts compiled: the compiler that publishes a pack compiles a draft too, so a preview is the page that a learner will get."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.dates import today
from perille.core.slots import AppSlot
from perille.domain.course import PackKind
from perille.packs import services
from perille.packs.checks.advice import advise
from perille.packs.compiler.compile import compile_leniently, libraries_beside, load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.format.units import ResolvedUnit, resolve_units
from perille.packs.published.library import LruCache
from perille.packs.publishing.models import PackVersion
from perille.packs.source.diagnostics import Diagnostic, Diagnostics
from perille.packs.source.files import in_memory
from perille.packs.source.registry import current_interactions
from perille.studio.block_forms import is_unfilled
from perille.studio.drafts import files_at, pack_files
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft

#: Drafts that stay compiled, and sets of libraries that stay read: each is a few megabytes.
_KEPT, _LIBRARIES_KEPT = 12, 2


@dataclass(frozen=True)
class Build:
    """A draft at one revision, compiled."""

    draft_id: UUID
    revision: int
    pack: LoadedPack
    plans: tuple[ResolvedUnit, ...]
    #: None where not even a page can be made of it.
    compiled: CompiledPack | None
    #: Errors, warnings and advice, by file and line.
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What keeps the draft from being published."""
        return tuple(each for each in self.diagnostics if each.level == "error")


_builds = AppSlot[LruCache[Build]]("studio_builds", lambda: LruCache(_KEPT))
_libraries = AppSlot[LruCache[tuple[LoadedPack, ...]]]("studio_libraries", lambda: LruCache(_LIBRARIES_KEPT))


def libraries(session: Session) -> tuple[LoadedPack, ...]:
    """Return the published libraries, read once for as long as none of them changes."""
    wanted = select(PackVersion.pack_id, PackVersion.files_digest).where(
        PackVersion.is_current, PackVersion.kind == PackKind.LIBRARY
    )
    key = tuple(sorted((row.pack_id, row.files_digest) for row in session.execute(wanted)))
    return _libraries().get(key, lambda: tuple(_library(session, pack_id) for pack_id, _digest in key))


def _library(session: Session, pack_id: str) -> LoadedPack:
    files = services.source_files(session, pack_id) or {}
    return load_library(in_memory(pack_id, files), current_interactions())


def build(session: Session, draft: StudioDraft, number: int | None = None) -> Build:
    """Return a draft at a revision (by default the newest) compiled, from memory where it was compiled before. Needs an app context."""
    revision = draft.revision if number is None else number
    used = libraries(session)
    key = (draft.id, revision, id(used), today())
    return _builds().get(key, lambda: _build(session, draft, revision, used))


def _build(session: Session, draft: StudioDraft, revision: int, used: tuple[LoadedPack, ...]) -> Build:
    files = pack_files(draft, files_at(session, draft, revision))
    pack = load_pack(files, current_interactions(), today=today())
    compiled, found = compile_leniently(pack, used)
    plans = resolve_units(pack, libraries_beside(pack, used), Diagnostics())
    diagnostics = Diagnostics()
    diagnostics.take(found)
    _check_new_blocks(pack, diagnostics)
    advise(pack, plans, diagnostics)
    return Build(draft.id, revision, pack, plans, compiled, diagnostics.all)


def _check_new_blocks(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Add an error for each block that was added and never filled in, so that nobody publishes its dots."""
    for lesson in pack.lessons.values():
        for block in LessonSource(pack.files.files[lesson.path].decode("utf-8", "replace")).blocks:
            if is_unfilled(block.text):
                diagnostics.add(lesson.path, block.start + 1, "The block is new and has no words yet")
