"""What makes the way easier: another language in the middle, two at once, another phone, help, a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.course_walk import Journey, screens_of
from support.pressing import follow
from support.release_tier import EACH_SCRIPT
from support.watching import OpenPage

_COURSE = "/en/courses/finland"
_SCREEN = f"{_COURSE}/emergency?screen=3"
BOTH = EACH_SCRIPT


@BOTH
def test_another_language_in_the_middle_of_a_lesson_keeps_lesson_and_screen(open_page: OpenPage, script: bool) -> None:
    page = open_page(_SCREEN, script=script)
    heading = page.locator("h1").inner_text()
    for language, direction in (("ar", "rtl"), ("fi", "ltr"), ("en", "ltr")):
        page.locator(".languages summary").click()
        page.locator(f".languages a[hreflang={language}]").click()
        expect(page).to_have_url(re.compile(f"/{language}/courses/finland/emergency\\?screen=3$"))
        expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.locator("h1")).to_have_text(heading)


@BOTH
def test_two_languages_stand_together_and_stay_on_the_way(open_page: OpenPage, script: bool) -> None:
    page = open_page(f"{_COURSE}/welcome?screen=2", script=script)
    page.locator(".tools summary").click()
    page.locator(".tools a[lang=ar]").click()
    words = page.locator(".screen .pair > [lang=ar][dir=rtl] p")
    expect(words.first).to_be_visible()
    page.locator("main .main").click()
    expect(page).to_have_url(re.compile(r"screen=3&with=ar$"))
    expect(words.first).to_be_visible()
    page.locator(".tools a").first.click()
    expect(page).to_have_url(re.compile(r"welcome\?screen=3$"))
    expect(words).to_have_count(0)


def test_a_code_opens_the_same_progress_on_another_phone(open_page: OpenPage) -> None:
    first = open_page(_COURSE)
    Journey(first).press_main()
    Journey(first).walk_lessons("journey")
    first.goto("/en/keep")
    first.locator("main .main").click()
    code = first.locator("#resume-code").inner_text()
    assert re.fullmatch(r"\d{4}( \d{4}){4}", code)
    second = open_page("/ar/resume", language="ar", allowed=("400",))
    second.locator("#code").fill("1234")
    second.locator("main .main").click()
    expect(second.locator("#code-error")).to_be_visible()
    second.locator("#code").fill(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    follow(second.locator("main .main"))
    second.locator("main .main").click()
    expect(second).to_have_url(re.compile("/ar/courses/finland/journey$"))
    second.goto("/ar/courses/finland")
    expect(second.locator(".way .done")).to_have_count(1)


def test_the_picture_for_another_phone_is_shown_once(open_page: OpenPage) -> None:
    first = open_page(_COURSE)
    Journey(first).press_main()
    first.goto("/en/keep")
    first.locator("form[action$='/phones/picture'] button").click()
    expect(first.locator("figure.qr svg")).to_be_visible()
    first.reload()
    # What was shown is shown once; the page offers a new one.
    expect(first.locator("figure.qr")).to_have_count(0)


def test_the_place_is_remembered_on_this_phone(open_page: OpenPage) -> None:
    page = open_page(_COURSE)
    page.locator("main .main").click()
    for screen in (2, 3):
        page.locator("main .main").click()
        page.wait_for_url(f"**/welcome?screen={screen}")
    page.goto("/en/")
    page.locator("main .main").click()
    expect(page).to_have_url(re.compile(r"welcome\?screen=3$"))


@pytest.mark.worker
def test_the_next_lesson_is_remembered_when_the_phone_goes_off_at_its_start(open_page: OpenPage) -> None:
    page = open_page(_COURSE)
    Journey(page).press_main()
    Journey(page).walk_lessons("journey")
    page.wait_for_load_state()
    # What a page says when it goes is not heard any more.
    page.context.set_offline(True)
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto("/en/")
    again.locator("main .main").click()
    expect(again).to_have_url(re.compile("/en/courses/finland/journey$"))


@BOTH
def test_help_opens_on_the_page_with_numbers_that_can_be_called(open_page: OpenPage, script: bool) -> None:
    page = open_page(f"{_COURSE}/welcome", script=script)
    expect(page.locator(".help-body")).to_be_hidden()
    page.locator("#help summary").click()
    first = page.locator(".help-body a[href^='tel:']").first
    expect(first).to_be_visible()
    expect(first).to_have_attribute("href", "tel:112")
    last = page.locator(".help-body a").last
    last.scroll_into_view_if_needed()
    assert _bottom(last.bounding_box()) <= _top(page.locator("#quick-exit").bounding_box())


def _bottom(box: dict[str, float] | None) -> float:
    assert box is not None
    return box["y"] + box["height"]


def _top(box: dict[str, float] | None) -> float:
    assert box is not None
    return box["y"]


def _tab_to(page: Page, selector: str) -> None:
    for _stop in range(60):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({selector})").count():
            return
    raise AssertionError(f"no key leads to {selector} on {page.url}")


@pytest.mark.release("test_keyboard_walk.py does a course")
def test_a_lesson_is_done_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(_COURSE, screen="wide")
    _tab_to(page, "main .main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome")
    for screen in range(2, screens_of("welcome") + 1):
        _tab_to(page, "main .main")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/welcome?screen={screen}")
        if page.locator("form.check").count():
            _answer_by_keys(page)
    _tab_to(page, "main .main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/journey")


def _answer_by_keys(page: Page) -> None:
    _tab_to(page, "form.check input")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "form.check > p > button")
    page.keyboard.press("Enter")
    # What is said has the focus: a screen reader reads it, and the next key goes on from there.
    expect(page.locator(".result")).to_be_focused()


def test_steps_are_moved_by_keys_and_the_focus_stays(open_page: OpenPage) -> None:
    page = open_page(_SCREEN, screen="wide")
    steps = page.locator("[data-step]")
    names = [step.get_attribute("data-step") for step in steps.all()]
    _tab_to(page, "[data-step] [data-move=down]")
    for _move in names[1:]:
        page.keyboard.press("Enter")
    assert [step.get_attribute("data-step") for step in steps.all()] == [*names[1:], names[0]]
    expect(page.locator(":focus")).to_have_attribute("data-move", "up")
    expect(page.locator(":focus")).to_have_accessible_name(re.compile(rf"^{len(names)}\. .+: Up$"))


def test_one_voice_speaks_at_a_time(open_page: OpenPage) -> None:
    silenced = open_page(_SCREEN).evaluate(
        """() => {
            const silenced = [];
            const voices = ["screen", "question", "second"].map((name) => {
                const voice = document.body.appendChild(document.createElement("audio"));
                voice.pause = () => { silenced.push(name); };
                return voice;
            });
            voices[1].dispatchEvent(new Event("play"));
            return silenced;
        }"""
    )
    assert silenced == ["screen", "second"]
