"""Who reads, comments and translates while others write: two browsers at once, and nobody loses a word."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.test_studio_days import begun, signed_in
from support.pressing import follow
from support.site import Site
from support.watching import OpenPage

#: Presses of Tab after which nobody looks for a field any more.
MOST_TABS = 90
#: "The harbour is safe".
ARABIC = "\u0627\u0644\u0645\u064a\u0646\u0627\u0621 \u0622\u0645\u0646"


def test_a_comment_that_somebody_is_writing_outlives_what_others_save(site: Site, open_page: OpenPage) -> None:
    """The page of who may only read is loaded anew when an author saves: never before the comment is sent."""
    author = signed_in(site, open_page, "author")
    begun(author, f"Read {uuid4().hex[:6]}")
    lesson = author.url.partition("#")[0].partition("?")[0]
    reader = signed_in(site, open_page, "reviewer")
    reader.goto(lesson)
    words, reading = reader.locator("#comment-at-0"), reader.locator("[data-reading]")
    reader.locator("details:has(#comment-at-0) summary").click()
    words.fill("Which desk is it?")
    author.locator(".block [data-block] textarea").fill("The harbour is safe at night.")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    # Somebody else came back to the page: it asks now, and not in a quarter of a minute.
    reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(reader.locator("[data-newer]")).to_be_visible()
    reader.locator("h1").click()
    author.locator(".block [data-block] textarea").fill("The harbour is safe by day.")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    with reader.expect_response(lambda answer: answer.request.method == "GET" and answer.url == lesson):
        reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(reading).to_contain_text("The harbour is safe.")
    expect(words).to_have_value("Which desk is it?")
    expect(words).to_be_visible()
    follow(reader.locator("details:has(#comment-at-0) button"))
    expect(reader.locator(".comment-words")).to_have_text("Which desk is it?")
    expect(reading).to_contain_text("The harbour is safe by day.")
    # Nothing is being written: what is saved is shown as soon as the page hears of it.
    author.locator(".block [data-block] textarea").fill("The harbour is closed.")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(reading).to_contain_text("The harbour is closed.")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is meant has the focus."""
    for _tab in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {selector}")


def entered(page: Page) -> None:
    """Press what has the focus."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


@pytest.mark.worker
def test_two_translators_work_in_arabic_with_the_keyboard_alone_and_lose_no_word(
    site: Site, open_page: OpenPage
) -> None:
    author = signed_in(site, open_page, "author")
    draft = begun(author, f"Arabic {uuid4().hex[:6]}")
    follow(author.locator("button[value=note]"))
    author.locator(".block-note textarea").first.fill("Bring your papers.")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    author.goto(f"{draft}/translations")
    author.locator("[name=language]").select_option("ar")
    follow(author.locator("main form button").last)
    work = f"{draft.replace('/en/', '/ar/')}/translations"
    mona, rami = (signed_in(site, open_page, "translator", allowed=("409", "ERR_INTERNET")) for _each in range(2))
    for page in (mona, rami):
        page.goto(work)
        tab_to(page, "main a[href$='/translations/ar']")
        entered(page)
        tab_to(page, "main a[href*='show=missing']")
        entered(page)
    source, first, second = mona.locator(".source-words").first, mona.locator("#w1"), mona.locator("#w2")
    assert [mona.locator("html").get_attribute("dir"), source.get_attribute("dir")] == ["rtl", "ltr"]
    assert (first.get_attribute("dir"), first.get_attribute("lang")) == ("rtl", "ar")
    # What is typed in one field outlives the press in another, which brings the page anew.
    tab_to(mona, "#w1")
    mona.keyboard.type("Half a sentence ")
    tab_to(mona, "#w2")
    mona.keyboard.type(ARABIC)
    mona.keyboard.press("Tab")
    entered(mona)
    expect(first).to_have_value("Half a sentence ")
    # Meanwhile somebody else translates the same block: both see it, and nothing is written over.
    tab_to(rami, "#w1")
    rami.keyboard.type(f"{ARABIC}.")
    rami.keyboard.press("Tab")
    entered(rami)
    tab_to(mona, "#w1")
    mona.keyboard.press("End")
    mona.keyboard.type("of Mona.")
    mona.keyboard.press("Tab")
    with mona.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 409):
        mona.keyboard.press("Enter")
    expect(first).to_have_value("Half a sentence of Mona.")
    expect(mona.locator("main")).to_contain_text(f"{ARABIC}.")
    # The line goes at the press, and comes back.
    mona.goto(f"{work}/ar?show=missing")
    tab_to(mona, "#w1")
    mona.keyboard.type("Without a line.")
    mona.keyboard.press("Tab")
    mona.context.set_offline(True)
    mona.keyboard.press("Enter")
    expect(mona.locator("main h1")).to_have_text("لا يوجد اتصال بالإنترنت الآن")
    mona.context.set_offline(False)
    mona.goto(f"{work}/ar?show=missing")
    expect(first).to_have_value("Without a line.")
    expect(second).not_to_have_value("Without a line.")


def test_words_of_a_press_that_was_held_are_saved_all_the_same(site: Site, open_page: OpenPage) -> None:
    """In a room without a line a press waits and may come to nothing (room_line.js): what was typed goes up when there is one."""
    author = signed_in(site, open_page, "author")
    begun(author, f"Held {uuid4().hex[:6]}")
    words = author.locator(".block [data-block] textarea")
    words.fill("The harbour is open.")
    author.evaluate("window.addEventListener('submit', event => event.preventDefault(), { once: true })")
    author.evaluate("document.querySelector('.block form[data-block]').requestSubmit()")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    author.evaluate("window.addEventListener('pagehide', event => event.stopImmediatePropagation(), true)")
    author.reload()
    expect(words).to_have_value("The harbour is open.")


def test_a_press_for_a_block_that_was_held_opens_no_field_for_it(site: Site, open_page: OpenPage) -> None:
    author = signed_in(site, open_page, "author")
    begun(author, f"Held {uuid4().hex[:6]}")
    author.evaluate("window.addEventListener('submit', event => event.preventDefault(), { once: true })")
    author.locator("button[value=note]").click(no_wait_after=True)
    # What is asked after it comes after what the press itself made.
    author.evaluate("new Promise(done => setTimeout(done, 0))")
    expect(author.locator(".add-block > textarea")).to_have_count(0)
    follow(author.locator("button[value=note]"))
    expect(author.locator(".block-note [data-block] textarea")).to_be_focused()
