"""From home to the badge by pictures alone: no word is read, and it goes by touch, with and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.markup import accessibility_faults
from support.watching import OpenPage

#: How many screens and questions there are at most: who goes round in a circle is stopped.
MOST_STEPS = 60
#: The picture that is right, by the item that shows it: a person sees it on the screen.
RIGHT = {
    "online-next": "next",
    "online-house": "house",
    "online-language": "language",
    "online-load": "library",
    "online-leave": "leave",
    "online-help": "help",
    "online-same": "three",
}


def answer(page: Page) -> None:
    """Answer the question on the screen as somebody does who looks at the pictures, and press its button."""
    form = page.locator("form.check")
    item = (form.get_attribute("id") or "").removeprefix("check-")
    if page.locator(".item-true-false").count():
        form.locator("input[value=false]").check()
    else:
        form.locator(f"input[value={RIGHT[item]}]").check()
    form.locator("p > button").last.click()
    expect(page.locator(".result")).to_be_visible()
    expect(page.locator(".result.wrong")).to_have_count(0)


@pytest.mark.parametrize(("language", "script"), [("so", False), ("ar", True)])
def test_the_badge_is_reached_by_pictures(open_page: OpenPage, language: str, script: bool) -> None:
    page = open_page("/", language=language, script=script)
    page.locator(".picture-switch button").click()
    first = page.locator(".course-card").first
    expect(first.locator(".cover")).to_be_visible()
    first.click()
    page.locator("form[data-start] button").click()
    answered = 0
    for _step in range(MOST_STEPS):
        expect(page.locator("#quick-exit")).to_be_visible()
        if page.locator("p.badge").count():
            break
        expect(page.locator(".screen figure.picture img").first).to_be_visible()
        if page.locator("form.check").count() and not page.locator(".result").count():
            answer(page)
            answered += 1
        page.locator(".ways .main").click()
    assert answered == len(RIGHT) + 1
    page.locator(".start .main").click()
    expect(page).to_have_url(re.compile(r"/courses/online/badge$"))
    expect(page.locator("p.badge svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if script:
        assert accessibility_faults(page) == []
        page.emulate_media(media="print")
        badge = page.locator("p.badge svg").bounding_box()
        assert badge is not None
        assert badge["width"] > 300, "on paper it is large enough for a wall"
