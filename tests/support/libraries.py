"""Reads the libraries that ship once for all tests: to read them takes a second of the processor, and most commands for authors do it."""

from __future__ import annotations

from pathlib import Path

from perille.packs.authoring import folders
from perille.packs.compiler.compile import load_library
from perille.packs.format.loading import LoadedPack
from perille.packs.source.files import PackFiles
from perille.packs.source.registry import InteractionRegistry
from support.places import ROOT

_kept: dict[tuple[Path, str], LoadedPack] = {}


def keep_shipped_libraries() -> None:
    """Let what reads the libraries that a pack may use read those of this repository once in a process: no test writes there."""
    vars(folders)["load_library"] = _kept_library


def _kept_library(source: Path | PackFiles, registry: InteractionRegistry) -> LoadedPack:
    if not isinstance(source, Path) or not source.is_relative_to(ROOT):
        return load_library(source, registry)
    key = source, registry.digest
    if key not in _kept:
        _kept[key] = load_library(source, registry)
    return _kept[key]
