"""The Studio with script: words are saved by themselves, the learner's page follows, and a lost line or a second person loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.pressing import follow
from support.site import Site
from support.watching import OpenPage

WORDS = ".block [data-block] textarea"


@pytest.fixture
def studio(site: Site, open_page: OpenPage) -> Page:
    """An author's browser with a new course, at the first block of its lesson."""
    link = site.command("accounts", "invite", "anna@example.org", "--role", "author", "--organisation", "The office")
    page = open_page("/" + link.strip().split("/", 3)[3], screen="wide", allowed=("/en/manage", "ERR_INTERNET"))
    follow(page.locator("main button").first)
    page.goto("/en/studio")
    page.locator("#title").fill("A course with script")
    follow(page.locator(".begin button.main"))
    follow(page.locator(".unit-title a"))
    follow(page.locator("button[value=text]"))
    return page


def test_words_are_saved_by_themselves_and_the_learners_page_follows(studio: Page, axe: Callable[[Page], None]) -> None:
    axe(studio)
    studio.locator(WORDS).fill("The harbour is safe.")
    learner = studio.frame_locator("[data-preview]").locator(".screen")
    expect(learner).to_contain_text("The harbour is safe.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    # What is added says on which save it was pressed, so that a second press is known; words are saved meanwhile.
    saved = studio.locator("form[data-block] [name=revision]").input_value()
    for place in (".add-block", ".add-screen"):
        expect(studio.locator(f"{place} [name=revision]")).to_have_value(saved)
    studio.locator(WORDS).select_text()
    studio.locator(".marks button").first.click()
    expect(learner.locator("strong")).to_have_text("The harbour is safe.")
    studio.reload()
    expect(studio.locator(WORDS)).to_have_value("**The harbour is safe.**")


def test_a_lost_line_keeps_words_on_the_device_and_sends_them_when_it_is_back(studio: Page) -> None:
    studio.locator(WORDS).fill("First.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    studio.context.set_offline(True)
    studio.locator(WORDS).fill("First. Then the line went.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "device")
    studio.context.set_offline(False)
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    studio.reload()
    expect(studio.locator(WORDS)).to_have_value("First. Then the line went.")


def test_an_old_tab_loses_neither_its_words_nor_those_of_the_new_one(studio: Page) -> None:
    studio.locator(WORDS).fill("Call the nurse.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    other = studio.context.new_page()
    other.goto(studio.url.partition("#")[0])
    other.locator(WORDS).fill("Call the doctor.")
    expect(other.locator("[data-state]")).to_have_attribute("data-name", "saved")
    studio.locator(WORDS).fill("Ring the nurse.")
    both = studio.locator(".two-versions")
    expect(both).to_contain_text("Ring the nurse.")
    expect(both).to_contain_text("Call the doctor.")
