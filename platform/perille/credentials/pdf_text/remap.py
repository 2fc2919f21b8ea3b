"""Write the lines of a PDF anew whose glyphs and characters do not come in pairs: one glyph a character, from left to right.

A cluster is drawn by one composite glyph, put together from the glyphs and offsets that typst chose, and stands for the character
that is met first from the left. The other characters of the cluster get glyphs that draw nothing. Every viewer then reads the line
from its ToUnicode table and turns what is written from right to left, as it does with any PDF. ActualText (ISO 32000-1 14.9.4) would
say the same in one place, but PDFium turns it round and pdf.js does not read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from perille.credentials.pdf_text.clusters import Cluster, clusters_of, is_mark
from perille.credentials.pdf_text.content import Glyph, TextBlock, read_blocks
from perille.credentials.pdf_text.document import PdfDocument
from perille.credentials.pdf_text.fonts import EmbeddedFont, fonts_of
from perille.credentials.pdf_text.truetype import Component, NewGlyph

#: Baselines that differ by less, in parts of the font size, are those of one line: marks are raised.
_RAISED = 0.6
#: A mark at the left end of a line that is written from right to left would be read as its beginning by poppler: a direction mark
#: stands in front of it (UAX 9, 2.6), which viewers leave out or copy as what is not seen.
_END = (NewGlyph(0), "\u200f")
#: It says on which side a viewer lays the first of two pages. For PDFium it turns the words of every line: "Amina Yusuf" on an
#: Arabic paper was copied as "Yusuf Amina".
_DIRECTION = b"/Direction/R2L"
#: Below are letters of Latin, each with a glyph of its own: most lines are of these alone and are not looked at further.
_LATIN_END = "\u0250"
_INNER = re.compile(rb"<<.*?>>|\d+ 0 R", re.DOTALL)
_CHILDREN = re.compile(rb"/K\[(.*)\]")


def remap_text(pdf: bytes) -> bytes:
    """Return the PDF of one page with text that copies as it was written; lines that do so already stay as they are.

    Raises:
        ValueError: it is not a file that typst made.
    """
    document = PdfDocument(pdf)
    (page,) = document.numbers(b"/Type/Page/")
    contents = document.reference(page, b"/Contents ")
    fonts = fonts_of(document, page)
    source = document.stream(contents)
    changed, at = [], 0
    for line in _lines(list(read_blocks(source, fonts)), _owners(document)):
        for block, written in _rewritten(line, fonts):
            changed += [source[at : block.start], written]
            at = block.end
    document.set_stream(contents, b"".join([*changed, source[at:]]))
    for font in fonts.values():
        font.save()
    (catalog,) = document.numbers(b"/Type/Catalog/")
    document[catalog] = document[catalog].replace(_DIRECTION, b"")
    return document.to_bytes()


def _owners(document: PdfDocument) -> dict[int, int]:
    """Return the structure element of every marked sequence of the page, by object number."""
    owners: dict[int, int] = {}
    for number in document.numbers(b"/Type/StructElem/"):
        children = _CHILDREN.search(_INNER.sub(b" ", document[number][2:-2]))
        if children is not None:
            owners |= dict.fromkeys((int(mcid) for mcid in children[1].split()), number)
    return owners


def _lines(blocks: list[TextBlock], owners: Mapping[int, int]) -> list[list[TextBlock]]:
    """Group blocks that follow each other in the same line, element, language and colour."""
    lines: list[list[TextBlock]] = [[block] for block in blocks[:1]]
    for before, block in pairwise(blocks):
        same = all(
            (
                owners.get(before.mcid) == owners.get(block.mcid),
                (before.properties, before.paint) == (block.properties, block.paint),
                before.glyphs[0].size == block.glyphs[0].size,
                abs(before.glyphs[0].y - block.glyphs[0].y) < _RAISED * block.glyphs[0].size,
            )
        )
        if same:
            lines[-1].append(block)
        else:
            lines.append([block])
    return lines


def _rewritten(line: list[TextBlock], fonts: Mapping[str, EmbeddedFont]) -> Iterable[tuple[TextBlock, bytes]]:
    """Return the blocks of a line with what takes their places: the first one holds it all, the others are left empty."""
    clusters = _clusters(line)
    if not clusters:
        return
    baseline = next((cluster.y for cluster in clusters if cluster.width), clusters[0].y)
    shown = b"".join(
        _shown(run, fonts[name], baseline, ends_line=place == 0) for place, (name, run) in enumerate(_runs(clusters))
    )
    for place, block in enumerate(line):
        text = b"q%b scn\nBT 0 Tr%b\nET\nQ\n" % (block.paint, shown) if place == 0 else b""
        yield block, b"/Span<</MCID %d%b>>BDC\n%bEMC" % (block.mcid, block.properties, text)


def _clusters(line: list[TextBlock]) -> list[Cluster]:
    """Return the clusters of a line; none for a line that can be read as it is, or of which no other can be made."""
    glyphs = [glyph for block in line for glyph in block.glyphs]
    if _are_latin(glyphs):
        return []
    clusters = clusters_of(glyphs)
    # A mark that the font of its letter lacks comes out of another font: no glyph can be put together of both.
    is_mixed = any(len({glyph.font for glyph in cluster.glyphs}) > 1 for cluster in clusters)
    return [] if is_mixed or all(cluster.is_plain for cluster in clusters) else clusters


def _are_latin(glyphs: Iterable[Glyph]) -> bool:
    return all(len(glyph.text) == 1 and glyph.text < _LATIN_END for glyph in glyphs)


def _runs(line: list[Cluster]) -> list[tuple[str, list[Cluster]]]:
    """Part a line where its font changes; a space goes with what stands before it, as it draws nothing."""
    runs: list[tuple[str, list[Cluster]]] = []
    for cluster in line:
        font = cluster.glyphs[0].font
        if runs and (runs[-1][0] == font or cluster.text.isspace()):
            runs[-1][1].append(cluster)
        else:
            runs.append((font, [cluster]))
    return runs


def _shown(run: list[Cluster], font: EmbeddedFont, baseline: float, *, ends_line: bool) -> bytes:
    """Return the operators that show clusters of one font; `ends_line`: it is the leftmost run of its line."""
    size, start = run[0].glyphs[0].size, run[0].x
    unit = size / font.units_per_em
    edges = [round((cluster.x - start) / unit) for cluster in run]
    edges.append(edges[-1] + round(run[-1].width / unit))
    glyphs = [_END] if ends_line and is_mark(run[0].visual_text[0]) else []
    for cluster, (left, right) in zip(run, pairwise(edges), strict=True):
        glyphs += _paired(cluster, right - left, _drawn(cluster, baseline, unit))
    cids = b"".join(b"%04X" % font.add(glyph, char) for glyph, char in glyphs)
    return b"/%b %g Tf 1 0 0 1 %.5f %.5f Tm<%b>Tj" % (run[0].glyphs[0].font.encode(), size, start, baseline, cids)


def _drawn(cluster: Cluster, baseline: float, unit: float) -> tuple[Component, ...]:
    """Return what a cluster draws, in font units from its beginning on the baseline."""
    if cluster.text.isspace():
        return ()
    return tuple(
        Component(glyph.cid, round((glyph.x - cluster.x) / unit), round((glyph.y - baseline) / unit))
        for glyph in cluster.glyphs
    )


def _paired(cluster: Cluster, width: int, drawn: tuple[Component, ...]) -> Iterator[tuple[NewGlyph, str]]:
    """Yield a glyph for every character: the first one draws, letters share the width, marks have none."""
    chars = cluster.visual_text
    letters = sum(not is_mark(char) for char in chars)
    passed, left = 0, width
    for place, char in enumerate(chars):
        passed += not is_mark(char) or letters == 0
        right = width - max(round(width * passed / (letters or len(chars))), 0)
        yield NewGlyph(max(left - right, 0), drawn if place == 0 else ()), char
        left = right
