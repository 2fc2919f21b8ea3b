"""A small pack that compiles, for authors to begin with."""

from __future__ import annotations

import re
from pathlib import Path

_ID = re.compile(r"(course|module)_[a-z0-9_]+")

_MANIFEST = """\
id = "{id}"
kind = "{kind}"
slug = "{slug}"
version = "0.1.0"
title = "My first pack"
summary = "One lesson and a short test."
source_language = "en"
languages = ["en"]
countries = []
audiences = []
sensitive = false
licence = "CC-BY-4.0"
authors = ["Your name"]
trace = "progress"

[[block]]
key = "first-steps"
title = "First steps"
units = ["welcome", "final-check"]

[unit.welcome]
kind = "lesson"
minutes = 1
objectives = ["K: what a pack is made of"]

[unit.final-check]
kind = "assessment"
title = "A short test"
minutes = 1
items = "final-check"
move_on = "Passed"
mastery = 1.0
"""

_LESSON = """\
# Welcome

This is the first screen of the lesson. Keep one idea on a screen.

## The second screen

::: note
Each heading with two signs begins a new screen.
:::

::: talk
What would you like to learn here?
:::
"""

_ITEMS = """\
[[item]]
key = "new-screen"
interaction = "choice"
objective = "K: what a pack is made of"
prompt = "What begins a new screen?"
hint = "Look at the lesson's own file."

[[item.choice]]
key = "heading"
text = "A heading with two signs"
right = true
feedback = "Yes. Each one begins a screen."

[[item.choice]]
key = "empty-line"
text = "An empty line"
feedback = "An empty line begins a paragraph. The screen goes on."
"""


def write_new_pack(path: Path) -> tuple[str, ...]:
    """Write the files of a small pack into *path* and return their names; raise ValueError where that cannot be."""
    name = path.resolve().name
    found = _ID.fullmatch(name)
    if not found:
        raise ValueError(
            f"{name} must begin with course_ or module_ and have lower-case letters, digits and underscores only"
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ValueError(f"{path} is there already and not empty")
    kind = found.group(1)
    slug = re.sub(r"_+", "-", name.removeprefix(f"{kind}_")).strip("-")
    files = {
        "__init__.py": '"""A pack of lessons."""\n',
        "pack.toml": _MANIFEST.format(id=name, kind=kind, slug=slug),
        "lessons/welcome.md": _LESSON,
        "items/final-check.toml": _ITEMS,
    }
    for inside, text in files.items():
        target = path / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="\n")
    return tuple(files)
