"""A lesson on paper: what a list would open, and the numbers with the day on which they were checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.countries import MODULE, OWN, lands
from support.question_types import ASKED, write_types
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("interaction", "offered"),
    [("matching", ["To a", "To b"]), ("gap-fill", ["This", "That"]), ("grouping", ["This", "That"])],
)
def test_what_a_list_offers_stands_on_the_paper(
    whole: Whole, visitor: Visitor, tmp_path: Path, interaction: str, offered: list[str]
) -> None:
    assert interaction in ASKED
    whole.publish(write_types(tmp_path, interaction, in_test=False))
    assert sorted(on_paper(visitor.get("/en/courses/types/hello/print"))) == sorted(offered)
    assert on_paper(visitor.get("/en/courses/types/hello")) == []


def on_paper(page: Page) -> list[str]:
    """Return the entries of the lists that are for paper alone."""
    return [
        tag.words for tag in page.all("li") if any("on-paper" in up.attributes.get("class", "") for up in tag.parents)
    ]


def test_each_number_in_the_text_is_listed_once_with_the_day_it_was_checked(visitor: Visitor) -> None:
    page = visitor.get("/en/courses/way/hello/print")
    (numbers,) = [tag for tag in page.all("section") if "numbers" in tag.attributes.get("class", "").split()]
    assert numbers.words.count("112") == 1
    assert "hecked on 22 November 2026" in numbers.words
    assert "Numbers on this page" not in visitor.get("/en/courses/way/second/print").text


def test_numbers_of_several_countries_say_whose_they_are(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    both = "# Hello\n\nIn one {fact: FI/emergency.number}, in the other {fact: SE/own.number}.\n"
    whole.publish(*lands(tmp_path, {"lessons/hello.md": both}))
    names = listed(visitor.get(f"{MODULE}/hello/print"))
    assert [name.partition(":")[0] for name in names] == ["Finland", "Sweden"]
    assert listed(visitor.get(f"{OWN}/print?in=se")) == ["A number"]


def listed(page: Page) -> list[str]:
    """Return the names above the numbers of this page."""
    return [
        tag.words
        for tag in page.all("p", class_="contact-name")
        if any("numbers" in up.attributes.get("class", "").split() for up in tag.parents)
    ]


def test_a_heading_right_under_the_title_stands_on_the_page_and_on_paper(
    whole: Whole, visitor: Visitor, make_pack: Callable[..., Path]
) -> None:
    whole.publish(make_pack(lessons={"hello": "# The sheet\n\n## Six questions\n\nOne.\n\n## Last\n\nTwo.\n"}))
    page, paper = (visitor.get(f"/en/courses/small/hello{end}") for end in ("", "/print"))
    assert ([tag.words for tag in page.all("h1")], "Six questions" in [tag.words for tag in page.all("h2")]) == (
        ["The sheet"],
        True,
    )
    assert [tag.words for tag in paper.all("h2")][:2] == ["Six questions", "Last"]
