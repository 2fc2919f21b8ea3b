"""A shipped pack whose structure has changed has another version: a site in production publishes no other structure under the same one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from perille.packs.compiler.compile import compile_loaded
from support.places import ROOT
from support.prepared import published_file
from support.shipped import shipped_pack

#: Id -> version and the first 16 digits of the hash of its structure, as sites may have published them.
PUBLISHED: dict[str, tuple[str, str]] = json.loads(Path(__file__).with_name("published_versions.json").read_text())
#: No site publishes these by themselves; the hash of a library is that of what it has, and is looked at all the same.
LIBRARIES = ("course_facts", "course_shared")


@cache
def _found() -> dict[str, tuple[str, str]]:
    """Return id -> version and hash of the packs as they are now: what a site published that began with them, and the libraries."""
    with closing(sqlite3.connect(published_file())) as database:
        rows = database.execute("SELECT pack_id, version, structure_hash FROM pack_version").fetchall()
    packs = [shipped_pack(ROOT / "courses" / name) for name in LIBRARIES]
    compiled = {pack.manifest.id: (pack.manifest.version, compile_loaded(pack, packs).structure_hash) for pack in packs}
    return {**{pack: (version, found) for pack, version, found in rows}, **compiled}


@pytest.mark.parametrize("name", PUBLISHED)
def test_another_structure_has_another_version(name: str) -> None:
    version, structure = PUBLISHED[name]
    now, found = _found()[name]
    assert found.startswith(structure) or now != version, f'raise "version" in pack.toml of {name}'
