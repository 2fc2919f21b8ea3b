"""Which letters our fonts can print, read from the fonts themselves, so that nobody gets a certificate with empty boxes for a name."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_TABLES = 12  # offset of the table directory (OpenType 1.9, "Table directory")
_SEGMENTS, _GROUPS = 4, 12  # cmap formats: 16 bits by segment, 32 bits by group


def unprintable(text: str, folder: Path) -> str:
    """Return the letters of *text* that no font in *folder* can print, each once; "" where all can be."""
    known = covered(folder)
    unseen = ("Cf", "Zs")
    missing = [char for char in text if ord(char) not in known and unicodedata.category(char) not in unseen]
    return "".join(dict.fromkeys(missing))


@cache
def covered(folder: Path) -> frozenset[int]:
    """Return the code points that the fonts of a folder have glyphs for."""
    return frozenset(point for path in sorted(folder.glob("*.ttf")) for point in _points(path.read_bytes()))


def _points(font: bytes) -> Iterator[int]:
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    # Several records may lead to the same subtable.
    offsets = {struct.unpack_from(">HHI", font, start + 4 + 8 * each)[2] for each in range(count)}
    for offset in sorted(offsets):
        yield from _subtable(font, start + offset)


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for each in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sIII", font, _TABLES + 16 * each)
        if name == tag:
            return int(offset)
    raise ValueError(f"a font without the table {tag!r}")


def _subtable(font: bytes, start: int) -> Iterable[int]:
    (kind,) = struct.unpack_from(">H", font, start)
    if kind == _SEGMENTS:
        return _segments(font, start)
    if kind == _GROUPS:
        return _groups(font, start)
    return ()


def _segments(font: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + doubled)
    for first, last in zip(starts, ends, strict=True):
        # The last segment only closes the table.
        yield from range(first, last + 1 if last != 0xFFFF else first)


def _groups(font: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    for each in range(count):
        first, last, _glyph = struct.unpack_from(">III", font, start + 16 + 12 * each)
        yield from range(first, last + 1)
