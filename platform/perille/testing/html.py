"""What a page holds, for tests: its elements with their attributes, and the form that a browser would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """An element and its attributes."""

    name: str
    attributes: Mapping[str, str]
    #: The elements around it, the outermost first.
    inside: tuple[Element, ...] = ()
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All text inside it, with single spaces."""
        return " ".join("".join(self.text).split())


class Elements(HTMLParser):
    """The elements of a page, in their order."""

    _VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in self._VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those inside it that the page left open."""
        while any(each.name == tag for each in self._open):
            if self._open.pop().name == tag:
                return

    def handle_data(self, data: str) -> None:
        """Add text to all elements around it."""
        for element in self._open:
            element.text.append(data)

    def all(self, *names: str) -> list[Element]:
        """Return the elements of these names."""
        return [each for each in self.elements if each.name in names]

    def inside(self, outer: Element) -> list[Element]:
        """Return the elements inside another."""
        return [each for each in self.elements if outer in each.inside]

    def hidden_fields(self, form: Element) -> dict[str, str]:
        """Return the hidden fields of a form."""
        return {
            each.attributes["name"]: each.attributes.get("value", "")
            for each in self.inside(form)
            if each.name == "input" and each.attributes.get("type") == "hidden"
        }

    def labels_of(self, control: Element) -> Iterator[str]:
        """Yield what names a control: labels, `aria-label`, the words of a button."""
        yield control.attributes.get("aria-label", "")
        if control.name == "button":
            yield control.words
        for label in self.all("label"):
            if label in control.inside or label.attributes.get("for") == control.attributes.get("id", "-"):
                yield label.words
                yield from (each.attributes.get("alt", "") for each in self.inside(label) if each.name == "img")
        for target in control.attributes.get("aria-labelledby", "").split():
            yield from (each.words for each in self.elements if each.attributes.get("id") == target)
