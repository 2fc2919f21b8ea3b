"""What is typed into a form of the Studio that does not save by itself outlives a closed tab, Back, another page and an ended session."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.author import photograph
from support.pressing import follow
from support.site import Site
from support.unseen import begin_course, sign_in
from support.watching import NO_LINE, OpenPage

BACK = "What you typed here before is back. It is not saved yet."
STORE = "() => localStorage.getItem('perille-studio-typed') || ''"


@pytest.fixture
def studio(site: Site, open_page: OpenPage) -> Page:
    """An author's browser with a new course, at the first block of its lesson."""
    link = site.invite("anna@example.org")
    page = open_page("about:blank", screen="phone", allowed=("/en/manage", *NO_LINE, "403", "404", "409", "503"))
    sign_in(page, link)
    begin_course(page, f"A course with questions {uuid4().hex[:8]}")
    return page


def to_new_question(page: Page) -> None:
    """Go from the lesson to the form of a question with one right answer."""
    page.locator(".add-block a[href*='questions/new']").click()
    page.locator("a[href*='type=choice']").first.click()
    expect(page.locator("#f-prompt")).to_be_visible()


def write_question(page: Page) -> None:
    """Type a question whose last answer stands in a row that the form did not have."""
    page.locator("#f-prompt").fill("A ship is late. What do you do?")
    for at, words in enumerate(("Ask at the desk", "Go home", "Wait outside")):
        page.locator(f"#choice-{at}-text").fill(words)
        page.locator(f"#choice-{at}-feedback").fill(f"{words}: why")
    page.locator("[name='choice-0-right']").check()
    rows = page.locator("[data-rows=choice] [data-row]").count()
    page.locator("[data-rows=choice] [data-add-row] button").click()
    page.locator(f"#choice-{rows}-text").fill("Call a friend")
    page.wait_for_function(f"() => ({STORE})().includes('Call a friend')")


def expect_question(page: Page) -> None:
    """Look whether all of it is there."""
    expect(page.locator("#f-prompt")).to_have_value("A ship is late. What do you do?")
    assert [each.input_value() for each in page.locator("[id^=choice-][id$=-text]").all() if each.input_value()] == [
        "Ask at the desk",
        "Go home",
        "Wait outside",
        "Call a friend",
    ]
    expect(page.locator("[name='choice-0-right']")).to_be_checked()
    expect(page.locator(".question-form [role=status]").filter(has_text=BACK)).to_be_visible()


def test_a_question_outlives_back_a_closed_tab_and_is_forgotten_when_it_is_saved(studio: Page) -> None:
    to_new_question(studio)
    address = studio.url
    write_question(studio)
    studio.go_back()
    studio.go_forward()
    expect_question(studio)
    page = studio.context.new_page()
    studio.close()
    page.goto(address)
    expect_question(page)
    page.locator(".question-form button.main").click()
    expect(page.locator("[data-notice]")).to_be_visible()
    assert page.evaluate(STORE) == ""
    page.goto(address)
    expect(page.locator("#f-prompt")).to_have_value("")


def test_a_session_that_ended_costs_no_question_and_an_ended_way_is_left_by_a_press(studio: Page) -> None:
    to_new_question(studio)
    address = studio.url
    write_question(studio)
    cookies = studio.context.cookies()
    studio.context.clear_cookies()
    studio.locator(".question-form button.main").click()
    expect(studio.locator("main")).to_contain_text("What you typed is not saved")
    studio.context.add_cookies(cookies)  # type: ignore[arg-type]
    studio.goto(address)
    expect_question(studio)
    studio.get_by_role("button", name="Throw it away").click()
    expect(studio.locator("#f-prompt")).to_have_value("")
    assert studio.evaluate(STORE) == ""


def test_who_looks_for_a_picture_first_finds_the_question_as_it_was(studio: Page) -> None:
    to_new_question(studio)
    write_question(studio)
    studio.locator(".question-form details summary").click()
    expect(studio.locator("[data-save-first]").last).to_be_hidden()
    studio.locator(".question-form details a[href*=library]").click()
    studio.locator(".picture-list form button").first.click()
    expect_question(studio)
    expect(studio.locator("#f-picture")).not_to_have_value("")


def test_a_picture_comes_back_to_its_answer_also_where_that_was_moved(studio: Page) -> None:
    to_new_question(studio)
    write_question(studio)
    rows = studio.locator("[data-rows=choice] [data-row]")
    rows.nth(2).locator("[data-to=up]").click()
    rows.nth(1).locator("a[href*=library]").click()
    studio.locator(".picture-list form button").first.click()
    expect(studio.locator("#choice-1-text")).to_have_value("Wait outside")
    expect(studio.locator("#choice-1-picture")).not_to_have_value("")
    expect(studio.locator("#choice-2-picture")).to_have_value("")


def test_a_picture_and_the_place_on_it_come_back_drawn_and_can_be_drawn_on(studio: Page) -> None:
    lesson = studio.url.partition("/lessons/")[0]
    studio.goto(f"{lesson}/pictures")
    studio.locator("#picture").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    studio.locator("#description").fill("Ships")
    studio.locator("#author").fill("Anna")
    follow(studio.locator("main form[enctype] button.main"))
    page = _closed_and_back(studio, f"{lesson}/questions/new?type=hotspot", _draw)
    expect(page.locator("[data-areas] svg rect")).to_have_count(1)
    page.locator("[data-area-fields] button").nth(1).click()
    page.keyboard.press("Enter")
    expect(page.locator("[data-areas] svg rect")).to_have_count(2)


def _draw(page: Page) -> None:
    page.locator("#f-picture").select_option(index=1)
    page.locator("[data-area-fields] button").first.click()
    page.keyboard.press("Enter")


def test_a_group_that_came_back_takes_its_words_along_when_it_is_renamed(studio: Page) -> None:
    lesson = studio.url.partition("/lessons/")[0]
    page = _closed_and_back(studio, f"{lesson}/questions/new?type=grouping", _group)
    page.locator("[name=group-0-text]").fill("Closed all day")
    page.locator("#f-prompt").click()
    expect(page.locator("[name=member-0-group]")).to_have_value("Closed all day")


def _group(page: Page) -> None:
    for name, words in (("group-0-text", "Closed"), ("member-0-text", "Sunday"), ("member-0-group", "Closed")):
        page.locator(f"[name={name}]").fill(words)


def _closed_and_back(studio: Page, address: str, write: Callable[[Page], None]) -> Page:
    """Write into a form, close its tab, and open it in another one."""
    studio.goto(address)
    write(studio)
    studio.locator("#f-prompt").fill("Where is it?")
    studio.wait_for_function(f"() => ({STORE})().includes('Where is it?')")
    page = studio.context.new_page()
    studio.close()
    page.goto(address)
    expect(page.locator("#f-prompt")).to_have_value("Where is it?")
    return page


def test_words_of_two_tabs_meet_in_the_form_and_the_other_ones_are_shown(studio: Page) -> None:
    to_new_question(studio)
    write_question(studio)
    studio.locator(".question-form button.main").click()
    expect(studio.locator("[data-notice]")).to_be_visible()
    studio.goto(studio.url.partition("/lessons/")[0] + "/questions")
    studio.locator("main a[href*='/questions/']").filter(has_text="A ship is late").click()
    other = studio.context.new_page()
    other.goto(studio.url)
    other.locator("#f-prompt").fill("Typed in the other tab")
    other.locator("#f-hint").fill("Look at the board")
    other.wait_for_function(f"() => ({STORE})().includes('Look at the board')")
    other.close()
    address = studio.url
    studio.locator("#f-prompt").fill("A ship is very late. What do you do?")
    studio.locator(".question-form button.main").click()
    expect(studio.locator("[data-notice]")).to_be_visible()
    studio.goto(address)
    expect(studio.locator("#f-prompt")).to_have_value("Typed in the other tab")
    expect(studio.locator("#f-hint")).to_have_value("Look at the board")
    studio.locator(".question-form button.main").click()
    theirs = studio.locator(".two-versions")
    expect(theirs).to_contain_text("A ship is very late. What do you do?")
    expect(studio.locator("#f-prompt")).to_have_value("Typed in the other tab")


def test_a_comment_that_was_not_sent_is_there_again_and_the_way_out_forgets_it(studio: Page) -> None:
    def comment() -> Locator:
        return studio.locator("textarea[id^=comment-at]").first

    studio.locator("details.split summary").first.click()
    comment().fill("Is this still true?")
    studio.reload()
    expect(comment()).to_be_visible()
    expect(comment()).to_have_value("Is this still true?")
    studio.evaluate("window.dispatchEvent(new Event('perille-left'))")
    studio.reload()
    expect(comment()).to_have_value("")


def test_a_source_that_others_have_changed_is_nothing_that_was_typed_here(studio: Page) -> None:
    studio.locator("details summary").filter(has_text="Source of this lesson").click()
    studio.locator(".block [data-block] textarea").fill("The harbour is safe.")
    expect(studio.locator("#source")).to_have_value(re.compile("The harbour is safe"))
    studio.reload()
    expect(studio.locator("#source")).to_have_value(re.compile("The harbour is safe"))
    assert studio.evaluate(STORE) == ""


def test_a_press_that_was_held_without_a_line_sent_nothing(studio: Page) -> None:
    """In a room it waits until the laptop answers, and may come to nothing (room_line.js): what was typed is not forgotten then."""
    to_new_question(studio)
    write_question(studio)
    studio.evaluate("window.addEventListener('submit', event => event.preventDefault(), { once: true })")
    studio.locator(".question-form button.main").click()
    studio.wait_for_function("() => new Promise(done => setTimeout(done, 0, true))")
    assert studio.evaluate("sessionStorage.getItem('perille-studio-sent')") is None
    studio.reload()
    expect_question(studio)
