"""A lesson without its words: screens and pieces with holes that the blocks of any language fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from perille.domain.content import PieceKind

#: What ends the name of an easy version: lessons/<unit>.easy.md.
EASY = ".easy"


def lesson_name(unit: str, country: str = "") -> str:
    """Return the name of a unit's file under lessons/, without its ending; *country*: of the variant for it (ISO code)."""
    return f"{unit}.{country.lower()}" if country else unit


class BlockForm(StrEnum):
    """How the words of a block are built; a translation is built the same way."""

    PLAIN = ""
    #: A line of an errand: "**Label:** words".
    ERRAND_LINE = "errand-line"
    #: The line of an errand with words of the country's language: "**Words on the form:** one; two".
    FORM_WORDS = "form-words"
    #: A line of a word list: "word · how it sounds · meaning".
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a lesson: one inline token of Markdown."""

    msgid: str
    line: int
    form: BlockForm = BlockForm.PLAIN


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place that a block's words fill."""

    block: int
    #: What stands there: "words" in an element, "attributes" the lang and dir of that element, "alt" an attribute,
    #: "label" the whole data-label of a table's cell.
    form: str = "words"
    #: Whether the words carry their own lang, because the element around them holds other blocks too.
    wrapped: bool = False
    #: Of a label: the block whose language the cell has; None where the cell has the page's.
    cell: int | None = None


@dataclass(frozen=True, kw_only=True)
class PieceTemplate:
    """A piece without its words."""

    kind: PieceKind
    line: int
    name: str = ""
    parts: tuple[str | Placeholder, ...] = ()
    #: Block of the alternative text, or None.
    alt: int | None = None
    #: (key, block) of each line of an errand, or of each word of a word list.
    entries: tuple[tuple[str, int], ...] = ()
    #: For whom it holds, a `Status`; "" for everybody.
    status: str = ""

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """Every block that has words in it."""
        named = (block for _key, block in self.entries)
        holes = dict.fromkeys((*(part.block for part in self.parts if isinstance(part, Placeholder)), *named))
        return tuple(holes) if self.alt is None else (self.alt, *holes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTemplate:
    """A screen without its words; its heading is a block, None on the first screen."""

    heading: int | None
    pieces: tuple[PieceTemplate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson in the source language."""

    path: str
    #: Block of the title, None where the lesson has none.
    title: int | None
    blocks: tuple[Block, ...]
    screens: tuple[ScreenTemplate, ...]
    #: (name, line) of every picture, story panels included.
    pictures: tuple[tuple[str, int], ...]

    def pieces(self, kind: PieceKind) -> Iterator[PieceTemplate]:
        """Yield the pieces of a kind, in order."""
        return (piece for screen in self.screens for piece in screen.pieces if piece.kind is kind)
