"""Who reads and comments while others write: two browsers at once, and nobody loses a word."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from e2e.test_studio_days import begun, signed_in
from support.pressing import follow
from support.site import Site
from support.watching import OpenPage


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
