"""What decides whether a pack is compiled again: its files, the libraries it uses, the facts on offer, the question types."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from perille.domain.course import PackKind
from perille.packs.compiler.compile import load_library
from perille.packs.compiler.compiled import FORMAT, digest
from perille.packs.format.loading import LoadedPack
from perille.packs.publishing.models import PackVersion
from perille.packs.publishing.publish import Origin
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.discovery import PackSource
from perille.packs.source.files import PackFiles
from perille.packs.source.registry import InteractionRegistry

#: How pack.toml names a library's unit: "shared:emergency".
_SHARED = re.compile(rb"[\"']([a-z0-9-]+):[a-z0-9-]+[\"']")


def looks_like_library(manifest: bytes) -> bool:
    """Tell whether a pack.toml is a library's; a broken one is not."""
    return _peek(manifest).get("kind") == PackKind.LIBRARY


@lru_cache(maxsize=100)
def _peek(manifest: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(manifest.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return {}


class PackBuild:
    """A pack's source, beside what is published of it; its files are read only when they are needed."""

    def __init__(self, source: PackSource, row: PackVersion | None) -> None:
        self.id = source.id
        self.owner = source.owner
        self.source = source
        self.row = row
        self.stamp = source.stamp()

    @cached_property
    def files(self) -> PackFiles:
        """The pack's files."""
        return self.source.files()

    @property
    def untouched(self) -> bool:
        """Whether the folder is as it was when it was published."""
        return self.row is not None and self.row.stamp == self.stamp

    @cached_property
    def files_digest(self) -> str:
        """Hash of the folder's files."""
        return self.row.files_digest if self.row is not None and self.untouched else self.files.digest

    @cached_property
    def manifest(self) -> bytes:
        """The bytes of pack.toml, or none."""
        return self.source.manifest()

    @cached_property
    def is_library(self) -> bool:
        """Whether other packs may use it."""
        if self.row is not None and self.untouched:
            return self.row.kind == PackKind.LIBRARY
        return looks_like_library(self.manifest)

    @cached_property
    def slug(self) -> str:
        """Its name among libraries."""
        return self.row.slug if self.row is not None and self.untouched else str(_peek(self.manifest).get("slug", ""))


class BuildQueue:
    """All candidates of one run, and the libraries among them."""

    def __init__(
        self, sources: Sequence[PackSource], rows: Mapping[str, PackVersion], registry: InteractionRegistry
    ) -> None:
        self.registry = registry
        self.problems: list[Diagnostic] = []
        every = [PackBuild(source, rows.get(source.id)) for source in sources]
        # Libraries first: courses are published after what they are made of.
        self.candidates = sorted(every, key=lambda each: (not each.is_library, each.id))
        self._libraries: dict[str, PackBuild] = {}
        self._loaded: dict[str, LoadedPack] = {}
        self._digests: dict[str, str] = {}
        for each in self.candidates:
            first = self._libraries.setdefault(each.slug, each) if each.is_library else each
            if first is not each:
                text = f'The library "{each.slug}" of {each.owner} is refused: {first.owner} brings one of that name'
                self.problems.append(Diagnostic(each.owner, NO_LINE, text))

    def libraries(self) -> tuple[LoadedPack, ...]:
        """Read all libraries, once."""
        return tuple(self._load(each) for each in self._libraries.values())

    def _load(self, library: PackBuild) -> LoadedPack:
        if library.id not in self._loaded:
            self._loaded[library.id] = load_library(library.files, self.registry)
        return self._loaded[library.id]

    def loaded(self, candidate: PackBuild) -> LoadedPack:
        """Return what is read of a candidate; a library has been read for the others already."""
        if self._libraries.get(candidate.slug) is candidate:
            return self._load(candidate)
        return load_library(candidate.files, self.registry)

    def facts_offer(self, library: PackBuild) -> str:
        """Return the hash of which facts a library has and may show; a corrected value does not change it."""
        if library.row is not None and library.untouched:
            return library.row.facts_offer
        facts = sorted(self._load(library).facts, key=lambda known: known.name)
        return digest([(each.name, each.fact.publishable, sorted(each.fact.topics)) for each in facts])

    @cached_property
    def _offers(self) -> str:
        return digest(sorted((each.id, self.facts_offer(each)) for each in self._libraries.values()))

    def source_digest(self, candidate: PackBuild) -> str:
        """Return the hash of all that a pack is compiled from."""
        known = self._digests.get(candidate.id)
        if known is None:
            known = self._digests[candidate.id] = self._made_of(candidate)
        return known

    def _made_of(self, candidate: PackBuild) -> str:
        used = sorted({found.decode() for found in _SHARED.findall(candidate.manifest)} & self._libraries.keys())
        libraries = {slug: self._libraries[slug].files_digest for slug in used}
        return digest(FORMAT, self.registry.digest, candidate.files_digest, self._offers, libraries)

    def origin(self, candidate: PackBuild, source_digest: str) -> Origin:
        """Return what is kept of where a pack came from."""
        return Origin(
            owner=candidate.owner,
            stamp=candidate.stamp,
            source_digest=source_digest,
            files_digest=candidate.files_digest,
            facts_offer=self.facts_offer(candidate) if candidate.is_library else "",
        )
