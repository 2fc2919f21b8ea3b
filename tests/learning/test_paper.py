"""Pages for paper in two languages, and what prints them."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.packs import CHOICE
from support.question_types import PICTURE
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import CHECK, catalogue, write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LESSON = """# Hello there

Call first.

::: picture one
A street.
:::

::: note
Keep calm.
:::

## Then

Wait for help.

::: check fire
:::
"""
FINNISH = {
    ("pack/title", "The way"): "Tie",
    ("lesson/hello", "Hello there"): "Hei vaan",
    ("lesson/hello", "Call first."): "Soita ensin.",
    ("lesson/hello", "Keep calm."): "Pysy rauhallisena.",
    ("lesson/hello", "Then"): "Sitten",
    ("lesson/hello", "Wait for help."): "Odota apua.",
    ("item/fire/prompt", "The kitchen is on fire. What do you do first?"): "Keittiö palaa. Mitä teet ensin?",
}
HELLO = "/en/courses/way/hello"


@pytest.fixture
def site(whole: Whole, tmp_path: Path) -> Whole:
    """A site with a course in English and Finnish."""
    credits = '[one]\nauthor = "Nobody"\nlicence = "CC0-1.0"\nsource = "drawn"\n'
    folder = write_way(
        tmp_path,
        lessons={"hello": LESSON, "second": "# Second\n\nWords.\n"},
        items={"bank": CHOICE, "check": CHECK},
        translations={"fi": catalogue(FINNISH)},
        media={"one.svg": PICTURE, "credits.toml": credits},
    )
    assert whole.publish(folder).published == ("course_way",)
    return whole


def beside(page: Page) -> list[str]:
    """Return the words that stand in the second language."""
    return [tag.words for tag in page.all("div", lang="fi") if tag.words]


def test_a_lesson_is_printed_in_the_two_languages_in_which_it_is_read(site: Whole) -> None:
    reader = site.visitor()
    lesson = reader.get(f"{HELLO}?with=fi")
    paper = reader.get(lesson.one("a", href=f"{HELLO}/print?with=fi")["href"])
    assert [each for each in beside(paper) if each in ("Soita ensin.", "Odota apua.")] == [
        "Soita ensin.",
        "Odota apua.",
    ]
    assert [tag.words for tag in paper.all("p", class_="second-heading")] == ["Hei vaan", "Sitten"]
    assert "Keittiö palaa. Mitä teet ensin?" in paper.text
    assert len(paper.all("img")) == 1, "a picture stands once"
    assert paper.one("a", href=f"{HELLO}?with=fi"), "the way back keeps the second language"


def test_the_words_of_the_interface_in_a_block_are_in_the_language_of_the_block(site: Whole) -> None:
    for address in (f"{HELLO}?with=fi", f"{HELLO}/print?with=fi"):
        notes = ["".join(tag.words.split()) for tag in site.visitor().get(address).all("aside", class_="note")]
        assert notes == ["GoodtoknowKeepcalm.", "HyvätietääPysyrauhallisena."], address


def test_paper_in_one_language_offers_the_others(site: Whole) -> None:
    page = site.visitor().get(f"{HELLO}/print")
    assert beside(page) == []
    assert page.one("a", href=f"{HELLO}/print?with=fi").words == "Suomi"
    assert site.visitor().get(f"{HELLO}/print?with=xx").status == 200


def test_pages_for_paper_have_a_button_that_only_script_shows(site: Whole) -> None:
    reader: Visitor = site.visitor()
    for path in (f"{HELLO}/print", f"{HELLO}/print?with=fi"):
        page = reader.get(path)
        place = next(tag for tag in page.all("p") if "data-print" in tag.attributes)
        assert "hidden" in place.attributes
        assert "no-paper" in place["class"]
        assert [tag["src"].rpartition("/")[2] for tag in page.all("script")].count("paper.js") == 1
