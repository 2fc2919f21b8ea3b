"""Questions as HTML, and what a checker of pages wants to know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from interactions.samples import INTERACTIONS, NAME
from perille.api import ItemReading, Outcome, Response
from perille.core.paths import TEMPLATES

VOID = frozenset({"img", "input", "br", "path"})
CONTROLS = frozenset({"input", "select", "textarea"})


_PAGES = Environment(
    loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True, undefined=StrictUndefined
)
# What goes through the catalogue is seen by its wave.
_PAGES.globals["_"] = lambda text, **_values: f"~{text}"


def render(
    reading: ItemReading,
    response: Response | None = None,
    outcome: Outcome | None = None,
    *,
    seed: str = "",
    **more: object,
) -> str:
    """Return the controls of an item as a page shows them."""
    interaction = INTERACTIONS[reading.item.interaction]
    more.setdefault("typed", "")
    return _PAGES.get_template(interaction.template).render(
        item=reading.item,
        name=NAME,
        order=interaction.arrange(reading.item, seed),
        words=lambda part: Markup('<span lang="en">{}</span>').format(reading.words[part]),
        plain=lambda part: reading.words[part],
        plain_both=lambda part: reading.words[part],
        beside=lambda _part: "",
        also=lambda _words: "",
        paper=False,
        picture=lambda name: f"/media/{name}.svg",
        response=response,
        outcome=outcome,
        **more,
    )


@dataclass
class Tag:
    """An element: its name, its attributes and all the text inside it."""

    name: str
    attributes: Mapping[str, str | None]
    inside: tuple[Tag, ...]
    text: list[str] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute] or ""

    def has(self, attribute: str) -> bool:
        return attribute in self.attributes

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


class Page(HTMLParser):
    """Reads HTML strictly: each element is closed by its own end tag, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert max(Counter(name for name, _ in attrs).values(), default=1) == 1
        self.tags.append(Tag(tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(self.tags[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs), tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text.append(data)

    def all(self, *names: str) -> list[Tag]:
        """Return the elements of these names."""
        return [tag for tag in self.tags if tag.name in names]

    def marked(self, word: str) -> list[Tag]:
        """Return the elements of that class."""
        return [tag for tag in self.tags if word in (tag.attributes.get("class") or "").split()]

    def by_id(self) -> dict[str, Tag]:
        """Return the elements by id; no id stands twice."""
        found = [tag for tag in self.tags if tag.has("id")]
        assert len({tag["id"] for tag in found}) == len(found)
        return {tag["id"]: tag for tag in found}

    def label_of(self, control: Tag) -> str:
        """Return the words (and alternative texts) of a control's label."""
        labels = [tag for tag in self.all("label") if tag["for"] == control["id"]]
        assert len(labels) == 1
        pictures = [tag["alt"] for tag in self.all("img") if labels[0] in tag.inside]
        return " ".join([labels[0].words, *pictures]).strip()
