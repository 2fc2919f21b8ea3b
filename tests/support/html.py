"""Reads HTML: the one parser of all tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements without an end tag (HTML, 13.1.2).
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class Tag:
    """An element of a page."""

    name: str
    #: A name without a value has "".
    attributes: Mapping[str, str]
    #: What it stands in, from the outside inwards.
    parents: tuple[Tag, ...]
    #: The pieces of text inside, also of what stands in it.
    text: list[str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def has(self, attribute: str) -> bool:
        """Tell whether an attribute is set."""
        return attribute in self.attributes

    @property
    def words(self) -> str:
        """All the text inside, in one line."""
        return " ".join("".join(self.text).split())


def read_html(html: str, *, strict: bool = False) -> list[Tag]:
    """Return every element in the order of the page.

    *strict*: each must be closed by its own end tag, in order, and no attribute stands twice; else fails the test.

    >>> [tag.words for tag in read_html("<p>One <b>two</b></p>")]
    ['One two', 'two']
    """
    return _Reader(html, strict=strict).tags


class _Reader(HTMLParser):
    def __init__(self, html: str, *, strict: bool) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._strict = strict
        self._open: list[Tag] = []
        self.feed(html)
        self.close()
        assert not (strict and self._open), self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._append(tag, attrs)
        if tag not in VOID:
            self._open.append(self.tags[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._append(tag, attrs)

    def _append(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._strict:
            assert max(Counter(name for name, _value in attrs).values(), default=1) == 1, (tag, attrs)
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if self._strict:
            assert self._open.pop().name == tag, tag
            return
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text.append(data)
