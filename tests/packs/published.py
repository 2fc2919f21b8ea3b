"""A small course, and how it is published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from perille.packs.services import SyncReport

MakePack = Callable[..., Path]
Sync = Callable[..., SyncReport]
LESSON = "# Hello\n\nCall {fact: emergency.number} now.\n\n::: check fire\n:::\n\n::: picture house\nA house.\n:::\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 18"/>'


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")


def new_structure(course: Path) -> None:
    edit(course, "lessons/hello.md", "::: check fire\n:::\n\n", "")
