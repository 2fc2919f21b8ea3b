"""`docs/settings.md`, made from the settings themselves, so that none is missing and none is wrong."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields

from perille.core import config
from perille.core.config import PREFIX, Config

_HEAD = """# Settings

<!-- Made by `perille settings`; change `platform/perille/core/config.py` instead. -->

Settings are variables of the environment. They are read once, at the start; a wrong or misspelt one is refused by its name.
An empty one counts as absent. Lists are separated by commas, folders by the system's path separator (`:`). Yes and no are `yes`
and `no`, `true` and `false`, or `1` and `0`.

`PORT` (not `PERILLE_PORT`) is the port that `perille serve` listens on, 8000 unless said.

| setting | what it is | unless set |
| --- | --- | --- |
"""


def settings_page() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(f"| `{name}` | {meaning} | {default} |\n" for name, meaning, default in _rows())


def _rows() -> Iterator[tuple[str, str, str]]:
    meanings, names = _comments(), config.variable_names()
    for field in fields(Config):
        default = "see left" if field.default is MISSING else _shown(field.default)
        yield f"{PREFIX}{names[field.name]}", meanings[field.name], default


def _shown(value: object) -> str:
    if value in ("", ()):
        return "empty"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"`{value}`"


def _comments() -> dict[str, str]:
    """Return field -> the comment above it (lines that begin with "#:")."""
    source = inspect.getsource(Config)
    lines = source.splitlines()
    (class_node,) = ast.parse(source).body
    assert isinstance(class_node, ast.ClassDef)
    found = {}
    for node in class_node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = " ".join(_above(lines, node.lineno - 1))
    return found


def _above(lines: list[str], number: int) -> list[str]:
    taken: list[str] = []
    while number and (comment := re.fullmatch(r"\s*#: (.*)", lines[number - 1])):
        taken.insert(0, comment[1])
        number -= 1
    return taken
