"""A pack that is read with kept readings is the one that is read anew: every shipped one, and after any edits in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.interactions import plugin
from perille.packs.compiler.compile import compile_leniently
from perille.packs.format.loading import LoadedPack, load_pack
from perille.packs.source.files import in_memory, read_folder
from perille.packs.source.read_cache import Keep, read_anew
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from support.places import ROOT

SHIPPED = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))
REGISTRY = InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille")])
#: What an author, a pasted text or a broken file may put anywhere.
PIECES = (
    "",
    "\n",
    "# ",
    "## New\n",
    "::: note\n",
    ":::\n",
    "**",
    "[x](y)",
    "\u2028",
    "key = ",
    "[[item]]\n",
    '"',
    "\xff",
    "<svg",
)


def keeping() -> tuple[Keep, list[Hashable]]:
    """Return a place for readings, and the keys of what had to be read."""
    kept: dict[Hashable, Any] = {}
    made: list[Hashable] = []

    def keep(key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in kept:
            made.append(key)
            kept[key] = make()
        return kept[key]

    return keep, made


def assert_same(files: Mapping[str, bytes], keep: Keep, name: str) -> None:
    """Check that a pack and all that is compiled of it are the same with and without kept readings."""
    found, anew = (load_pack(in_memory(name, files), REGISTRY, keep=keep), load_pack(in_memory(name, files), REGISTRY))
    assert found == anew
    assert compiled(found, keep) == compiled(anew, read_anew)


def compiled(pack: LoadedPack, keep: Keep) -> object:
    made = compile_leniently(pack, (), keep)
    return made.compiled, made.faults


def without_catalogues(folder: Path) -> Mapping[str, bytes]:
    """Return the files of a shipped pack; its catalogues are read anew each time, so that they prove nothing here."""
    return {path: body for path, body in read_folder(folder).files.items() if not path.endswith(".po")}


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_shipped_pack_is_the_same_with_kept_readings_and_only_what_changed_is_read(folder: Path) -> None:
    files = dict(without_catalogues(folder))
    keep, made = keeping()
    assert_same(files, keep, folder.name)
    before = len(made)
    lesson = next((path for path in files if path.startswith("lessons/")), "")
    if lesson:
        assert_same({**files, lesson: files[lesson] + b"\nOne more *sentence*.\n"}, keep, folder.name)
    kinds = Counter(key[0] for key in made[before:] if isinstance(key, tuple))
    words = kinds.pop("lesson-words", 0)
    assert kinds == (Counter({"lesson": 1, "signs": 1, "lesson-messages": 1}) if lesson else {})
    languages = len(load_pack(in_memory(folder.name, files), REGISTRY).manifest.languages)
    assert words in ((0, languages) if lesson else (0,)), "of that lesson alone, once a language"


@cache
def smallest() -> Mapping[str, bytes]:
    sizes = {
        folder: sum(map(len, without_catalogues(folder).values())) for folder in SHIPPED if (folder / "items").is_dir()
    }
    return without_catalogues(min(sizes, key=lambda folder: (not (folder / "media").is_dir(), sizes[folder])))


EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 40)), max_size=4
)


@given(EDITS)
def test_any_edits_in_any_order_give_what_is_read_anew(edits: list[tuple[int, float, str, int]]) -> None:
    files = dict(smallest())
    paths = sorted(path for path in files if path.startswith(("lessons/", "items/", "media/", "pack")))
    keep, _made = keeping()
    for which, where, piece, gone in edits:
        path = paths[which % len(paths)]
        body = files[path]
        at = int(where * len(body))
        files[path] = body[:at] + piece.encode("latin-1" if piece == "\xff" else "utf-8") + body[at + gone :]
        assert_same(files, keep, "course_edited")
    # And back: a state that was read before others is given as it was.
    assert_same(smallest(), keep, "course_edited")
