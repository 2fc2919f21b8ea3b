"""The screen in a room, turned by a key or a clicker."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from support.browser_visitor import BrowserVisitor
from support.places import ROOT
from support.watching import OpenPage


def test_keys_and_a_clicker_turn_the_screens_of_a_lesson(open_page: OpenPage, axe: Callable[[Page], None]) -> None:
    page = open_page("/en/courses/finland/children/room", screen="wide")
    expect(page.locator(".talk")).to_be_visible()
    axe(page)
    page.keyboard.press("PageDown")
    expect(page.locator(".screen-count")).to_contain_text("2")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".screen-count")).to_contain_text("3")
    # A long screen is read to its end before a clicker turns it.
    page.keyboard.press("PageDown")
    page.wait_for_function("() => scrollY > 0")
    expect(page.locator(".screen-count")).to_contain_text("3")
    page.keyboard.press("End")
    page.wait_for_function("() => scrollY + innerHeight > document.documentElement.scrollHeight - 8")
    page.keyboard.press("PageDown")
    expect(page.locator(".screen-count")).to_contain_text("4")
    page.keyboard.press("PageUp")
    expect(page.locator(".screen-count")).to_contain_text("3")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_arabic_is_turned_towards_the_left_and_the_second_language_stays(open_page: OpenPage) -> None:
    page = open_page("/ar/courses/finland/children/room?with=en", language="ar", screen="wide")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**screen=2**")
    assert "with=en" in page.url
    expect(page.locator('.pair [lang="en"]').first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "screen=2" not in url)


def test_a_clicker_turns_a_screen_whose_end_is_seen_though_the_foot_of_the_page_is_not(open_page: OpenPage) -> None:
    page = open_page("/ar/courses/finland/children/room?with=en", language="ar", screen="wide")
    bottom = page.locator(".ways a.main").evaluate("way => Math.ceil(way.getBoundingClientRect().bottom)")
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": bottom + 20})
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight > 40")
    page.keyboard.press("PageDown")
    page.wait_for_url("**screen=2**", timeout=10_000)


@pytest.mark.release("every table in every language; a change of style is seen by the other sweeps of width")
def test_every_table_of_a_module_fits_a_phone_on_the_big_screen_in_every_language(open_page: OpenPage) -> None:
    page = open_page("/en/", script=False)
    seen = BrowserVisitor(page)
    wide: list[str] = []
    tables = 0
    for path in lessons_with_a_table():
        for screen in screens_with_a_table(seen, path):
            page.goto(screen)
            tables += page.locator("main table").count()
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(page.url)
    assert tables > 20
    assert wide == []


def screens_with_a_table(visitor: BrowserVisitor, path: str) -> Iterator[str]:
    """Yield the screens of a lesson that have a table: each is asked for, and only these need a browser."""
    following = path
    while following.partition("?")[0] == path:
        screen = visitor.get(following)
        assert screen.status == 200, following
        if screen.all("table"):
            yield following
        ways = [tag["href"] for tag in screen.all("a", rel="next")]
        following = ways[0] if ways else ""


def lessons_with_a_table() -> Iterator[str]:
    """Yield the big screens of the lessons of modules that have a table, in each language of theirs."""
    for manifest in sorted(ROOT.glob("modules/*/pack.toml")):
        about = tomllib.loads(manifest.read_text("utf-8"))
        for lesson in sorted(manifest.parent.glob("lessons/*.md")):
            if "\n|" in lesson.read_text("utf-8") and lesson.stem in about["unit"]:
                for language in about["languages"]:
                    yield f"/{language}/modules/{about['slug']}/{lesson.stem}/room"
