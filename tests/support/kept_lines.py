"""A course as lines, read as a phone reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def stored(lines: Sequence[dict[str, Any]]) -> dict[str, tuple[dict[str, str], str]]:
    """Return address -> headers and contents of all that a phone stores of *lines*, the head and the end among them."""
    found: dict[str, tuple[dict[str, str], str]] = {}
    shared: list[str] = []
    for line in lines[1:-1]:
        shared = line.get("shared", shared)
        for address, headers, body, *binary in line["entries"]:
            text = body if binary else said(body, shared + line["pieces"])
            found[address] = ({**line["headers"], **headers}, text)
    return found


def said(text: Iterable[Any], pieces: Sequence[str]) -> str:
    """Return a text that travels as strings and, for each run of pieces, the first one and how many."""
    found, parts = "", iter(text)
    for part in parts:
        found += part if isinstance(part, str) else "".join(pieces[part : part + next(parts)])
    return found
