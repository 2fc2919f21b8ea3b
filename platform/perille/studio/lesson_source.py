"""A lesson's Markdown as screens and blocks that can be changed one at a time: every other byte stays as it was.

Nothing is parsed and written anew. markdown-it says on which lines a block stands, and a change replaces these lines alone. So
`*` stays `*` in a list, a file with CRLF keeps CRLF, and `join` of what was read is the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from markdown_it.token import Token

from perille.core.letters import collapse_whitespace
from perille.packs.format.lesson_tokens import elements
from perille.packs.source.markdown import make_block_parser

#: The ends of lines that CommonMark knows (0.31.2, 2.1). Not `str.splitlines`, which also ends a line at U+2028.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")

_COLONS = re.compile(r":{3,}")


class BlockKind(StrEnum):
    """What a block is, as an author sees it."""

    TEXT = "text"
    TABLE = "table"
    PICTURE = "picture"
    STORY = "story"
    NOTE = "note"
    WARNING = "warning"
    DIALOGUE = "dialogue"
    TALK = "talk"
    ASK = "ask"
    CHECK = "check"
    ERRAND = "errand"
    WORDS = "words"
    FOR = "for"
    #: A container of an unknown name, or one that is not closed: shown as its source.
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class LessonBlock:
    """One block of a screen: some whole lines of the file."""

    kind: BlockKind
    #: Lines from `start` up to but not including `end`, counted from 0.
    start: int
    end: int
    #: The lines, with the ends of all but the last one.
    text: str

    @property
    def digest(self) -> str:
        """A short hash of the text, by which a saved form says what it was made from."""
        return text_digest(self.text)


@dataclass(frozen=True, slots=True)
class LessonScreen:
    """What a phone shows at once. The first one may have no heading."""

    #: The line of the heading, None where the screen has none.
    heading_line: int | None
    heading: str
    blocks: tuple[LessonBlock, ...]
    #: Lines of the screen with its heading, from 0.
    start: int
    end: int


def text_digest(text: str) -> str:
    """Return a short hash of a text, whatever the ends of its lines."""
    return hashlib.sha256("\n".join(_plain_lines(text)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain_lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


_lesson_parser = make_block_parser()


class LessonSource:
    """A lesson's file, and where its title, screens and blocks stand in it.

    >>> lesson = LessonSource("# Sea\\n\\nWarm *water*.\\n\\n## Ships\\n\\n::: note\\nLook up.\\n:::\\n")
    >>> [screen.heading for screen in lesson.screens]
    ['', 'Ships']
    >>> lesson.replace(lesson.screens[1].blocks[0], "::: note\\nLook down.\\n:::")
    '# Sea\\n\\nWarm *water*.\\n\\n## Ships\\n\\n::: note\\nLook down.\\n:::\\n'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _LINE.findall(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.title_line: int | None = None
        self.title = ""
        self.screens: tuple[LessonScreen, ...] = tuple(self._read())

    @property
    def blocks(self) -> tuple[LessonBlock, ...]:
        """Every block, in order."""
        return tuple(block for screen in self.screens for block in screen.blocks)

    def _read(self) -> Iterator[LessonScreen]:
        parsed = list(elements(_lesson_parser.parse(self.text.removeprefix("\ufeff"))))
        head = parsed[0] if parsed else ()
        if head and head[0].tag == "h1":
            self.title_line, self.title = _lines(head)[0], head[1].content
            parsed = parsed[1:]
        starts = [place for place, each in enumerate(parsed) if each[0].tag == "h2"]
        bounds = [*starts, len(parsed)]
        if bounds[0] > 0 or not starts:
            yield self._screen(parsed[: bounds[0]], None, (self.title_line or 0) + (self.title_line is not None))
        for first, last in zip(starts, bounds[1:], strict=True):
            yield self._screen(parsed[first + 1 : last], parsed[first], _lines(parsed[first])[0])

    def _screen(self, body: Sequence[Sequence[Token]], heading: Sequence[Token] | None, start: int) -> LessonScreen:
        blocks = tuple(self._grouped(body))
        end = blocks[-1].end if blocks else _lines(heading)[1] if heading else start
        words = heading[1].content if heading else ""
        return LessonScreen(_lines(heading)[0] if heading else None, words, blocks, start, end)

    def _grouped(self, body: Sequence[Sequence[Token]]) -> Iterator[LessonBlock]:
        """Yield the blocks of a screen; paragraphs and lists that follow each other are one text."""
        open_: tuple[int, int] | None = None
        for element in body:
            start, end = self._bounds(element)
            kind = self._kind(element, start, end)
            if kind is BlockKind.TEXT:
                open_ = (open_[0] if open_ else start, end)
                continue
            if open_:
                yield self._block(BlockKind.TEXT, *open_)
                open_ = None
            yield self._block(kind, start, end)
        if open_:
            yield self._block(BlockKind.TEXT, *open_)

    def _bounds(self, element: Sequence[Token]) -> tuple[int, int]:
        """Return the lines of an element; markdown-it leaves the closing line of a container out."""
        start, end = _lines(element)
        is_container = element[0].type == "container_piece_open"
        return start, end + (
            is_container and end < len(self.lines) and bool(_COLONS.fullmatch(self.lines[end].strip()))
        )

    def _kind(self, element: Sequence[Token], start: int, end: int) -> BlockKind:
        head = element[0]
        if head.type == "table_open":
            return BlockKind.TABLE
        if head.type != "container_piece_open":
            return BlockKind.TEXT
        word = head.info.split()[0]
        closed = end > start + 1 and self.lines[end - 1].strip() == head.markup
        return BlockKind(word) if closed and word in _CONTAINERS else BlockKind.SOURCE

    def _block(self, kind: BlockKind, start: int, end: int) -> LessonBlock:
        while end > start + 1 and not self.lines[end - 1].strip():
            end -= 1
        body = "".join(self.lines[start:end])
        return LessonBlock(kind, start, end, re.sub(r"(?:\r\n|\r|\n)\Z", "", body))

    def replace(self, block: LessonBlock, text: str) -> str:
        """Return the file with other lines in place of a block's; no text takes the block away."""
        if text == block.text:
            return self.text
        return self._with(block.start, block.end, text) if text.strip() else self._without(block.start, block.end)

    def set_title(self, words: str) -> str:
        """Return the file with another title."""
        line = f"# {collapse_whitespace(words)}"
        if self.title_line is None:
            return f"{line}{self.newline}{self.newline}{self.text}"
        return self._with(self.title_line, self.title_line + self._height(self.title_line), line)

    def set_heading(self, screen: LessonScreen, words: str) -> str:
        """Return the file with another heading of a screen; no words take the heading away, and the screen joins the one before."""
        words = collapse_whitespace(words)
        if words == screen.heading:
            return self.text
        if screen.heading_line is None:
            return self.insert(screen.start, f"## {words}") if words else self.text
        end = screen.heading_line + self._height(screen.heading_line)
        return self._with(screen.heading_line, end, f"## {words}") if words else self._without(screen.heading_line, end)

    def _height(self, line: int) -> int:
        """Return how many lines a heading takes: two where it is underlined."""
        following = self.lines[line + 1].strip() if line + 1 < len(self.lines) else ""
        underlined = (
            bool(following) and not set(following) - set("=-") and not self.lines[line].lstrip().startswith("#")
        )
        return 2 if underlined else 1

    def insert(self, line: int, text: str) -> str:
        """Return the file with a block of its own at a line, with an empty line around it."""
        before, after = "".join(self.lines[:line]), "".join(self.lines[line:])
        if before and not before.endswith(("\n", "\r")):
            before += self.newline
        if before.strip() and self.lines[line - 1].strip():
            before += self.newline
        tail = self.newline if after.strip() and _starts_with_words(after) else ""
        return f"{before}{self._own_lines(text)}{self.newline}{tail}{after}"

    def add_block(self, screen: LessonScreen, text: str, place: int | None = None) -> str:
        """Return the file with a new block in a screen: before the block of that number, or at the end."""
        if place is not None and place < len(screen.blocks):
            return self.insert(screen.blocks[place].start, text)
        heading = screen.heading_line
        line = (
            screen.blocks[-1].end
            if screen.blocks
            else screen.start
            if heading is None
            else heading + self._height(heading)
        )
        return self.insert(line, text)

    def add_screen(self, after: LessonScreen | None, heading: str, text: str = "") -> str:
        """Return the file with a new screen after another one, or at the end."""
        line = after.end if after is not None else len(self.lines)
        words = f"## {collapse_whitespace(heading)}"
        return self.insert(line, f"{words}\n\n{text}" if text else words)

    def swap(self, first: tuple[int, int], second: tuple[int, int]) -> str:
        """Return the file with two runs of lines in each other's place; what stands between them stays."""
        (a, b), (c, d) = sorted((first, second))
        upper, middle, lower = "".join(self.lines[a:b]), "".join(self.lines[b:c]), "".join(self.lines[c:d])
        if lower and not lower.endswith(("\n", "\r")):
            lower, upper = lower + self.newline, re.sub(r"(?:\r\n|\r|\n)\Z", "", upper)
        if not middle.strip() and not middle:
            middle = self.newline
        return "".join((*self.lines[:a], lower, middle, upper, *self.lines[d:]))

    def split(self, screen: LessonScreen, place: int, heading: str) -> str:
        """Return the file with a heading before a block, so that a new screen begins there."""
        return self.insert(screen.blocks[place].start, f"## {collapse_whitespace(heading)}")

    def _own_lines(self, text: str) -> str:
        return self.newline.join(_plain_lines(text.strip("\r\n")))

    def _with(self, start: int, end: int, text: str) -> str:
        last = re.search(r"(?:\r\n|\r|\n)\Z", self.lines[end - 1])
        body = self._own_lines(text) + (last.group() if last else "")
        return "".join((*self.lines[:start], body, *self.lines[end:]))

    def _without(self, start: int, end: int) -> str:
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        return "".join((*self.lines[:start], *self.lines[end:]))


@lru_cache(maxsize=64)
def read_source(text: str) -> LessonSource:
    """Return a lesson as it is read; parsed once for all who look at the same text."""
    return LessonSource(text)


#: Containers that have a form of their own.
_CONTAINERS = frozenset(kind.value for kind in BlockKind) - {"text", "table", "source"}


def _lines(element: Sequence[Token] | None) -> tuple[int, int]:
    found = element[0].map if element else None
    return (found[0], found[1]) if found else (0, 0)


def _starts_with_words(text: str) -> bool:
    return bool(_plain_lines(text)[0].strip())
