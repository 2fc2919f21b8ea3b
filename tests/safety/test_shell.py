"""On every page: a way out that leaves at once, help of the country, and nothing that gives away what one reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.visitor import Page, Tag, Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PAGES = [
    "/en/",
    "/ar/courses",
    "/en/modules",
    "/fi/courses/way",
    "/uk/courses/way/hello",
    "/en/courses/way/hello?screen=2&with=ar",
    "/en/courses/way/hello/print",
    "/en/courses/way/check",
    "/en/courses/way/certificate",
    "/en/courses/quiet/hello",
    "/en/modules/staff/first",
    "/en/keep",
    "/en/resume",
    "/en/privacy",
    "/en/safe",
    "/en/help",
    "/en/forgotten",
    "/en/manage",
    "/en/sign-in/x",
    "/en/nothing/here",
    "/verify",
]


def stops(page: Page) -> list[Tag]:
    """Return what the Tab key reaches, in its order; what a closed menu holds is not reached."""
    reached = []
    for name in ("a", "button", "input", "select", "summary", "textarea"):
        reached += page.all(name)
    order = {id(tag): number for number, tag in enumerate(page.tags)}
    return sorted((tag for tag in reached if tag.attributes.get("tabindex") != "-1"), key=lambda tag: order[id(tag)])


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_way_out_and_its_help(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    button = page.one("button", id="quick-exit")
    form = button.parents[-1]
    assert (form["id"], form["method"], form["action"]) == ("leave", "post", "/leave")
    assert page.one("details", id="help")
    first, second = stops(page)[:2]
    assert first["href"] == "#main"
    assert (second.name, second["form"], second.words != "") == ("button", "leave", True)
    assert [tag.name for tag in page.all("h1")] == ["h1"]
    assert [tag["id"] for tag in page.all("main")] == ["main"]


@pytest.mark.parametrize("path", PAGES)
def test_no_id_is_there_twice_and_each_label_has_its_field(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    ids = [tag["id"] for tag in page.tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
    labels = [tag["for"] for tag in page.all("label") if "for" in tag.attributes]
    assert set(labels) <= set(ids)


@pytest.mark.parametrize(
    "path",
    ["courses/way", "courses/way/hello", "courses/way/hello?screen=2", "courses/way/hello/print", "courses/way/check"],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_of_a_course_have_the_help_of_its_country(visitor: Visitor, language: str, path: str) -> None:
    page = visitor.get(f"/{language}/{path}")
    numbers = [
        tag for tag in page.all("a", class_="tel") if any(up.attributes.get("id") == "help" for up in tag.parents)
    ]
    # The emergency number stands on its row, and once more where the page says which numbers are not confirmed.
    assert [(tag["href"], tag["dir"]) for tag in numbers] == [("tel:112", "ltr")] * 2
    countries = [tag for tag in page.all("a", aria_current="true") if "country=" in tag["href"]]
    assert [tag["href"] for tag in countries] == [f"/{language}/help?country=FI"]


def test_a_page_of_no_country_asks_for_it(visitor: Visitor) -> None:
    page = visitor.get("/en/")
    assert "Choose the country you are in:" in page.text
    assert visitor.get("/en/help?country=SE").heading == "Who can help you"
    assert "Emergency number of Sweden" in visitor.get("/en/help?country=SE").text


@pytest.mark.parametrize("country", ["", "XX", "fi", "<b>", "F" * 5000])
def test_help_of_a_country_that_we_do_not_know_asks_for_it(visitor: Visitor, country: str) -> None:
    page = visitor.get(f"/en/help?country={country}")
    assert page.status == 200
    assert "Choose the country you are in:" in page.text


def test_help_says_hours_price_languages_and_when_it_was_checked(visitor: Visitor) -> None:
    text = visitor.get("/en/help?country=FI").text
    for words in ("day and night", "free of charge", "Finnish, Swedish", "Checked on 22 November 2026"):
        assert words in text


@pytest.mark.parametrize(
    ("code", "words"),
    [("en", "free of charge"), ("fi", "maksuton"), ("sv", "gratis"), ("so", "bilaash"), ("es", "gratis")],
)
def test_a_line_that_costs_nothing_is_not_said_to_be_vacant(visitor: Visitor, code: str, words: str) -> None:
    # "Free" alone was read as "not busy": Somali has another word for each.
    assert f"· {words} ·" in " ".join(visitor.get(f"/{code}/help?country=FI").text.split())


def test_a_help_word_that_no_person_has_checked_stands_with_its_source(visitor: Visitor) -> None:
    page = visitor.get("/ar/")
    button = page.one("button", id="quick-exit")
    assert "Leave this page quickly" in button.words
    assert button.words != "Leave this page quickly"
    assert page.all("small", class_="source", lang="en", dir="ltr")


def test_where_leaving_leads_is_a_setting(make_whole: Callable[..., Whole]) -> None:
    visitor = make_whole(exit_url="https://weather.example/").visitor()
    assert visitor.get("/leave").location == "https://weather.example/"


def test_titles_and_addresses_say_nothing_that_endangers(visitor: Visitor) -> None:
    for path in PAGES:
        page = visitor.get(path)
        said = f"{path} {page.one('title').words}".lower()
        assert not any(word in said for word in ("traffick", "violence", "abuse", "exploit"))


def test_quick_exit_is_explained_with_what_it_cannot_do(visitor: Visitor) -> None:
    text = visitor.get("/en/safe").text
    assert "Shift three times" in text
    assert "It does not erase the list of pages that your browser keeps." in text


def test_the_privacy_page_says_what_is_kept_and_for_how_long(visitor: Visitor) -> None:
    page = visitor.get("/en/privacy")
    for words in ("random number", "twelve months", "five years", "No page here loads anything from another company"):
        assert words in page.text
    assert page.one("form", action="/en/forget")["method"] == "post"


def test_help_asks_for_the_country_in_one_heading(visitor: Visitor) -> None:
    page = visitor.get("/en/help")
    assert [tag.words for tag in page.all("h2")] == ["Choose the country you are in:"]
    assert (
        sum(
            "Choose the country" in tag.words
            for tag in page.all("p")
            if not any(up.name == "header" for up in tag.parents)
        )
        == 0
    )
