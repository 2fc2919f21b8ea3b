"""How pages look, as somebody chose it: from the first paint on, also of pages kept for everybody, and with room for the words."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from support.release_tier import sampled
from support.watching import NO_LINE, OpenPage

_LESSON = "/{}/courses/finland/emergency?screen=2"
_BAR = """() => { const bar = document.querySelector("#quick-exit");
    const height = bar.getBoundingClientRect().height / innerHeight;
    return [height, parseFloat(getComputedStyle(bar).fontSize), document.documentElement.scrollWidth <= innerWidth]; }"""

#: The kind of element that is seen so many pixels from the upper left corner of one.
_ON_TOP = """(element, inside) => { element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    return document.elementFromPoint(box.x + inside, box.y + inside).tagName; }"""


def choose(page: Page, value: str) -> None:
    """Have the page's browser remember a look."""
    page.evaluate("(value) => { document.cookie = `perille_look=${value}; path=/`; }", value)


def size_of(page: Page) -> float:
    """Return the size of the page's letters, in pixels."""
    size: float = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    return size


@pytest.mark.worker
def test_a_press_shows_it_at_once_and_later_pages_have_it_without_a_line_too(open_page: OpenPage) -> None:
    page = open_page("/en/look", allowed=NO_LINE)
    before = size_of(page)
    page.context.set_offline(True)
    page.get_by_text("Very large letters").click()
    page.get_by_text("Strong contrast").click()
    assert size_of(page) == before * 1.5
    page.context.set_offline(False)
    page.goto(_LESSON.format("en"))
    assert size_of(page) == before * 1.5
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.goto("/en/look")
    expect(page.get_by_label("Very large letters")).to_be_checked()
    page.get_by_text("Ordinary letters").click()
    page.get_by_text("Ordinary colours").click()
    assert size_of(page) == before
    assert page.context.cookies() == []


@pytest.mark.worker
def test_a_page_that_was_kept_for_everybody_never_shows_the_other_look_first(open_page: OpenPage) -> None:
    page = open_page("/en/")
    choose(page, "large")
    # As a page comes from the phone's cache, made before anybody chose.
    page.route("**/welcome", _without_look)
    page.add_init_script(
        """new MutationObserver(() => {
            if (document.body && self.first === undefined) self.first = document.documentElement.getAttribute("data-look");
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto("/en/courses/finland/welcome")
    assert page.evaluate("() => self.first") == "large"
    # The calendar that takes the page's place looks like it.
    page.goto("/today", wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-look", "large")


def _without_look(route: Route) -> None:
    answer = route.fetch()
    body = re.sub(r' data-look="[^"]*"', "", answer.text())
    assert "data-look" not in body
    route.fulfill(response=answer, body=body)


@pytest.mark.parametrize("language", sampled(["en", "ar", "fi", "uk"], ("ar", "fi"), "the same page with other words"))
def test_the_largest_letters_leave_three_quarters_of_a_small_window_to_the_words(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(_LESSON.format(language), language=language)
    page.set_viewport_size({"width": 320, "height": 568})
    ordinary = page.evaluate(_BAR)[1]
    choose(page, "largest.airy.strong.calm")
    page.reload()
    height, size, inside = page.evaluate(_BAR)
    assert size > ordinary, "the way out does not get smaller"
    assert height <= 0.25
    assert inside
    # And where the browser's own letters are at 200 %.
    page.evaluate("() => document.documentElement.style.setProperty('font-size', '54px')")
    height, size, inside = page.evaluate(_BAR)
    assert size > 2 * ordinary
    assert height <= 0.25
    assert inside


@pytest.mark.parametrize("language", sampled(["en", "ar"], ("ar",), "the same form from the left"))
def test_without_script_the_form_does_the_same(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/look", language=language, script=False)
    page.locator("input[value=largest]").check()
    page.locator("input[value=strong]").check()
    page.locator("main button.main").click()
    expect(page.locator("html")).to_have_attribute("data-look", "largest strong")
    page.goto(_LESSON.format(language))
    expect(page.locator("html")).to_have_attribute("data-look", "largest strong")


@pytest.mark.parametrize(
    "colours", sampled(["light", "dark"], ("dark",), "the same picture without a layer of its own")
)
def test_nothing_that_stands_on_a_picture_is_covered_by_it(
    open_page: OpenPage, colours: Literal["light", "dark"]
) -> None:
    # In dark colours pictures have a filter, and with it a layer of their own.
    page = open_page("/en/courses/estonia/adaptation?screen=3")
    page.emulate_media(color_scheme=colours)
    buttons = page.locator(".choice-picture input")
    expect(buttons).to_have_count(3)
    assert [each.evaluate(_ON_TOP, 14) for each in buttons.all()] == ["INPUT"] * 3
    page.goto("/en/courses/estonia/adaptation?screen=5")
    panels = page.locator(".story li")
    expect(panels).to_have_count(3)
    # The number of a panel is no element; who presses it presses the panel.
    assert [each.evaluate(_ON_TOP, 24) for each in panels.all()] == ["LI"] * 3
