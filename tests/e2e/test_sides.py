"""What begins at one side of a page begins at the same line, in either direction, and a finger finds room between two things to press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from support.pressing import follow
from support.release_tier import sampled
from support.site import Site
from support.watching import OpenPage

_SMALLEST, _APART = 48, 8
#: Countries to choose from: the page of help, its box on every page, offices, sentences, a module.
_CHOICES = ("/{}/help", "/{}/", "/{}/offices", "/{}/say", "/{}/modules/module-1")
_COUNTRIES = {True: ".help-body .countries a", False: "main .picker-list a"}
_BOXES = """(links) => links.map((each) => {
    const box = each.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom, parseFloat(getComputedStyle(each).borderTopWidth)]; })"""
#: Where the line of a course is drawn: the middle of each of its pieces.
_LINE = """() => [...document.querySelectorAll(".part + .part h2, .way li")].map((each) => {
    const box = each.getBoundingClientRect(), line = getComputedStyle(each, "::before");
    if (line.content === "none") return null;
    const drawn = ["width", "borderLeftWidth", "borderRightWidth"].reduce((sum, part) => sum + parseFloat(line[part]), 0);
    return Math.round(box.left + parseFloat(line.left) + parseFloat(line.marginLeft) + drawn / 2);
}).filter((each) => each !== null)"""
_END = "(each) => each.getBoundingClientRect().right"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_countries_to_choose_from_are_boxes_for_a_finger(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/", language=language, workers=False)
    for address in _CHOICES:
        page.goto(address.format(language))
        if in_help := address == "/{}/":
            page.locator("details.help > summary").click()
        boxes = page.locator(_COUNTRIES[in_help]).evaluate_all(_BOXES)
        assert len(boxes) == 6, address
        assert all(bottom - top >= _SMALLEST and edge >= 1 for _left, top, _right, bottom, edge in boxes), address
        rows = [(one, other) for one in boxes for other in boxes if one[1] == other[1] and one[0] < other[0]]
        assert all(other[0] - one[2] >= _APART - 0.5 for one, other in rows), address


_LINES = ("/ar/courses/slovakia", "/ar/modules/module-1", "/en/courses/finland")


@pytest.mark.parametrize("address", sampled(_LINES, _LINES[:1], "another course"))
def test_the_line_of_a_course_is_one_also_beside_titles_of_another_direction(open_page: OpenPage, address: str) -> None:
    page = open_page(address, language=address[1:3], workers=False)
    middles = page.evaluate(_LINE)
    assert len(middles) > 5
    assert max(middles) - min(middles) <= 1, middles


def test_a_short_number_and_a_foreign_title_begin_where_their_card_does(open_page: OpenPage) -> None:
    page = open_page("/ar/help", language="ar", workers=False)
    card = page.locator("main .contact.urgent")
    _begin_together(
        page, card.locator(".contact-value a bdi").evaluate(_END), card.locator(".contact-name").evaluate(_END)
    )
    page.goto("/ar/")
    _begin_at_the_right(page, ".course-title[dir=ltr]")
    page.goto("/ar/modules")
    _begin_at_the_right(page, ".course-summary[dir=ltr]")
    page.goto("/ar/courses/slovakia")
    _begin_at_the_right(page, ".station-title[dir=ltr]")
    _begin_at_the_right(page, ".for-trainer h2")


def _begin_at_the_right(page: Page, words: str) -> None:
    sides = page.locator(words).evaluate_all("(all) => all.map((each) => getComputedStyle(each).textAlign)")
    assert set(sides) == {"right"}, words


def _begin_together(page: Page, one: float, other: float) -> None:
    assert abs(one - other) <= 1, page.url


def test_yes_and_no_and_next_and_back_are_not_pressed_for_each_other(site: Site, open_page: OpenPage) -> None:
    words = ("accounts", "invite", "member@sides.example", "--role", "member", "--organisation", "The office of sides")
    link = site.command(*words).strip()
    page = open_page("/" + link.split("/", 3)[3], screen="wide", allowed=("status of 40[34]",), workers=False)
    follow(page.locator("main button").first)
    page.goto("/en/my-data")
    apart = page.locator("form[action*='/consents'], form:has(button[name=answer])").first.locator("button")
    assert _between(page, apart.nth(0).bounding_box(), apart.nth(1).bounding_box()) >= _APART
    page.goto("/en/courses/finland/emergency?screen=2")
    ways = page.locator(".ways .main, .ways .back")
    assert _between(page, ways.nth(0).bounding_box(), ways.nth(1).bounding_box()) >= _APART


def _between(page: Page, one: object, other: object) -> float:
    assert isinstance(one, dict), page.url
    assert isinstance(other, dict), page.url
    return float(other["x"] - one["x"] - one["width"])
