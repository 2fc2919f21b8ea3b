"""Where packs and plugins come from: installed distributions, and folders that are content only."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Protocol

from perille.api import Plugin
from perille.core.extension_state import AppSlot
from perille.core.traceback_places import describe_error
from perille.packs.format.manifest import MANIFEST
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.files import PackFiles, read_folder, stamp
from perille.packs.source.registry import OwnedPlugin

GROUP = "perille.packs"
#: A version of Perille that a distribution asks for (PEP 508), as in `perille>=2`.
_VERSION_OF_PERILLE = re.compile(r"perille\s*\(?([<>=!~][^;)]*)", re.IGNORECASE)


class PackSource(Protocol):
    """Where the files of a pack come from, whatever keeps them: a folder, or the rows of a draft that was published."""

    @property
    def id(self) -> str:
        """The pack's id."""

    @property
    def owner(self) -> str:
        """Whose it is, for lists: distribution and version, a path, or the part of the platform that made it."""

    @property
    def installed(self) -> bool:
        """Whether it comes with an installed package: whoever runs the site cannot change its files."""

    def stamp(self) -> str:
        """Return a hash that changes whenever a file may have changed; it costs little."""

    def manifest(self) -> bytes:
        """Return the bytes of pack.toml, or none."""

    def files(self) -> PackFiles:
        """Return all files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """A folder with a pack.toml, and whose it is."""

    folder: Path
    #: Distribution and version, or the path.
    owner: str
    #: Whether it stands in an installed package.
    installed: bool = False

    @property
    def id(self) -> str:
        """The folder's name, which is the pack's id."""
        return self.folder.name

    def stamp(self) -> str:
        """Return a hash of names, sizes and times of change."""
        return stamp(self.folder)

    def manifest(self) -> bytes:
        """Return the bytes of pack.toml, or none."""
        try:
            return (self.folder / MANIFEST).read_bytes()
        except OSError:
            return b""

    def files(self) -> PackFiles:
        """Return the folder's files."""
        return read_folder(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found, and what could not be used."""

    sources: tuple[FolderSource, ...] = ()
    plugins: tuple[OwnedPlugin, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


current_discovery = AppSlot[Discovery]("sources")


def discover(pack_paths: Iterable[Path] = (), *, group: str = GROUP) -> Discovery:
    """Find all packs and plugins; a broken one is a problem and stops no other. Folders never have their Python run."""
    finder = _Finder()
    for entry in sorted(importlib.metadata.entry_points(group=group), key=lambda each: (each.name, each.value)):
        finder.take_entry_point(entry)
    for path in pack_paths:
        finder.take_path(path)
    return Discovery(
        sources=tuple(finder.sources.values()), plugins=tuple(finder.plugins), problems=tuple(finder.problems)
    )


def folders_in(path: Path) -> tuple[Path, ...]:
    """Return the pack folders that a path names: itself, or those right in it."""
    if (path / MANIFEST).is_file():
        return (path,)
    return tuple(sorted(each.parent for each in path.glob(f"*/{MANIFEST}"))) if path.is_dir() else ()


class _Finder:
    """Collects what is found; the first pack of an id stays."""

    def __init__(self) -> None:
        self.sources: dict[str, FolderSource] = {}
        self.plugins: list[OwnedPlugin] = []
        self.problems: list[Diagnostic] = []

    def take_entry_point(self, entry: importlib.metadata.EntryPoint) -> None:
        """Take the pack, the plugin or both that an entry point names."""
        owner = _owner(entry)
        try:
            module = importlib.import_module(entry.module)
            named = entry.load() if entry.attr else getattr(module, "plugin", None)
        except (Exception, SystemExit) as error:
            # A stranger's package may fail in any way, and may be a script that ends its process; the site must start without it.
            why = f"{entry.value} cannot be loaded: {describe_error(error)}"
            self.problems.append(Diagnostic(owner, NO_LINE, why + _asked_for(entry)))
            return
        folder = _folder(module)
        if folder is not None:
            self._add_source(FolderSource(folder=folder, owner=owner, installed=True))
        if isinstance(named, Plugin):
            self.plugins.append(_owned(named, owner, module))
        elif named is not None or folder is None:
            self.problems.append(
                Diagnostic(owner, NO_LINE, f"{entry.value} is neither a pack (no {MANIFEST}) nor a perille.api.Plugin")
            )

    def take_path(self, path: Path) -> None:
        """Take the packs of a folder that is not installed."""
        folders = folders_in(path)
        if not folders:
            self.problems.append(
                Diagnostic(
                    str(path), NO_LINE, f"There is no pack: neither a {MANIFEST} here nor in a folder right inside"
                )
            )
        for folder in folders:
            self._add_source(FolderSource(folder=folder.resolve(), owner=str(folder)))

    def _add_source(self, source: FolderSource) -> None:
        first = self.sources.setdefault(source.id, source)
        if first is not source and first.folder != source.folder:
            message = f'The pack "{source.id}" of {source.owner} is refused: {first.owner} brings one of that id'
            self.problems.append(Diagnostic(source.owner, NO_LINE, message))


def _owner(entry: importlib.metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _asked_for(entry: importlib.metadata.EntryPoint) -> str:
    """Return which version of Perille the distribution asks for, since another one may be why it fails; "" where it names none."""
    for requirement in (entry.dist.requires if entry.dist else None) or ():
        if (found := _VERSION_OF_PERILLE.match(requirement)) is not None:
            here = importlib.metadata.version("perille")
            return f"; it asks for perille{found[1].strip()} and this is {here}: install one of its versions that fits, or uninstall it"
    return ""


def _folder(module: ModuleType) -> Path | None:
    """Return the package's folder where it has a pack.toml."""
    if module.__file__ is None or not hasattr(module, "__path__"):
        return None
    folder = Path(module.__file__).resolve().parent
    return folder if (folder / MANIFEST).is_file() else None


def _owned(plugin: Plugin, owner: str, module: ModuleType) -> OwnedPlugin:
    file = Path(module.__file__).resolve() if module.__file__ else None
    folder = file.parent if file is not None and hasattr(module, "__path__") else None
    return OwnedPlugin(
        plugin=plugin, owner=owner, name=_first_line(module), package=module.__name__.rpartition(".")[2], folder=folder
    )


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or module.__name__).strip().splitlines()[0]
