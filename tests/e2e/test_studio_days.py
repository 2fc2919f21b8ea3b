"""Days of the Studio's people: from a template to a learner's phone, a translator who has no mouse, an author on a slow line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from studio.author import photograph
from support.pressing import follow
from support.site import Site
from support.unseen import begin_course, sign_in
from support.watching import OpenPage

#: Presses of Tab after which nobody looks for a field any more.
_MOST_TABS = 60


def signed_in(
    site: Site, open_page: OpenPage, role: str, *, workers: bool | None = None, allowed: tuple[str, ...] = ()
) -> Page:
    """Open a browser in which somebody of this role is signed in; *workers* and *allowed* as `open_page` has them."""
    who = f"{role}{uuid4().hex[:8]}@example.org"
    link = site.invite(who, role)
    page = open_page("about:blank", screen="wide", allowed=("/en/manage", *allowed), workers=workers)
    sign_in(page, link)
    return page


def begun(page: Page, title: str) -> str:
    """Begin a course with one text, and return the address of its draft."""
    begin_course(page, title)
    return written(page)


def begun_by_pressing(page: Page, title: str) -> str:
    """The same by what the pages offer."""
    page.goto("/en/studio")
    page.locator("#title").fill(title)
    follow(page.locator(".begin button.main"))
    follow(page.locator(".unit-title a"))
    follow(page.locator("button[value=text]"))
    return written(page)


def written(page: Page) -> str:
    """Write the first text, and return the address of the draft."""
    draft = page.url.partition("/lessons/")[0]
    page.locator(".block [data-block] textarea").fill("The harbour is safe.")
    expect(page.locator("[data-state]")).to_have_attribute("data-name", "saved")
    return draft


def next_of(page: Page) -> None:
    """Press what the lesson's page says comes next."""
    follow(page.locator("[data-next-step] a"))


def asked(page: Page) -> None:
    """Write the question that the five steps ask for."""
    follow(page.locator("a[href*='type=choice']"))
    page.locator("[name=f-prompt]").fill("A ship is late. What do you do?")
    for number, words in enumerate(("You ask", "You go home")):
        page.locator(f"[name=choice-{number}-text]").fill(words)
        page.locator(f"[name=choice-{number}-feedback]").fill("So it is.")
    page.locator("[name=choice-0-right]").check()
    follow(page.locator(".question-form button.main"))


def screen_added(page: Page, heading: str) -> None:
    """Add a screen at the place that the page leads to."""
    page.locator("#new-heading").fill(heading)
    follow(page.locator("#add-screen button"))


def translated(page: Page, draft: str) -> None:
    """Translate a draft into Arabic; every block is its number."""
    page.goto(f"{draft}/translations")
    page.locator("[name=language]").select_option("ar")
    follow(page.locator("main form button").last)
    page.goto(f"{draft}/translations/ar?show=missing")
    left = page.locator("section.side-by-side")
    for number in range(left.count()):
        page.locator("#w1").fill(f"\u0643\u0644\u0645\u0629 {number}")
        follow(left.first.locator(".buttons button").first)
    expect(left).to_have_count(0)


def test_three_screens_are_written_step_by_step_approved_published_and_taken_in_arabic_on_a_phone(
    site: Site, open_page: OpenPage
) -> None:
    author = signed_in(site, open_page, "author")
    title = f"Harbour {uuid4().hex[:6]}"
    draft = begun_by_pressing(author, title)
    next_of(author)
    author.locator("#picture").set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    author.locator("#description").fill("Ships")
    follow(author.locator("main button.main"))
    author.locator("[data-next-step] a").click()
    # It opens where it leads to, and one writes on.
    expect(author.locator("#new-heading")).to_be_visible()
    screen_added(author, "Who helps")
    # Until the page is there whole, the browser may take the cursor out of the new block once more (studio/blocks.js).
    with author.expect_navigation(wait_until="load"):
        author.locator("button[value=text]").click()
    expect(author.locator(".block [data-block] textarea").first).to_be_focused()
    author.keyboard.type("Ask at the desk.")
    expect(author.locator("[data-state]")).to_have_attribute("data-name", "saved")
    author.locator("#add-screen summary").click()
    screen_added(author, "Try it")
    next_of(author)
    asked(author)
    translated(author, draft)
    author.goto(f"{draft}/publish")
    follow(author.locator("form[action$='/review'] button"))
    reviewer = signed_in(site, open_page, "reviewer")
    reviewer.goto(f"{draft}/publish")
    reviewer.locator("[name=name]").fill("Rita Reader")
    follow(reviewer.locator("button[value=approve]"))
    author.goto(f"{draft}/publish")
    follow(author.locator("form[action$='/publish'] button.main"))
    expect(author.locator("[data-notice]")).to_contain_text("Published as version 1.")
    address = author.locator("a[href*='/en/courses/']").first.get_attribute("href")
    assert address
    learner = open_page(address.replace("/en/", "/ar/"), language="ar", screen="phone")
    follow(learner.locator("form[data-start] button"))
    picture = learner.locator(".screen img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 300
    for number in (2, 3):
        learner.locator("main .main:visible").last.click()
        expect(learner).to_have_url(re.compile(rf"screen={number}"))
    learner.locator("form.check label").first.click()
    learner.locator("form.check p > button").last.click()
    expect(learner.locator(".result")).to_be_visible()
    assert learner.evaluate("document.documentElement.scrollWidth") <= 360
    follow(learner.locator("main .main:visible").last)
    expect(learner).to_have_url(re.compile(rf"{address.rpartition('/')[2]}(#.*)?$"))
    assert learner.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.release("test_studio_beside.py has two translators at the keyboard")
def test_a_translator_goes_from_the_first_block_to_the_last_with_the_keyboard_alone(
    site: Site, open_page: OpenPage
) -> None:
    author = signed_in(site, open_page, "author")
    draft = begun(author, f"Ships {uuid4().hex[:6]}")
    author.goto(f"{draft}/translations")
    author.locator("[name=language]").select_option("fi")
    follow(author.locator("main form button").last)
    page = signed_in(site, open_page, "translator")
    page.goto(f"{draft}/translations/fi?show=missing")
    left = page.locator("section.side-by-side").count()
    assert left >= 2
    for _tab in range(_MOST_TABS):
        if page.evaluate("document.activeElement.name") == "words":
            break
        page.keyboard.press("Tab")
    for number in range(left):
        expect(page.locator("section.side-by-side")).to_have_count(left - number)
        expect(page.locator("#w1")).to_be_focused()
        page.keyboard.type(f"Suomeksi {number}.")
        page.keyboard.press("Tab")
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.keyboard.press("Enter")
    expect(page.locator("section.side-by-side")).to_have_count(0)
    page.goto(f"{draft}/translations/fi")
    assert page.locator("[name=words]").first.input_value() == "Suomeksi 0."


def test_words_typed_before_the_script_came_are_saved(site: Site, open_page: OpenPage) -> None:
    # A worker would fetch the script by itself, and nothing could hold it back.
    page = signed_in(site, open_page, "author", workers=False)
    begun(page, f"Slow {uuid4().hex[:6]}")
    lesson = page.url.partition("#")[0]
    script = page.locator("script[src*='studio/studio']").get_attribute("src")
    assert script
    page.route("**/studio/studio*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"), times=1)
    page.goto(lesson)
    words = page.locator(".block [data-block] textarea")
    words.fill("Typed on a slow line.")
    expect(page.locator("[data-state]")).not_to_have_attribute("data-name", "unsaved")
    # The same file under another address: a browser runs a module of one address once.
    page.add_script_tag(url=f"{script}{'&' if '?' in script else '?'}late", type="module")
    expect(page.locator("[data-state]")).to_have_attribute("data-name", "saved")
    page.reload()
    expect(words).to_have_value("Typed on a slow line.")


@pytest.mark.release("tests/studio tries the form without a browser")
def test_words_of_a_text_become_gaps_by_pressing_them_and_come_back(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page, "author")
    draft = begun(page, f"Gaps {uuid4().hex[:6]}")
    page.goto(f"{draft}/questions/new?type=gap-fill")
    page.locator("[name=f-prompt]").fill("Which words are missing?")
    text = page.locator("[name=f-text]")
    text.fill("We drink tea, and the tea is hot.")
    words = page.locator(".gap-words button")
    expect(words).to_have_text(["We", "drink", "tea", "and", "the", "tea", "is", "hot"])
    words.nth(1).press("Enter")
    words.nth(5).click()
    words.nth(7).click()
    expect(text).to_have_value("We ((gap-1)) tea, and the ((gap-2)) is ((gap-3)).")
    expect(words.nth(7)).to_be_focused()
    expect(words.nth(7)).to_have_attribute("aria-pressed", "true")
    words.nth(5).click()
    expect(text).to_have_value("We ((gap-1)) tea, and the tea is ((gap-3)).")
    follow(page.locator(".question-form button.main"))
    expect(page.locator("[data-notice]")).to_contain_text("The question is saved.")
    expect(page.locator(".finding-error")).to_have_count(0)
    expect(page.locator("[name^=word-][name$=-text]").first).to_have_value("drink")
    expect(page.locator("[name^=word-][name$=-gap]").first).to_have_value("gap-1")


def test_what_is_typed_before_the_scripts_have_come_is_in_the_new_block(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page, "author", workers=False)
    begun(page, f"Slow {uuid4().hex[:6]}")
    held: list[Route] = []
    page.context.route("**/studio/*.js*", lambda route: held.append(route))  # Playwright cannot call a method of a list
    page.locator("button[value=note]").click(no_wait_after=True)
    field = page.locator(".block-note [data-block] textarea")
    expect(field).to_be_focused()
    page.keyboard.type("It is closed ")
    for each in held:
        each.continue_()
    page.context.unroute("**/studio/*.js*")
    page.wait_for_load_state()
    page.keyboard.type("on Sundays.")
    expect(field).to_have_value("It is closed on Sundays.")
    expect(page.locator("[data-state]")).to_have_attribute("data-name", "saved")
    page.reload()
    expect(field).to_have_value("It is closed on Sundays.")


def test_what_is_typed_until_the_page_of_a_new_block_comes_goes_along(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page, "author", workers=False)
    begun(page, f"Slow {uuid4().hex[:6]}")
    held: list[Route] = []
    page.context.route("**/add", lambda route: held.append(route))  # Playwright cannot call a method of a list
    page.locator("button[value=note]").click(no_wait_after=True)
    page.keyboard.type("It is closed ")
    with page.expect_navigation(wait_until="load"):
        held[0].continue_()
    field = page.locator(".block-note [data-block] textarea")
    expect(field).to_be_focused()
    page.keyboard.type("on Sundays.")
    expect(field).to_have_value("It is closed on Sundays.")
    expect(page.locator("[data-state]")).to_have_attribute("data-name", "saved")
    page.reload()
    expect(field).to_have_value("It is closed on Sundays.")
    # It came into one block, and comes into no other.
    page.context.unroute("**/add")
    follow(page.locator("button[value=warning]"))
    expect(page.locator(".block-warning [data-block] textarea")).to_have_value("")


@pytest.mark.release("keys are tried one by one in test_studio_keys.py")
def test_blocks_are_added_and_saved_by_keys_alone(site: Site, open_page: OpenPage, axe: Callable[[Page], None]) -> None:
    page = signed_in(site, open_page, "author")
    begun(page, f"Keys {uuid4().hex[:6]}")
    page.locator(".block [data-block] textarea").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Ask at the desk/counter.")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    menu = page.locator("[role=menu]")
    expect(menu.locator("[role=menuitem]").first).to_be_focused()
    axe(page)
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(page.locator(".block [data-block] textarea")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("w")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    # What was typed a moment before is in the page that the press made, and one goes on typing in the new block.
    fields = page.locator(".block [data-block] textarea")
    expect(fields.first).to_have_value("The harbour is safe. Ask at the desk/counter.")
    expect(fields.nth(1)).to_be_focused()
    page.keyboard.type("It is closed on Sundays.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-state]")).to_have_attribute("data-name", "saved")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator(".fact-sheet dl")).to_contain_text("Save now")
    page.keyboard.press("Escape")
    expect(page.locator(".fact-sheet")).to_have_count(0)
    page.reload()
    expect(fields.nth(1)).to_have_value("It is closed on Sundays.")


def test_a_file_that_the_server_would_not_take_is_named_before_it_is_sent(
    site: Site, open_page: OpenPage, tmp_path: Path
) -> None:
    page = signed_in(site, open_page, "author")
    draft = begun(page, f"Large {uuid4().hex[:6]}")
    page.goto(f"{draft}/pictures")
    page.locator("#description").fill("Ships")
    field = page.locator("#picture")
    # From the disk: bytes that are handed over one by one take half a minute of a busy machine.
    large = tmp_path / "IMG_2.jpg"
    large.touch()
    os.truncate(large, 49 * 1024 * 1024)
    field.set_input_files(large)
    assert "more than the 48 MB" in field.evaluate("field => field.validationMessage")
    page.locator("main button.main").click()
    expect(page.locator("#description")).to_have_value("Ships")
    field.set_input_files({"name": "IMG_3.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    follow(page.locator("main button.main"))
    expect(page.locator("[data-notice]")).to_contain_text("The picture is in the course.")
