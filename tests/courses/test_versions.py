"""A shipped pack whose structure has changed has another version: a site in production publishes no other structure under the same one."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from perille.domain.course import PackKind
from perille.interactions import plugin
from perille.packs.compiler.compile import compile_loaded, load_library
from perille.packs.format.loading import LoadedPack
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin

ROOT = Path(__file__).resolve().parents[2]
#: Id -> version and the first 16 digits of the hash of its structure, as sites may have published them.
PUBLISHED: dict[str, tuple[str, str]] = json.loads(Path(__file__).with_name("published_versions.json").read_text())


@cache
def _packs() -> dict[str, LoadedPack]:
    registry = InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")])
    folders = (ROOT / ("modules" if each.startswith("module_") else "courses") / each for each in PUBLISHED)
    return {folder.name: load_library(folder, registry) for folder in folders}


@pytest.mark.parametrize("name", PUBLISHED)
def test_another_structure_has_another_version(name: str) -> None:
    packs = _packs()
    version, structure = PUBLISHED[name]
    pack = packs[name]
    libraries = [each for each in packs.values() if each.manifest.kind is PackKind.LIBRARY]
    found = compile_loaded(pack, libraries).structure_hash
    assert found.startswith(structure) or pack.manifest.version != version, f'raise "version" in pack.toml of {name}'
