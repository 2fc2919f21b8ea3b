"""A font of a PDF and the glyphs that are added to it: widths, ToUnicode and the font program stay of one mind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from perille.credentials.pdf_text.document import PdfDocument
from perille.credentials.pdf_text.truetype import NewGlyph, TrueType

_CODE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
_WIDTHS = re.compile(rb"/W\[([-\d. ]*)\]")
_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
#: At most this many lines in a section of a CMap (Adobe Technical Note 5014).
_SECTION = 100


class EmbeddedFont:
    """A Type 0 font with a TrueType program, as typst embeds it: a CID is the number of a glyph."""

    def __init__(self, document: PdfDocument, number: int) -> None:
        self._document = document
        self._to_unicode = document.reference(number, b"/ToUnicode ")
        self._descendant = document.reference(number, b"/DescendantFonts")
        descriptor = document.reference(self._descendant, b"/FontDescriptor ")
        self._program = document.reference(descriptor, b"/FontFile2 ")
        self._cid_set = document.reference(descriptor, b"/CIDSet ")
        self.texts: Mapping[int, str] = dict(self._read_texts())
        self.widths: Mapping[int, float] = dict(self._read_widths())
        #: The CID of every added glyph.
        self._added: dict[tuple[NewGlyph, str], int] = {}

    @property
    def units_per_em(self) -> int:
        """Return how many font units the font size has."""
        return self._truetype.units_per_em

    @cached_property
    def _truetype(self) -> TrueType:
        # Most fonts of a paper get no glyph: they need not be unpacked.
        return TrueType(self._document.stream(self._program))

    def add(self, glyph: NewGlyph, text: str) -> int:
        """Return the CID of a glyph that stands for one character."""
        return self._added.setdefault((glyph, text), self._truetype.count + len(self._added))

    def save(self) -> None:
        """Write what was added into the document."""
        if not self._added:
            return
        self._document.set_stream(self._program, self._truetype.with_glyphs([glyph for glyph, _ in self._added]))
        self._document.set_stream(self._to_unicode, self._new_to_unicode())
        count = self._truetype.count + len(self._added)
        bits = (1 << count) - 1 << (-count % 8)
        self._document.set_stream(self._cid_set, bits.to_bytes((count + 7) // 8, "big"))
        thousandth = 1000 / self.units_per_em
        widths = b"".join(
            b" %d %d %g" % (cid, cid, glyph.width * thousandth) for (glyph, _), cid in self._added.items()
        )
        body = self._document[self._descendant]
        self._document[self._descendant] = _WIDTHS.sub(lambda found: b"/W[%b%b]" % (found[1], widths), body)

    def _read_texts(self) -> Iterator[tuple[int, str]]:
        for cid, text in _CODE.findall(self._document.stream(self._to_unicode)):
            yield int(cid, 16), bytes.fromhex(text.decode()).decode("utf-16-be")

    def _read_widths(self) -> Iterator[tuple[int, float]]:
        # typst writes ranges only: first, last, width (ISO 32000-1 9.7.4.3).
        found = _WIDTHS.search(self._document[self._descendant])
        numbers = found[1].split() if found is not None else []
        for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            for cid in range(int(first), int(last) + 1):
                yield cid, float(width)

    def _new_to_unicode(self) -> bytes:
        lines = [
            b"<%04X> <%b>\n" % (cid, text.encode("utf-16-be").hex().upper().encode())
            for (_, text), cid in self._added.items()
        ]
        starts = range(0, len(lines), _SECTION)
        sections = [lines[start : start + _SECTION] for start in starts]
        written = b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(part), b"".join(part)) for part in sections)
        return self._document.stream(self._to_unicode).replace(b"endcmap\n", written + b"endcmap\n", 1)


def fonts_of(document: PdfDocument, page: int) -> dict[str, EmbeddedFont]:
    """Return the fonts of a page by their names in its content."""
    resources = document[document.reference(page, b"/Resources ")]
    listed = resources.partition(b"/Font<<")[2].partition(b">>")[0]
    return {name.decode(): EmbeddedFont(document, int(number)) for name, number in _FONT.findall(listed)}
