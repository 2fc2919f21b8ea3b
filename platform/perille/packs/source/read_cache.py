"""What was read of a file, kept with its faults, for who reads a pack again after each change of one of its files.

All that a reading depends on is in its key: the kind of reading, the path, the content, and what else it was given. So a pack that is read
with kept readings is the one that is read anew, and only files that have changed are parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from perille.packs.source.diagnostics import Diagnostics

T = TypeVar("T")
#: Takes a key and what makes its value; returns the value that is kept under the key, or makes it.
Keep = Callable[[Hashable, Callable[[], Any]], Any]


def read_anew(_key: Hashable, make: Callable[[], T]) -> T:
    """Keep nothing: for who reads a pack once."""
    return make()


def kept_reading(keep: Keep, key: Hashable, diagnostics: Diagnostics, read: Callable[[Diagnostics], T]) -> T:
    """Return what *read* makes, or what it made of the same key before; its faults are added to *diagnostics* either way."""

    def make() -> tuple[T, Diagnostics]:
        found = Diagnostics()
        return read(found), found

    value, faults = keep(key, make)
    diagnostics.extend(faults.all)
    return cast(T, value)
