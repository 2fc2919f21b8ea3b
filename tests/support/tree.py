"""The files of the repository, as tests of its order see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from support.places import ROOT

#: Folders of the platform that are no feature: what features stand on, and what stands around them.
_FLOORS = {"core", "domain", "interactions", "lrs", "packs", "server", "testing", "tracking"}
#: Folders of the platform that are a feature each: all others, so that a new one cannot be forgotten.
FEATURES = tuple(
    sorted(
        entry.parent.name
        for entry in (ROOT / "platform" / "perille").glob("*/__init__.py")
        if entry.parent.name not in _FLOORS
    )
)


def _ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text("utf-8").split()
    return (".git", *(line.rstrip("/") for line in lines if not line.startswith("#")))


def _walk(folder: Path, ignored: tuple[str, ...]) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if any(fnmatch(entry.name, pattern) for pattern in ignored):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), ignored)
        else:
            yield Path(entry.path)


@cache
def files() -> tuple[Path, ...]:
    """Return every file that git keeps or would keep, by its path from the root (git itself is not asked)."""
    return tuple(path.relative_to(ROOT) for path in _walk(ROOT, _ignored()))


def texts(*endings: str) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) of the files with these endings; of all text files where none is given."""
    for path in files():
        if path.suffix in endings or not endings:
            try:
                yield path, (ROOT / path).read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a picture or a font
