"""The folders that a command is given: the packs in them, and the libraries that those may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from perille.packs.compiler.compile import load_library
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.publishing.build_queue import looks_like_library
from perille.packs.source.diagnostics import Diagnostic, fold_dependent
from perille.packs.source.discovery import folders_in
from perille.packs.source.files import PackFiles, read_folder
from perille.packs.source.registry import InteractionRegistry

Paths = tuple[Path, ...]

#: Nobody reads more lines than these before mending the first.
_MOST_SHOWN = 50


def pack_folders(paths: Paths) -> tuple[Path, ...]:
    """Return the pack folders that paths name, each once; raise ClickException for a path without any."""
    folders: list[Path] = []
    for path in paths:
        found = folders_in(path)
        if not found:
            raise click.ClickException(f"{path} is no pack: it has no {MANIFEST}")
        folders += found
    return tuple(dict.fromkeys(folders))


def library_folders(folders: Iterable[Path], installed: Iterable[Path]) -> tuple[Path, ...]:
    """Return the libraries that packs may use: themselves, those beside them, those installed; the first of an id counts."""
    resolved = [folder.resolve() for folder in folders]
    beside = [each.resolve() for folder in resolved for each in folders_in(folder.parent)]
    found: dict[str, Path] = {}
    for folder in dict.fromkeys((*resolved, *beside, *installed)):
        if folder.name not in found and _is_library(folder):
            found[folder.name] = folder
    return tuple(found.values())


def load_libraries(
    folders: Iterable[Path], registry: InteractionRegistry, installed: Iterable[Path]
) -> tuple[LoadedPack, ...]:
    """Read the libraries that packs may use."""
    return tuple(load_library(folder, registry) for folder in library_folders(folders, installed))


def load_without_translations(
    folders: Iterable[Path], registry: InteractionRegistry, installed: Iterable[Path]
) -> tuple[LoadedPack, ...]:
    """Read what packs say in their source language, those beside them and those installed too; the first of an id counts."""
    resolved = [folder.resolve() for folder in folders]
    beside = [each.resolve() for folder in resolved for each in folders_in(folder.parent)]
    found: dict[str, Path] = {}
    for folder in (*resolved, *beside, *installed):
        found.setdefault(folder.name, folder)
    return tuple(load_library(_sources_in(folder), registry) for folder in found.values())


def _sources_in(folder: Path) -> PackFiles:
    files = read_folder(folder)
    return replace(files, files={path: body for path, body in files.files.items() if not path.endswith(".po")})


def _is_library(folder: Path) -> bool:
    try:
        return looks_like_library((folder / MANIFEST).read_bytes())
    except OSError:
        return False


def print_faults(folder: Path, diagnostics: Iterable[Diagnostic], *, every: bool = False) -> None:
    """Print faults, causes before what may follow from them; *every*: each of them, however many."""
    found = sorted(diagnostics, key=lambda each: not each.root)
    shown, folded = (tuple(found), 0) if every else fold_dependent(found)
    kept = shown if every else shown[:_MOST_SHOWN]
    for fault in kept:
        click.echo(shown_fault(folder, fault))
    if more := len(shown) - len(kept):
        click.echo(f"{folder}: {more} more of these: perille packs check --all prints each")
    if folded:
        click.echo(f"{folder}: {folded} more may follow from it: mend this first (check --all prints each)")


def shown_fault(folder: Path, fault: Diagnostic) -> str:
    """Return a fault with the path of its file from here, as editors make it a link."""
    return f"{folder / fault.path}:{str(fault).removeprefix(f'{fault.path}:')}"
