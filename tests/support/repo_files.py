"""The files of the repository, as tests of its order see them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from perille import features
from support.places import ROOT

PLATFORM = ROOT / "platform" / "perille"
#: Folders of the platform that bring no feature: what features stand on, the server around them, and what tests use.
_NO_FEATURE = {"api", "core", "courses", "domain", "interactions", "server", "testing"}
#: Folders that have a feature and that other features stand on.
_FLOORS = {"core", "lrs", "packs", "tracking"}
#: Folders of the platform that are a feature each.
FEATURES = tuple(sorted(each.name for each in features.FEATURES if each.name not in _FLOORS))


def forgotten_features(folder: Path, names: Iterable[str]) -> list[str]:
    """Return what is wrong with the features of the package in *folder*, of which *names* are listed."""
    known = set(names)
    found = []
    for name in sorted(entry.parent.name for entry in folder.glob("*/__init__.py")):
        if name in _NO_FEATURE:
            continue
        if not (folder / name / "feature.py").is_file():
            found.append(f"{name} has no feature.py")
        if name not in known:
            found.append(f"{name} is not in perille.features.FEATURES")
    return found


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
