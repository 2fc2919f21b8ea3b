"""Read the blocks of text in a content stream as glyphs with their places and the text that each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

#: A block as typst writes it: a marked sequence with one transformation that puts the origin at (X, Y), y downwards.
_BLOCK = re.compile(
    rb"/\w+<</MCID (?P<mcid>\d+)(?P<rest>(?:/Lang\([\w-]+\))?)>>BDC\n"
    rb"q 1 0 0 -1 (?P<x>[-\d.]+) (?P<y>[-\d.]+) cm(?P<paint>[^\n]*) scn\n"
    rb"BT(?P<body>.*?)\nET\nQ\nEMC",
    re.DOTALL,
)
_STRING = rb"\((?:[^\\()]|\\.|\([^()]*\))*\)|<[0-9A-Fa-f]*>"
_TOKEN = re.compile(
    rb"\s*(?:/Span<</ActualText(?P<actual>" + _STRING + rb")>>BDC|/(?P<marked>\w+) BMC|(?P<end>EMC)|0 Tr"
    rb"|/(?P<font>\w+) (?P<size>[\d.]+) Tf|1 0 0 -1 (?P<dx>[-\d.]+) (?P<dy>[-\d.]+) Tm"
    rb"|(?P<shown>\[(?:[-\d. ]|" + _STRING + rb")*\]TJ|(?:" + _STRING + rb")Tj))",
    re.DOTALL,
)
_PIECE = re.compile(rb"(?P<string>" + _STRING + rb")|(?P<shift>-?[\d.]+)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class GlyphTable(Protocol):
    """What must be known of a font to read text that is set in it."""

    @property
    def widths(self) -> Mapping[int, float]:
        """Advance widths by CID, in thousandths of the font size."""

    @property
    def texts(self) -> Mapping[int, str]:
        """Text by CID (ToUnicode)."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph on the page; places in points from the lower left corner."""

    cid: int
    font: str
    size: float
    x: float
    y: float
    #: Advance width in points: 0 for a mark.
    width: float
    #: The whole cluster that it belongs to.
    text: str


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A marked sequence of text."""

    #: Where it stands in the content stream.
    start: int
    end: int
    mcid: int
    #: Its language, where it differs from the page's, and its colour: as they are written.
    properties: bytes
    paint: bytes
    glyphs: tuple[Glyph, ...]


def read_blocks(content: bytes, fonts: Mapping[str, GlyphTable]) -> Iterator[TextBlock]:
    """Yield the blocks of text in the order of the stream; those of another form than typst's are passed over."""
    for found in _BLOCK.finditer(content):
        glyphs = _glyphs(found["body"], float(found["x"]), float(found["y"]), fonts)
        if glyphs:
            yield TextBlock(*found.span(), int(found["mcid"]), found["rest"], found["paint"], tuple(glyphs))


def _glyphs(body: bytes, left: float, bottom: float, fonts: Mapping[str, GlyphTable]) -> list[Glyph]:
    glyphs: list[Glyph] = []
    font, size, x, y, at = "", 0.0, left, bottom, 0
    marked: list[str] = []
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            return []
        at = token.end()
        if token["actual"] or token["marked"]:
            marked.append(_text(token["actual"]) if token["actual"] else "")
        elif token["end"]:
            marked.pop()
        elif token["font"]:
            font, size = token["font"].decode(), float(token["size"])
        elif token["dx"]:
            x, y = left + float(token["dx"]), bottom - float(token["dy"])
        elif token["shown"]:
            glyphs += _shown(token["shown"], Glyph(0, font, size, x, y, 0, "".join(marked)), fonts[font])
    return glyphs


def _shown(operand: bytes, first: Glyph, font: GlyphTable) -> Iterator[Glyph]:
    """Yield the glyphs of one Tj or TJ; `first` says where it begins, in which font, and its ActualText or ""."""
    x, size = first.x, first.size
    for piece in _PIECE.finditer(operand):
        if piece["shift"]:
            x -= float(piece["shift"]) * size / 1000
            continue
        codes = _decoded(piece["string"])
        for high, low in zip(codes[::2], codes[1::2], strict=True):
            cid = high << 8 | low
            width = font.widths.get(cid, 0) * size / 1000
            yield Glyph(cid, first.font, size, x, first.y, width, first.text or font.texts.get(cid, ""))
            x += width


def _text(string: bytes) -> str:
    # ISO 32000-1 7.9.2: UTF-16 behind a byte order mark; typst writes nothing else but ASCII.
    text = _decoded(string)
    return text[2:].decode("utf-16-be") if text.startswith(b"\xfe\xff") else text.decode("ascii")


def _decoded(string: bytes) -> bytes:
    # ISO 32000-1 7.3.4: literal and hexadecimal strings.
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    # Most escapes are the upper halves of codes. None of a code above 0x2FFF could be mistaken for one: fonts are subsets.
    plain = string[1:-1].replace(b"\\000", b"\0")
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), plain) if b"\\" in plain else plain


def _unescaped(escaped: bytes) -> bytes:
    return bytes([int(escaped, 8)]) if escaped.isdigit() else _ESCAPED.get(escaped, escaped)
