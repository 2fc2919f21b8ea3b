"""Two people on one phone: switching, Back, and a page that was left open in another tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.pressing import follow
from support.watching import OpenPage

pytestmark = pytest.mark.worker

_COURSE = "/en/courses/finland"
_LESSON = f"{_COURSE}/welcome"


def switch(page: Page) -> None:
    """Open the other one's progress with two presses."""
    follow(page.locator("main .sign a"))
    page.locator("button.who:not(.who-open)").click()
    expect(page).to_have_url(re.compile("/en/$"))


def picture(page: Page) -> str:
    return page.locator("main .sign").get_attribute("data-profile") or ""


def two_people(page: Page) -> str:
    """Let somebody start the course, and somebody else after them; return the picture that is open."""
    follow(page.locator("main .main"))
    page.goto("/en/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    page.goto(_COURSE)
    follow(page.locator("main button.main"))
    return picture(page)


def test_back_and_another_tab_never_show_or_write_for_the_one_before(open_page: OpenPage) -> None:
    page = open_page(_COURSE)
    second = two_people(page)
    page.goto(_LESSON)
    beside = page.context.new_page()
    beside.goto(_COURSE)
    switch(beside)
    first = picture(beside)
    assert first != second
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("main .sign")).to_have_attribute("data-profile", first)
    switch(page)
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(f"{_LESSON}$"))
    expect(page.locator("main .sign")).to_have_attribute("data-profile", second)


def test_what_was_pressed_on_the_page_of_the_one_before_is_asked_about(open_page: OpenPage) -> None:
    page = open_page(_COURSE, script=False)
    second = two_people(page)
    page.goto(f"{_LESSON}?screen=99")
    beside = page.context.new_page()
    beside.goto(_COURSE)
    switch(beside)
    page.locator("main .ways button.main").click()
    expect(page).to_have_url(re.compile("/en/whose/form$"))
    page.locator(f"button.who[value='{second}']").click()
    expect(page).to_have_url(re.compile(f"{_COURSE}/(?!welcome)"))
    expect(page.locator("main .sign")).to_have_attribute("data-profile", second)


def test_a_form_that_is_being_sent_is_not_cut_short_for_the_progress_of_another_one(open_page: OpenPage) -> None:
    page = open_page("/en/sign-in/name/new")
    page.evaluate(
        "addEventListener('submit', () => setTimeout(() => {"
        " document.cookie = 'perille_profile=7; path=/'; dispatchEvent(new Event('focus')); }, 0))"
    )
    page.locator("button[value=pictures]").click()
    expect(page.locator(".pin-shown-pictures li")).to_have_count(3)
    # As soon as nothing is on its way the page is looked at as ever.
    page.context.clear_cookies(name="perille_profile")
    page.evaluate("document.cookie = 'perille_profile=8; path=/'; dispatchEvent(new Event('focus'))")
    expect(page.locator(".pin-shown-pictures")).to_have_count(0)
