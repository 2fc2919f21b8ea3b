"""Picture mode in a browser: from home to an answer by pictures alone, with and without script; an ear beside what can be chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.markup import accessibility_faults
from support.watching import OpenPage

#: A phone with voices of its own, which says nothing aloud and notes what it was to say.
VOICES = """
window.said = [];
const voices = ["en-US", "ar", "fi"].map((lang) => ({ lang, name: lang, localService: true, default: lang === "en-US" }));
const speech = { getVoices: () => voices, cancel() {}, speak: (each) => window.said.push(each.text), addEventListener() {} };
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def to_the_course(page: Page) -> None:
    page.locator(".picture-switch button").click()
    expect(page.locator(".course-card .cover").first).to_be_visible()
    page.locator(".course-card[href$='/courses/finland']").click()
    expect(page.locator(".way .cover").first).to_be_visible()


@pytest.mark.parametrize(("language", "script"), [("ar", False), ("en", True)])
def test_the_way_is_found_by_pictures(open_page: OpenPage, language: str, script: bool) -> None:
    page = open_page("/", language=language, script=script)
    to_the_course(page)
    page.locator("form[data-start] button").click()
    for _screen in range(6):
        if page.locator(".item-true-false").count():
            break
        expect(page.locator(".screen, figure.picture").first).to_be_visible()
        page.locator(".ways .main").click()
    shapes = page.locator(".item-true-false .choice-words").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each, '::before')).map((each) => [each.content, each.borderRadius])"
    )
    assert shapes == [['"✓"', "50%"], ['"✗"', "4px"]], "yes and no differ in sign and shape, not in colour alone"
    page.locator(".item-true-false input[value=true]").check()
    page.locator("form.check > p > button").click()
    expect(page.locator(".result")).to_be_visible()


def test_an_ear_says_what_stands_beside_it_and_nothing_speaks_by_itself(open_page: OpenPage) -> None:
    page = open_page("/", language="en")
    page.add_init_script(VOICES)
    page.locator(".picture-switch button").click()
    page.locator(".picker .ear").nth(1).click()
    assert page.evaluate("window.said") == ["Hei"]
    card = page.locator(".courses li", has=page.locator("a[href$='/courses/finland']"))
    card.locator(".ear").click()
    assert page.evaluate("window.said.length") == 2
    assert accessibility_faults(page) == []
    page.goto(page.url + "courses/finland")
    assert page.evaluate("window.said") == []
    expect(page.locator(".way .ear").first).to_be_visible()
    assert accessibility_faults(page) == []
