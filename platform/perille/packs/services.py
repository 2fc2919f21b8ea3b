"""Packs in the database: published from their folders where something changed, listed, and given back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from perille.core.database import Session
from perille.core.memory import no_search_for_garbage
from perille.packs.publishing.build_queue import BuildQueue, PackBuild, looks_like_library
from perille.packs.publishing.building import BuiltPack, build_all
from perille.packs.publishing.models import PackMedia, PackProblem, PackSourceFiles, PackVersion
from perille.packs.publishing.publish import PackRows, publish, withdraw
from perille.packs.publishing.serialization import deserialize_folder
from perille.packs.source.diagnostics import Diagnostic, Kind, Level
from perille.packs.source.discovery import PackSource
from perille.packs.source.registry import InteractionRegistry

__all__ = [
    "SyncReport",
    "current_packs",
    "looks_like_library",
    "needs_publishing",
    "problems",
    "source_files",
    "synchronise",
]

#: Called with a pack's id, how many packs are done, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What `synchronise` did, by pack id."""

    published: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    #: Packs that have faults, or that production refuses: what was published before stays.
    refused: tuple[str, ...] = ()
    #: Packs that are no longer found.
    gone: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def synchronise(
    session: Session,
    sources: Sequence[PackSource],
    registry: InteractionRegistry,
    *,
    production: bool,
    progress: Progress,
    problems: Iterable[Diagnostic] = (),
    processes: int = 1,
) -> SyncReport:
    """Publish every pack whose folder, libraries or question types have changed; nothing is parsed where none has.

    *problems*: what discovery found, kept with the others for the administrators' page. *processes*: in how many at most packs are
    compiled, see `build_all`. Flushes, does not commit.
    """
    rows = {row.pack_id: row for row in session.scalars(select(PackVersion).where(PackVersion.is_current))}
    workshop = BuildQueue(sources, rows, registry)
    sync = _Sync(session, workshop, production)
    gone = tuple(sorted(rows.keys() - {source.id for source in sources}))
    for pack_id in gone:
        withdraw(session, pack_id)
        sync.forget_problems(pack_id)
    with no_search_for_garbage():
        sync.build(processes, progress)
        for candidate in workshop.candidates:
            sync.apply_build(candidate)
    sync.keep_general(registry.problems, problems, workshop.problems)
    session.flush()
    return SyncReport(
        published=tuple(sync.published),
        unchanged=tuple(sync.unchanged),
        refused=tuple(sync.refused),
        gone=gone,
        problems=tuple(sync.problems),
    )


def needs_publishing(session: Session, sources: Sequence[PackSource], registry: InteractionRegistry) -> bool:
    """Tell whether `synchronise` would have to look into a pack again. Reads no pack: the folder's stamp decides."""
    rows = {row.pack_id: row for row in session.scalars(select(PackVersion).where(PackVersion.is_current))}
    workshop = BuildQueue(sources, rows, registry)
    return any(
        each.row is None or not each.untouched or each.row.source_digest != workshop.source_digest(each)
        for each in workshop.candidates
    )


class _Sync:
    """Takes one pack after the other and keeps the account."""

    def __init__(self, session: Session, workshop: BuildQueue, production: bool) -> None:
        self.session = session
        self.workshop = workshop
        self.production = production
        self.published: list[str] = []
        self.unchanged: list[str] = []
        self.refused: list[str] = []
        self.problems: list[Diagnostic] = []
        #: What was told already of plugins' checks that fail.
        self.failed_checks: set[str] = set()
        #: Id -> what came of compiling a pack that has changed.
        self.built: dict[str, BuiltPack] = {}
        #: (kind, slug) -> who has that address.
        self.addresses = {(each.row.kind, each.row.slug): each for each in workshop.candidates if each.row is not None}

    def build(self, processes: int, progress: Progress) -> None:
        """Compile what has changed."""
        waiting = [each for each in self.workshop.candidates if not self._is_unchanged(each)]
        count = len(self.workshop.candidates)
        done = itertools.count(count - len(waiting) + 1)
        self.built = build_all(self.workshop, waiting, processes, lambda each: progress(each.id, next(done), count))

    def _is_unchanged(self, candidate: PackBuild) -> bool:
        row = candidate.row
        return row is not None and row.source_digest == self.workshop.source_digest(candidate)

    def apply_build(self, candidate: PackBuild) -> None:
        """Publish one pack, or leave it as it is."""
        built = self.built.pop(candidate.id, None)
        if built is None:
            self._leave(candidate)
            return
        self.forget_problems(candidate.id)
        if built.rows is None:
            self.refuse(candidate, built.diagnostics)
        else:
            self._publish(candidate, built.rows, built.diagnostics)

    def _leave(self, candidate: PackBuild) -> None:
        self.unchanged.append(candidate.id)
        row = candidate.row
        if row is not None and (row.stamp != candidate.stamp or row.owner != candidate.owner):
            row.stamp, row.owner = candidate.stamp, candidate.owner

    def _publish(self, candidate: PackBuild, rows: PackRows, warnings: Iterable[Diagnostic]) -> None:
        address = (str(rows.summary.kind), rows.summary.slug)
        holder = self.addresses.setdefault(address, candidate)
        if holder is not candidate:
            text = f'The address "{rows.summary.slug}" is taken by {holder.id} of {holder.owner}; this is {candidate.owner}'
            self.refuse(candidate, (Diagnostic("pack.toml", 1, text),))
            return
        origin = self.workshop.origin(candidate, self.workshop.source_digest(candidate))
        fault = publish(self.session, rows, origin, production=self.production)
        if fault is not None:
            self.refuse(candidate, (fault,))
            return
        self.published.append(candidate.id)
        self._keep(candidate.id, candidate.owner, self._worth_telling(candidate, warnings))

    def _worth_telling(self, candidate: PackBuild, warnings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield warnings that whoever runs the site can do something about.

        What a plugin's check would have otherwise in an installed pack, only the authors of that pack can change. A check that fails does
        so on every pack: once is enough.
        """
        for each in warnings:
            if each.kind is Kind.CHECK_OF_PLUGIN and candidate.source.installed:
                continue
            if each.kind is Kind.FAILED_CHECK:
                if each.message in self.failed_checks:
                    continue
                self.failed_checks.add(each.message)
            yield each

    def refuse(self, candidate: PackBuild, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep why a pack is not published."""
        self.refused.append(candidate.id)
        self._keep(candidate.id, candidate.owner, diagnostics)

    def forget_problems(self, pack_id: str) -> None:
        """Drop what was known of a pack, since it is read again."""
        self.session.execute(delete(PackProblem).where(PackProblem.pack_id == pack_id))

    def keep_general(self, *groups: Iterable[Diagnostic]) -> None:
        """Keep the problems that belong to no pack."""
        self.forget_problems("")
        for fault in (fault for group in groups for fault in group):
            self._keep("", fault.path, (fault,))

    def _keep(self, pack_id: str, owner: str, diagnostics: Iterable[Diagnostic]) -> None:
        for fault in diagnostics:
            shown = Diagnostic(
                f"{pack_id}/{fault.path}" if pack_id else fault.path, fault.line, fault.message, fault.level
            )
            self.problems.append(shown)
            self.session.add(
                PackProblem(
                    pack_id=pack_id,
                    owner=owner[:300],
                    path=shown.path,
                    line=fault.line,
                    message=fault.message,
                    level=fault.level,
                )
            )


def current_packs(session: Session) -> tuple[PackVersion, ...]:
    """Return the newest version of every published pack, by kind and id."""
    wanted = select(PackVersion).where(PackVersion.is_current).order_by(PackVersion.kind, PackVersion.pack_id)
    return tuple(session.scalars(wanted))


def problems(session: Session) -> tuple[Diagnostic, ...]:
    """Return what keeps packs from being published, and warnings, by file."""
    rows = session.scalars(select(PackProblem).order_by(PackProblem.path, PackProblem.line, PackProblem.id))
    return tuple(Diagnostic(row.path, row.line, row.message, Level(row.level)) for row in rows)


def texts_of(session: Session, pack_id: str) -> dict[str, bytes]:
    """Return the files of a pack's newest version but for pictures and sound, which are not read; none where it is not published."""
    found = session.scalar(select(PackVersion.id).where(PackVersion.pack_id == pack_id, PackVersion.is_current))
    row = None if found is None else session.get(PackSourceFiles, found)
    return {} if row is None else deserialize_folder(row.body)[0]


def source_files(session: Session, pack_id: str) -> dict[str, bytes] | None:
    """Return the files of a pack's newest version, byte for byte as they were, or None where it is not published."""
    version = session.scalar(select(PackVersion).where(PackVersion.pack_id == pack_id, PackVersion.is_current))
    row = None if version is None else session.get(PackSourceFiles, version.id)
    if row is None:
        return None
    files, pictures = deserialize_folder(row.body)
    for path, sha256 in pictures.items():
        picture = session.get(PackMedia, sha256)
        if picture is not None:
            files[path] = picture.body
    return dict(sorted(files.items()))
