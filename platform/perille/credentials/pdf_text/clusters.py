"""Put glyphs together to clusters: the characters that a font draws as one unit (OpenType's and HarfBuzz's word)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from perille.credentials.pdf_text.content import Glyph


@dataclass(frozen=True, slots=True)
class Cluster:
    """The glyphs of some characters."""

    #: In logical order.
    text: str
    glyphs: tuple[Glyph, ...]
    #: Where its first glyph with a width begins, in points.
    x: float

    @property
    def width(self) -> float:
        """Points from its beginning to the end of its last glyph."""
        return max(glyph.x + glyph.width for glyph in self.glyphs) - self.x

    @property
    def y(self) -> float:
        """Its baseline; raised marks stand above it."""
        return next((glyph.y for glyph in self.glyphs if glyph.width), self.glyphs[0].y)

    @property
    def is_plain(self) -> bool:
        """One glyph that stands for one character, written from left to right."""
        return len(self.glyphs) == 1 and len(self.text) == 1 and not is_rightwards_first(self.text)

    @property
    def visual_text(self) -> str:
        """Its characters as they are met from left to right; marks on one letter stay in their order.

        PDFium does not turn marks round, other viewers do: which of them comes first is the same to Unicode (UAX 15, D2).
        """
        if not is_rightwards_first(self.text):
            return self.text
        parts = ["".join(part) for _, part in groupby(self.text, is_mark)]
        return "".join(part if is_mark(part[0]) else part[::-1] for part in reversed(parts))


def is_mark(char: str) -> bool:
    """Tell whether a character stands on the one before it and has no width."""
    return unicodedata.category(char) == "Mn"


def is_rightwards_first(text: str) -> bool:
    """Tell whether a cluster is of a script that is written from right to left (UAX 9)."""
    return unicodedata.bidirectional(text[0]) in ("R", "AL")


def clusters_of(glyphs: Iterable[Glyph]) -> list[Cluster]:
    """Return the clusters of a line from left to right. Glyphs without text are left out: they carry none."""
    found: list[Cluster] = []
    for text, same in groupby(glyphs, key=lambda glyph: glyph.text):
        if text:
            found += _split(text, list(same))
    return sorted(found, key=lambda cluster: cluster.x)


def _split(text: str, glyphs: list[Glyph]) -> list[Cluster]:
    """Part clusters that follow each other and have the same text."""
    if len(glyphs) == 1:
        return [Cluster(text, (glyphs[0],), glyphs[0].x)]
    parts = _by_base(glyphs) if is_rightwards_first(text) else _by_period(glyphs)
    return [Cluster(text, tuple(part), _start(part)) for part in parts]


def _start(glyphs: Sequence[Glyph]) -> float:
    return min((glyph.x for glyph in glyphs if glyph.width), default=glyphs[0].x)


def _by_base(glyphs: list[Glyph]) -> list[Sequence[Glyph]]:
    # Seen from the left, the marks of a letter that is written from right to left come before the letter.
    ends = [place for place, glyph in enumerate(glyphs, 1) if glyph.width or place == len(glyphs)]
    return [glyphs[start:end] for start, end in pairwise([0, *ends])]


def _by_period(glyphs: list[Glyph]) -> list[Sequence[Glyph]]:
    # The same characters twice give the same glyphs twice.
    cids = [glyph.cid for glyph in glyphs]
    periods = range(1, len(cids) + 1)
    period = next(each for each in periods if cids[:each] * (len(cids) // each) == cids)
    return [glyphs[start : start + period] for start in range(0, len(glyphs), period)]
