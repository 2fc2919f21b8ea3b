"""Lessons: Markdown with containers, read once into screens whose words are holes that any language fills."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from perille.api import did_you_mean
from perille.domain.content import PieceKind
from perille.domain.status import Status
from perille.packs.format.errands import read_errand, read_words
from perille.packs.format.lesson_model import Block, BlockForm, Lesson, PieceTemplate, Placeholder, ScreenTemplate
from perille.packs.format.lesson_tokens import attributes, carrier, carries, columns, elements, has_inline, line_of
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import fold, inline, make_block_parser, media_slot
from perille.packs.source.tables import RAGGED, parse
from perille.packs.source.toml_table import KEY

_CONTAINERS = {kind.value: kind for kind in PieceKind if kind is not PieceKind.PROSE}
_NAMED = frozenset({PieceKind.PICTURE, PieceKind.ASK, PieceKind.CHECK, PieceKind.ERRAND})
#: Opens what holds for one status only, and holds other containers.
_FOR = "for"
_HEADINGS_IN_SCREEN = {"h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_PLAIN_TAGS = frozenset(["p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "h3", "h4"])
_TABLE_TAGS = frozenset(["table", "tr", "th", "td"])
#: A table of so many columns fits a phone.
_NARROW_TABLE = 2
_NEWLINE = re.compile(r"\r\n?|\n")


#: Where the words of a block stand is asked here: `inline` reads them, once for each language.
_lesson_parser = make_block_parser()


def read_lesson(path: str, text: str, pack: str, diagnostics: Diagnostics) -> Lesson:
    """Read a lesson of the pack *pack*; what cannot be used gives a fault and is left out."""
    reader = _Reader(path, pack, diagnostics, _NEWLINE.split(text))
    try:
        reader.read(parse(_lesson_parser, text, lambda line: diagnostics.add(path, line, RAGGED)))
    except RecursionError:
        diagnostics.add(path, 1, "The lesson is nested too deeply to be read")
    return reader.lesson()


@dataclass
class _Reader:
    """Walks the tokens of one lesson and keeps what it finds."""

    path: str
    pack: str
    diagnostics: Diagnostics
    lines: list[str]
    blocks: list[Block] = field(default_factory=list)
    screens: list[ScreenTemplate] = field(default_factory=list)
    pictures: list[tuple[str, int]] = field(default_factory=list)
    pieces: list[PieceTemplate] = field(default_factory=list)
    heading: int | None = None
    title: int | None = None
    #: Blocks of the headings of the table being read, and the column of its next cell.
    headings: list[int | None] = field(default_factory=list)
    column: int = 0
    wide: bool = False

    def lesson(self) -> Lesson:
        """Return what was read."""
        return Lesson(
            path=self.path,
            title=self.title,
            blocks=tuple(self.blocks),
            screens=tuple(self.screens),
            pictures=tuple(self.pictures),
        )

    def read(self, tokens: Sequence[Token]) -> None:
        """Read the top level: the title, then a screen at each second-level heading."""
        rest = list(elements(tokens))
        if rest and rest[0][0].tag == "h1":
            self.title = self.block(rest.pop(0)[1])
        for element in rest:
            self.top_level(element)
        self.end_screen()
        if self.title is None:
            self.diagnostics.add(self.path, 1, 'The first line must be "# " and the title')
        elif not rest:
            self.diagnostics.add(self.path, 1, "The lesson has a title and no words: its page would be empty")

    def top_level(self, element: Sequence[Token]) -> None:
        """Read what stands below the title: a heading begins a screen, all else is part of the one that is open."""
        tag = element[0].tag
        if tag == "h1":
            self.fault(element[0], "A lesson has one title: begin a screen with ## instead")
        elif tag == "h2":
            self.end_screen()
            self.heading = self.block(element[1])
        elif _is_group(element):
            self.pieces += self.group(element)
        else:
            self.pieces.append(self.piece(element))

    def end_screen(self) -> None:
        """Close the screen that is open; an empty first one is none."""
        if self.pieces or self.heading is not None:
            self.screens.append(ScreenTemplate(heading=self.heading, pieces=tuple(self.pieces)))
        self.pieces, self.heading = [], None

    def fault(self, token: Token, message: str) -> None:
        """Keep a fault at a token."""
        self.diagnostics.add(self.path, line_of(token), message)

    def block(self, token: Token, form: BlockForm = BlockForm.PLAIN) -> int:
        """Keep the words of an inline token; return the number of the block."""
        msgid = fold(token.content)
        for message in inline(msgid).diagnostics:
            self.fault(token, message)
        self.blocks.append(Block(msgid, line_of(token), form))
        return len(self.blocks) - 1

    def piece(self, element: Sequence[Token]) -> PieceTemplate:
        """Read one top-level element."""
        head = element[0]
        if head.type != "container_piece_open":
            return PieceTemplate(kind=PieceKind.PROSE, line=line_of(head), parts=self.parts(element))
        kind, name = self.container(head)
        body = elements(element[1:-1])
        form = PieceTemplate(kind=kind, line=line_of(head), name=name)
        return _CONTAINER_READERS.get(kind, _Reader.prose_inside)(self, form, list(body))

    def group(self, element: Sequence[Token]) -> Iterator[PieceTemplate]:
        """Read what holds for one status: pieces that stand in the screen like others, marked with it."""
        head = element[0]
        status = self.opening(head)[1]
        if status not in set(Status):
            wanted = did_you_mean(status, Status) or f". There are: {', '.join(Status)}"
            self.fault(head, f'::: for names no status "{status}"{wanted}')
        body = list(elements(element[1:-1]))
        if not body:
            self.fault(head, "::: for is empty")
        for inner in body:
            if _is_group(inner):
                self.fault(inner[0], "A ::: for cannot stand in another one")
                continue
            piece = self.piece(inner)
            if piece.kind is PieceKind.CHECK:
                self.fault(
                    inner[0], "A ::: check cannot stand in ::: for: an answer would tell which status somebody has"
                )
            yield replace(piece, status=status)

    def opening(self, head: Token) -> tuple[str, str]:
        """Return the word and the name on a container's opening line."""
        word, _sep, name = head.info.strip().partition(" ")
        end = (head.map or [0, 0])[1]
        if end >= len(self.lines) or not self.lines[end].strip().startswith(":::"):
            self.fault(head, f"The container ::: {word} is not closed by a line of three colons")
        return word, name.strip()

    def container(self, head: Token) -> tuple[PieceKind, str]:
        """Return the kind and the name that a container's opening line gives."""
        word, name = self.opening(head)
        kind = _CONTAINERS.get(word)
        if kind is None:
            self.fault(head, f"There is no container ::: {word}{did_you_mean(word, (*_CONTAINERS, _FOR))}")
            return PieceKind.NOTE, ""
        is_named = kind in _NAMED or (kind is PieceKind.WORDS and bool(name))
        if is_named and not KEY.fullmatch(name):
            self.fault(head, f"::: {word} needs a name of lower-case letters, digits and hyphens, not {name!r}")
        elif name and not is_named:
            self.fault(
                head, f"The words of ::: {word} stand in its body, not on its line: they could not be translated"
            )
        return kind, name

    def prose_inside(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read the body of a note, a warning or a talk: prose."""
        if not body:
            self.diagnostics.add(self.path, form.line, f"::: {form.kind} is empty")
        return replace(form, parts=tuple(part for element in body for part in self.inner(element)))

    def dialogue(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a dialogue: one list whose entries begin with the speaker in bold."""
        if len(body) != 1 or body[0][0].type != "bullet_list_open":
            self.diagnostics.add(self.path, form.line, "::: dialogue holds one list, an entry for each thing said")
            return form
        for token in body[0]:
            if token.type == "inline" and not token.content.startswith("**"):
                self.fault(token, "An entry of a dialogue begins with the speaker in bold: - **Amina:** Where do I go?")
        return self.prose_inside(form, body)

    def picture(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a picture: one paragraph, its description."""
        if form.name:
            self.pictures.append((form.name, form.line))
        alt = self.description(form, body)
        return replace(form, name=f"{self.pack}/{form.name}", alt=alt)

    def description(self, form: PieceTemplate, body: list[Sequence[Token]]) -> int | None:
        """Read the one paragraph that describes a picture; return its block."""
        if not body:
            self.diagnostics.add(
                self.path, form.line, f'The picture "{form.name}" has no description: write one paragraph inside'
            )
            return None
        if len(body) > 1 or body[0][0].type != "paragraph_open":
            self.diagnostics.add(
                self.path, form.line, f'The description of the picture "{form.name}" must be one paragraph'
            )
        return self.block(next(token for token in body[0] if token.type == "inline")) if has_inline(body[0]) else None

    def story(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a story: pictures, each followed by a paragraph; each pair is a numbered panel."""
        parts: list[str | Placeholder] = ["<ol>"]
        opened = False
        for element in body:
            head = element[0]
            if head.type == "container_piece_open":
                parts += ["</li><li>" if opened else "<li>", *self.panel(element)]
                opened = True
            elif not opened:
                self.fault(head, "A story begins with a ::: picture")
                parts += ["<li>", *self.parts(element)]
                opened = True
            else:
                parts += self.parts(element)
        if not opened:
            self.diagnostics.add(self.path, form.line, "::: story is empty")
        return replace(form, parts=(*parts, "</li></ol>" if opened else "</ol>"))

    def panel(self, element: Sequence[Token]) -> tuple[str | Placeholder, ...]:
        """Read the picture of a panel."""
        kind, name = self.container(element[0])
        if kind is not PieceKind.PICTURE:
            self.fault(element[0], "A story holds ::: picture containers and paragraphs only")
            return ()
        form = self.picture(
            PieceTemplate(kind=kind, line=line_of(element[0]), name=name), list(elements(element[1:-1]))
        )
        alt: tuple[Placeholder, ...] = () if form.alt is None else (Placeholder(form.alt, "alt"),)
        language: tuple[Placeholder, ...] = () if form.alt is None else (Placeholder(form.alt, "attributes"),)
        return (f'<img src="{media_slot(form.name)}" alt="', *alt, '" loading="lazy"', *language, ">")

    def ask(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a "where to ask" card: empty, or one sentence."""
        if len(body) > 1 or any(element[0].type != "paragraph_open" for element in body):
            self.diagnostics.add(self.path, form.line, "::: ask is empty or holds one sentence")
        return replace(form, parts=tuple(part for element in body for part in self.inner(element)))

    def check(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a question of a bank: nothing stands inside."""
        if body:
            self.diagnostics.add(self.path, form.line, "::: check is empty: the question's words stand in its bank")
        return form

    def errand(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read an errand: a title, and a list whose entries begin with known labels."""
        return replace(form, entries=tuple(read_errand(self, form.line, body)))

    def words(self, form: PieceTemplate, body: list[Sequence[Token]]) -> PieceTemplate:
        """Read a word list: each entry a word, its sound and its meaning; one with a name alone is filled by `course_words`."""
        return replace(form, entries=tuple(read_words(self, form.line, body)) if body or not form.name else ())

    def inner(self, element: Sequence[Token]) -> tuple[str | Placeholder, ...]:
        """Read an element inside a container, where no further container may be."""
        if element[0].type == "container_piece_open":
            self.fault(element[0], "Only a :::: story and a :::: for hold other containers")
            return ()
        return self.parts(element)

    def parts(self, element: Sequence[Token]) -> tuple[str | Placeholder, ...]:
        """Write an element's tags, with holes for the words."""
        return tuple(part for place in range(len(element)) for part in self.part(element, place))

    def part(self, element: Sequence[Token], place: int) -> tuple[str | Placeholder, ...]:
        """Write one token."""
        token = element[place]
        if token.type in ("container_piece_open", "container_piece_close"):
            if token.nesting > 0:
                self.fault(token, "A container stands at the margin, not inside a list or a quotation")
            return ()
        if token.type == "inline":
            # In the element around them, or wrapped where that one holds more.
            return (Placeholder(self.block(token), wrapped=carrier(element, place) is None),)
        if token.type in ("fence", "code_block"):
            return (f'<pre dir="ltr"><code>{entities.escape(token.content, quote=False)}</code></pre>',)
        if token.type == "hr":
            return ("<hr>",)
        return () if token.hidden else self.tag(element, place)

    def tag(self, element: Sequence[Token], place: int) -> tuple[str | Placeholder, ...]:
        """Write an opening or closing tag; one that has a single block in it gets that block's language."""
        token = element[place]
        tag = _HEADINGS_IN_SCREEN.get(token.tag, token.tag)
        if tag not in _PLAIN_TAGS:
            if token.nesting > 0:
                self.fault(token, "A heading of the first or second level cannot stand inside a container")
            return ()
        if token.nesting < 0:
            return (f"</{tag}>",)
        if tag in _TABLE_TAGS:
            return self.table_tag(element, place)
        if carries(element, place):
            return (f"<{tag}{attributes(token)}", Placeholder(len(self.blocks), "attributes"), ">")
        return (f"<{tag}{attributes(token)}>",)

    def table_tag(self, element: Sequence[Token], place: int) -> tuple[str | Placeholder, ...]:
        """Open a table, a row or a cell; on a narrow screen a cell of a wide table stands under its column's heading."""
        tag = element[place].tag
        opening = f"<{tag}{attributes(element[place])}"
        if tag == "table":
            self.headings, self.wide = [], columns(element, place) > _NARROW_TABLE
            return ('<table class="wide">' if self.wide else "<table>",)
        if tag == "tr":
            self.column = 0
            return ("<tr>",)
        cell = len(self.blocks) if carries(element, place) else None
        words = () if cell is None else (Placeholder(cell, "attributes"),)
        if tag == "th":
            self.headings.append(len(self.blocks) if element[place + 1].content else None)
            return (opening, *words, ">")
        heading, self.column = self.headings[self.column], self.column + 1
        label = () if heading is None or not self.wide else (Placeholder(heading, "label", cell=cell),)
        return (opening, *label, *words, ">")


_CONTAINER_READERS: dict[PieceKind, Callable[[_Reader, PieceTemplate, list[Sequence[Token]]], PieceTemplate]] = {
    PieceKind.PICTURE: _Reader.picture,
    PieceKind.STORY: _Reader.story,
    PieceKind.DIALOGUE: _Reader.dialogue,
    PieceKind.ASK: _Reader.ask,
    PieceKind.CHECK: _Reader.check,
    PieceKind.ERRAND: _Reader.errand,
    PieceKind.WORDS: _Reader.words,
}


def _is_group(element: Sequence[Token]) -> bool:
    head = element[0]
    return head.type == "container_piece_open" and head.info.split()[:1] == [_FOR]
