"""Questions as HTML, and what a checker of pages wants to know of them."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from interactions.samples import INTERACTIONS, NAME
from perille.api import ItemReading, Outcome, Response
from perille.core.host_languages import language_of_all
from perille.core.paths import TEMPLATES
from support.html import Tag, read_html

CONTROLS = frozenset({"input", "select", "textarea"})


_PAGES = Environment(
    loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True, undefined=StrictUndefined
)
# What goes through the catalogue is seen by its wave.
_PAGES.globals["language_of_all"] = language_of_all
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


class Page:
    """A question's HTML, read strictly."""

    def __init__(self, html: str) -> None:
        self.tags = read_html(html, strict=True)

    def all(self, *names: str) -> list[Tag]:
        """Return the elements of these names."""
        return [tag for tag in self.tags if tag.name in names]

    def marked(self, word: str) -> list[Tag]:
        """Return the elements of that class."""
        return [tag for tag in self.tags if word in tag.attributes.get("class", "").split()]

    def by_id(self) -> dict[str, Tag]:
        """Return the elements by id; no id stands twice."""
        found = [tag for tag in self.tags if tag.has("id")]
        assert len({tag["id"] for tag in found}) == len(found)
        return {tag["id"]: tag for tag in found}

    def label_of(self, control: Tag) -> str:
        """Return the words (and alternative texts) of a control's label."""
        labels = [tag for tag in self.all("label") if tag["for"] == control["id"]]
        assert len(labels) == 1
        pictures = [tag["alt"] for tag in self.all("img") if labels[0] in tag.parents]
        return " ".join([labels[0].words, *pictures]).strip()
