"""Packs that ship, read once in a process for all tests that look at them: to read all of them takes seconds of the processor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from perille.interactions import plugin
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.source.files import read_folder
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin


@cache
def shipped_registry() -> InteractionRegistry:
    """Return the types of questions that ship."""
    return InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")])


@cache
def shipped_pack(folder: Path) -> LoadedPack:
    """Return the pack of this folder as it is read."""
    return load_pack(read_folder(folder), shipped_registry())
