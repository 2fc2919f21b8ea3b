"""Letters at 200 %: nothing covers anything, and the bar at the bottom leaves the window to the words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from perille.core.i18n import OFFERED
from support.release_tier import sampled
from support.watching import OpenPage

_WINDOWS = ((360, 740), (320, 568))
#: What lies over what: the way with its flag and the words beside it; the parts of the bar at the top; the page and its window.
_MEASURE = """() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect();
    const apart = (one, other) => one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
    return {
        bar: box("#quick-exit").height / innerHeight,
        apart: apart(box(".where-way .stations"), box(".where-way > span:last-child")),
        inside: document.documentElement.scrollWidth <= innerWidth,
    };
}"""

#: By how many pixels the letters of the last line reach below the edge that cuts them.
_CUT = """() => {
    const shown = [...document.querySelectorAll(".exit-long, .exit-short")].find((each) => each.getBoundingClientRect().height > 0);
    const letters = document.createRange();
    letters.selectNodeContents(shown.querySelector("small"));
    const bottom = Math.max(...[...letters.getClientRects()].map((box) => box.bottom));
    return bottom - shown.getBoundingClientRect().bottom;
}"""


def _enlarge(page: Page, size: str = "36px") -> None:
    page.evaluate("(size) => document.documentElement.style.setProperty('font-size', size)", size)


@pytest.mark.parametrize("language", sampled(OFFERED, ("fi", "uk", "ar"), "the same page with other words"))
def test_large_letters_leave_three_quarters_of_the_window_to_the_words(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/courses/finland/emergency?screen=2", language=language)
    for width, height in _WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        _enlarge(page)
        found = page.evaluate(_MEASURE)
        assert found["bar"] <= 0.25, (width, found)
        assert found["apart"], (width, found)
        assert found["inside"], (width, found)


@pytest.mark.parametrize(("language", "size"), [("uk", "18px"), ("ar", "18px"), ("uk", "36px")])
def test_the_bar_cuts_no_tails_of_its_letters(open_page: OpenPage, language: str, size: str) -> None:
    page = open_page(f"/{language}/", language=language)
    _enlarge(page, size)
    assert page.evaluate(_CUT) <= 0.5


def test_the_bar_has_short_words_only_where_the_long_ones_have_no_room(open_page: OpenPage) -> None:
    page = open_page("/en/courses/finland/emergency")
    short, long = page.locator(".exit-short"), page.locator(".exit-long")
    for size, is_short in (("18px", False), ("36px", True)):
        _enlarge(page, size)
        heights = [each.evaluate("(each) => each.getBoundingClientRect().height > 0") for each in (short, long)]
        assert heights == [is_short, not is_short], size
        expect(page.locator("#quick-exit")).to_have_accessible_name("Leave this page quickly")
