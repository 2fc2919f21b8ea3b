"""`perille plugins new`: a plugin that works, with one thing of each kind, and its tests."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

_SKELETON = Path(__file__).resolve().parent / "skeleton"
#: Stands in the skeleton for the name of the package.
_NAME = "NAME"
_PACKAGE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def write_new_plugin(folder: Path) -> list[str]:
    """Write a plugin into *folder*, named like its package; return the paths. Raise ValueError for a name or place that does not do."""
    name = folder.resolve().name
    if not _PACKAGE.fullmatch(name) or keyword.iskeyword(name) or name in sys.stdlib_module_names or name == "perille":
        raise ValueError(f'"{name}" is no name for a package: lower-case letters, digits and single underscores')
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is there already and not empty")
    written = []
    for source in sorted(_SKELETON.rglob("*.txt")):
        path = str(source.relative_to(_SKELETON)).removesuffix(".txt")
        path = path.replace("package", name, 1).replace(_NAME, name)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_named(source.read_text("utf-8"), name), "utf-8")
        written.append(path)
    return written


def _named(text: str, name: str) -> str:
    """Put the name of a package into a text of the skeleton: NAME-count becomes ranking-count, PLUGIN_NAME_ PLUGIN_RANKING_."""
    in_capitals = text.replace(f"PLUGIN_{_NAME}_", f"PLUGIN_{name.upper()}_")
    return re.sub(rf"(?<![A-Z]){_NAME}(?![A-Z])", name, in_capitals)
