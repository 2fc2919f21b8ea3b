"""Add composite glyphs to a TrueType font (OpenType 1.9: glyf, loca, hmtx, maxp): glyphs of the font put together at offsets."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

#: Flags of a component: its arguments are words and offsets, more follow, offsets are not scaled.
_WORDS, _OFFSETS, _MORE, _UNSCALED = 0x0001, 0x0002, 0x0020, 0x1000
_CHECKSUM = 0xB1B0AFBA
_LONG_OFFSETS = 1


@dataclass(frozen=True, slots=True)
class Component:
    """A glyph of the font and where it is put, in font units."""

    glyph: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class NewGlyph:
    """A glyph to be added: nothing is drawn where it has no components."""

    #: Advance width in font units.
    width: int
    components: tuple[Component, ...] = ()


class TrueType:
    """The tables of a font that is embedded in a PDF."""

    def __init__(self, data: bytes) -> None:
        (count,) = struct.unpack_from(">H", data, 4)
        records = [struct.unpack_from(">4sIII", data, 12 + 16 * each) for each in range(count)]
        self._tables = {tag: data[start : start + size] for tag, _sum, start, size in records}
        self.units_per_em: int = struct.unpack_from(">H", self._tables[b"head"], 18)[0]
        self.count: int = struct.unpack_from(">H", self._tables[b"maxp"], 4)[0]

    def with_glyphs(self, added: Sequence[NewGlyph]) -> bytes:
        """Return the font with the glyphs behind its own ones."""
        outlines = [*self._outlines()]
        boxes = [_box(outline) for outline in outlines]
        metrics = self._metrics()
        for glyph in added:
            outlines.append(_composite(glyph, boxes))
            boxes.append(_box(outlines[-1]))
            metrics.append((glyph.width, boxes[-1][0] if boxes[-1] else 0))
        self._tables |= self._rebuilt(outlines, metrics, added)
        return _assembled(self._tables)

    def _outlines(self) -> list[bytes]:
        (long,) = struct.unpack_from(">h", self._tables[b"head"], 50)
        loca, scale = self._tables[b"loca"], 1 if long else 2
        offsets = struct.unpack_from(f">{self.count + 1}{'I' if long else 'H'}", loca)
        starts = [offset * scale for offset in offsets]
        return [self._tables[b"glyf"][start:end] for start, end in zip(starts, starts[1:], strict=False)]

    def _metrics(self) -> list[tuple[int, int]]:
        (full,) = struct.unpack_from(">H", self._tables[b"hhea"], 34)
        hmtx = self._tables[b"hmtx"]
        pairs = [struct.unpack_from(">Hh", hmtx, 4 * each) for each in range(full)]
        bearings = struct.unpack_from(f">{self.count - full}h", hmtx, 4 * full)
        return [*pairs, *((pairs[-1][0], bearing) for bearing in bearings)]

    def _rebuilt(
        self, outlines: list[bytes], metrics: list[tuple[int, int]], added: Sequence[NewGlyph]
    ) -> dict[bytes, bytes]:
        padded = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
        offsets = [0]
        for outline in padded:
            offsets.append(offsets[-1] + len(outline))
        # Version 3 has no names of glyphs.
        post = struct.pack(">I", 0x00030000) + self._tables[b"post"][4:32]
        return {
            b"glyf": b"".join(padded),
            b"loca": struct.pack(f">{len(offsets)}I", *offsets),
            b"hmtx": b"".join(struct.pack(">Hh", *pair) for pair in metrics),
            b"head": _put(self._tables[b"head"], (50, _LONG_OFFSETS)),
            b"hhea": _put(self._tables[b"hhea"], (34, len(metrics))),
            b"maxp": self._limits(len(outlines), max((len(glyph.components) for glyph in added), default=0)),
            b"post": post,
        }

    def _limits(self, count: int, components: int) -> bytes:
        maxp = self._tables[b"maxp"]
        points, contours, inner_points, inner_contours = struct.unpack_from(">4H", maxp, 6)
        most, depth = struct.unpack_from(">2H", maxp, 28)
        return _put(
            maxp,
            (4, count),
            (10, min(max(points, inner_points) * max(components, 1), 0xFFFF)),
            (12, min(max(contours, inner_contours) * max(components, 1), 0xFFFF)),
            (28, max(most, components)),
            (30, depth + 1),
        )


def _put(table: bytes, *words: tuple[int, int]) -> bytes:
    changed = bytearray(table)
    for offset, value in words:
        struct.pack_into(">H", changed, offset, value)
    return bytes(changed)


def _box(outline: bytes) -> tuple[int, int, int, int] | None:
    if not outline:
        return None
    left, bottom, right, top = struct.unpack_from(">4h", outline, 2)
    return left, bottom, right, top


def _composite(glyph: NewGlyph, boxes: list[tuple[int, int, int, int] | None]) -> bytes:
    # A component without an outline has no box: it is left out.
    drawn = [(part, box) for part in glyph.components if (box := boxes[part.glyph]) is not None]
    if not drawn:
        return b""
    edges = (
        min(box[0] + part.x for part, box in drawn),
        min(box[1] + part.y for part, box in drawn),
        max(box[2] + part.x for part, box in drawn),
        max(box[3] + part.y for part, box in drawn),
    )
    flags = _WORDS | _OFFSETS | _UNSCALED
    parts = [
        struct.pack(">HHhh", flags | (_MORE if place < len(drawn) else 0), part.glyph, part.x, part.y)
        for place, (part, _) in enumerate(drawn, 1)
    ]
    return struct.pack(">5h", -1, *edges) + b"".join(parts)


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    tables = tables | {b"head": tables[b"head"][:8] + b"\0\0\0\0" + tables[b"head"][12:]}
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, count * 16 - (16 << power))
    records, bodies, offset = [], [], 12 + 16 * count
    for tag in sorted(tables):
        body = tables[tag]
        records.append(struct.pack(">4sIII", tag, _checksum(body), offset, len(body)))
        bodies.append(body + b"\0" * (-len(body) % 4))
        offset += len(bodies[-1])
    font = bytearray(header + b"".join([*records, *bodies]))
    head = 12 + 16 * count + sum(len(body) for tag, body in zip(sorted(tables), bodies, strict=True) if tag < b"head")
    struct.pack_into(">I", font, head + 8, (_CHECKSUM - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
