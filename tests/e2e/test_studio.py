"""The Studio with script: words are saved by themselves, the learner's page follows, and a lost line or a second person loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from studio.author import photograph
from support.pressing import follow
from support.site import Site
from support.unseen import begin_course, sign_in
from support.watching import NO_LINE, OpenPage

WORDS = ".block [data-block] textarea"


@pytest.fixture
def studio(site: Site, open_page: OpenPage) -> Page:
    """An author's browser with a new course, at the first block of its lesson."""
    link = site.invite("anna@example.org")
    page = open_page("about:blank", screen="wide", allowed=("/en/manage", *NO_LINE, "403", "404", "409", "503"))
    sign_in(page, link)
    # A title of its own: the same one within a minute is the same press.
    begin_course(page, f"A course with script {uuid4().hex[:8]}")
    return page


def test_words_are_saved_by_themselves_and_the_learners_page_follows(studio: Page, axe: Callable[[Page], None]) -> None:
    axe(studio)
    studio.locator(WORDS).fill("The harbour is safe.")
    learner = studio.frame_locator("[data-preview]").locator(".screen")
    expect(learner).to_contain_text("The harbour is safe.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    expect(studio.locator("[data-state]")).to_be_visible()
    expect(studio.locator("#readability")).to_contain_text("4.0 words a sentence")
    # What is added says on which save it was pressed, so that a second press is known; words are saved meanwhile.
    saved = studio.locator("form[data-block] [name=revision]").input_value()
    for place in (".add-block", ".add-screen"):
        expect(studio.locator(f"{place} [name=revision]")).to_have_value(saved)
    studio.locator(WORDS).select_text()
    studio.locator(".marks button").first.click()
    expect(learner.locator("strong")).to_have_text("The harbour is safe.")
    studio.reload()
    expect(studio.locator(WORDS)).to_have_value("**The harbour is safe.**")


@pytest.mark.worker
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


@pytest.mark.worker
def test_words_on_a_slow_line_are_there_again_after_the_tab_was_closed(studio: Page) -> None:
    studio.wait_for_load_state("networkidle")
    held: list[str] = []
    # The line takes the request, and brings it nowhere.
    studio.route("**/block", lambda route: held.append(route.request.post_data or ""))
    studio.locator(WORDS).fill("Sent, and never there.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saving")
    page = studio.context.new_page()
    lesson = studio.url.partition("#")[0]
    studio.close()
    assert len(held) == 1
    with page.expect_response(lambda answer: answer.url.endswith("/block")):
        page.goto(lesson)
    page.reload()
    expect(page.locator(WORDS)).to_have_value("Sent, and never there.")
    page.wait_for_load_state("networkidle")


def full_disk(route: Route) -> None:
    """Answer as the site does whose disk is full; only what is sent to be saved finds no room."""
    if route.request.method == "POST":
        route.fulfill(status=503, body="<h1>The site has a problem</h1>", content_type="text/html")
    else:
        route.continue_()


def test_a_site_that_cannot_store_words_is_not_called_a_lost_line(studio: Page) -> None:
    studio.locator(WORDS).fill("First.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    studio.route("**/block", full_disk)
    studio.locator(WORDS).fill("First. Then the disk was full.")
    state = studio.locator("[data-state]")
    expect(state).to_have_attribute("data-name", "unstored")
    expect(state).to_contain_text("Only on this device: the site could not store it")
    assert "disk+was+full" in studio.evaluate("localStorage.getItem('perille-studio-unsent')")
    studio.unroute("**/block")
    expect(state).to_have_attribute("data-name", "saved", timeout=15_000)
    studio.reload()
    expect(studio.locator(WORDS)).to_have_value("First. Then the disk was full.")


@pytest.mark.parametrize(
    ("status", "name", "words"),
    [(403, "refused", "Sign in again in another tab"), (404, "gone", "is not here any more")],
)
def test_words_that_the_site_refuses_are_told_the_way_out(studio: Page, status: int, name: str, words: str) -> None:
    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, body="<h1>No</h1>", content_type="text/html")
        else:
            route.continue_()

    studio.route("**/block", refuse)
    studio.locator(WORDS).fill("Written after somebody had signed me out.")
    state = studio.locator("[data-state]")
    expect(state).to_have_attribute("data-name", name)
    expect(state).to_contain_text("Only on this device: ")
    expect(state).to_contain_text(words)
    studio.unroute("**/block")
    expect(state).to_have_attribute("data-name", "saved", timeout=15_000)


def test_what_was_typed_beside_a_file_that_found_no_room_is_in_the_form_again(studio: Page) -> None:
    address = f"{studio.url.partition('/lessons/')[0]}/pictures"
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    studio.goto(address)
    studio.route("**/pictures", full_disk)
    studio.locator("#description").fill("Ships in the harbour")
    studio.locator("#author").fill("Anna")
    studio.locator("#licence").select_option("CC0-1.0")
    studio.locator("#picture").set_input_files(picture)
    follow(studio.locator("main button.main"))
    expect(studio.locator("h1")).to_have_text("The site has a problem")
    studio.unroute("**/pictures")
    studio.goto(address)
    expect(studio.locator("#description")).to_have_value("Ships in the harbour")
    expect(studio.locator("#author")).to_have_value("Anna")
    expect(studio.locator("#licence")).to_have_value("CC0-1.0")
    studio.locator("#picture").set_input_files(picture)
    follow(studio.locator("main button.main"))
    expect(studio.locator("[data-notice]")).to_contain_text("The picture is in the course.")
    studio.goto(address)
    expect(studio.locator("#description")).to_have_value("")


def _sign_in(page: Page, site: Site, email: str) -> None:
    link = site.invite(email)
    page.goto("/" + link.split("/", 3)[3])
    follow(page.locator("main button").first)


@pytest.mark.worker
def test_words_that_a_lost_line_kept_go_up_in_the_name_of_who_wrote_them(studio: Page, site: Site) -> None:
    context, lesson = studio.context, studio.url.partition("#")[0]
    studio.wait_for_load_state("networkidle")
    context.set_offline(True)
    studio.locator(WORDS).fill("Of Anna, without a line.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "device")
    kept = studio.evaluate("localStorage.getItem('perille-studio-unsent')")
    assert "Of+Anna" in kept
    # A browser that is closed tries once more to send them. Here it ends without: nothing of theirs has arrived.
    studio.evaluate("localStorage.clear(); dispatchEvent(new Event('perille-left'))")
    studio.close()
    context.set_offline(False)
    page = context.new_page()
    saves: list[str] = []
    page.on("request", lambda asked: saves.append(asked.post_data or "") if asked.url.endswith("/block") else None)
    _sign_in(page, site, f"ben{uuid4().hex[:8]}@example.org")
    page.evaluate("kept => localStorage.setItem('perille-studio-unsent', kept)", kept)
    page.goto(lesson)
    page.wait_for_load_state("networkidle")
    assert saves == []
    _sign_in(page, site, "anna@example.org")
    with page.expect_response(lambda answer: answer.url.endswith("/block")):
        page.goto(lesson)
    assert ["Of+Anna" in body for body in saves] == [True]
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(WORDS)).to_have_value("Of Anna, without a line.")
    page.wait_for_load_state("networkidle")


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


@pytest.fixture
def two(site: Site, open_page: OpenPage, studio: Page) -> tuple[Page, Page]:
    """Two authors of one office, at a lesson of two texts."""
    studio.locator(WORDS).fill("The harbour is safe.\n\nAsk the nurse.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    follow(studio.locator("button[value=note]"))
    studio.locator(WORDS).nth(1).fill("Bring your papers.")
    expect(studio.locator("[data-state]")).to_have_attribute("data-name", "saved")
    link = site.invite("ben@example.org")
    other = open_page("about:blank", screen="wide", allowed=("/en/manage", *NO_LINE, "409"))
    sign_in(other, link)
    other.goto(studio.url.partition("#")[0])
    return studio, other


def ask(page: Page) -> None:
    """Let the page ask now who is there, and not in a quarter of a minute."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_authors_in_one_lesson_see_each_other_and_what_the_other_saves(two: tuple[Page, Page]) -> None:
    anna, ben = two
    expect(ben.locator(".presence")).to_contain_text("anna ")
    ask(anna)
    ask(ben)
    expect(ben.locator(".presence")).to_contain_text("\u2068anna\u2069 is on this screen too.")
    ask(anna)
    expect(anna.locator(".presence")).to_contain_text("\u2068ben\u2069 is on this screen too.")
    # What Ben saves stands in Anna's page where she is not typing, and her caret stays where it is.
    anna.locator(WORDS).nth(1).focus()
    ben.locator(WORDS).nth(0).fill("The harbour is safe.\n\nAsk the doctor.")
    expect(ben.locator("[data-state]")).to_have_attribute("data-name", "saved")
    ask(anna)
    expect(anna.locator(WORDS).nth(0)).to_have_value("The harbour is safe.\n\nAsk the doctor.")
    expect(anna.locator(WORDS).nth(1)).to_be_focused()


def test_two_authors_in_one_block_lose_neither_ones_words(two: tuple[Page, Page]) -> None:
    anna, ben = two
    anna.locator(WORDS).nth(0).focus()
    ben.locator(WORDS).nth(0).fill("The harbour is safe.\n\nAsk the doctor.")
    expect(ben.locator("[data-state]")).to_have_attribute("data-name", "saved")
    # A save of another block brings the new references of all blocks; the words in which Anna types next are still the old ones.
    anna.locator(WORDS).nth(1).fill("Bring your papers and a pen.")
    expect(anna.locator("[data-state]")).to_have_attribute("data-name", "saved")
    anna.locator(WORDS).nth(0).focus()
    anna.keyboard.press("Control+Home")
    anna.keyboard.type("Yes. ")
    both = "Yes. The harbour is safe.\n\nAsk the doctor."
    expect(anna.locator("[data-state]")).to_have_attribute("data-name", "unsaved")
    expect(anna.locator("[data-state]")).to_have_attribute("data-name", "saved")
    anna.locator(WORDS).nth(1).focus()
    expect(anna.locator(WORDS).nth(0)).to_have_value(both)
    ben.reload()
    expect(ben.locator(WORDS).nth(0)).to_have_value(both)
    expect(ben.locator(WORDS).nth(1)).to_have_value("Bring your papers and a pen.")


def test_one_who_goes_on_typing_after_a_merge_keeps_the_other_ones_words(two: tuple[Page, Page]) -> None:
    anna, ben = two
    anna.locator(WORDS).nth(0).focus()
    ben.locator(WORDS).nth(0).fill("The harbour is safe.\n\nAsk the doctor.")
    expect(ben.locator("[data-state]")).to_have_attribute("data-name", "saved")
    ask(anna)
    expect(anna.locator("p[data-behind]")).to_contain_text("Somebody else has changed this block too.")
    for words in ("Yes. ", "Yes, yes. "):
        anna.keyboard.press("Control+Home")
        anna.keyboard.type(words)
        expect(anna.locator("[data-state]")).to_have_attribute("data-name", "saved")
        ben.reload()
        expect(ben.locator(WORDS).nth(0)).to_have_value(re.compile(rf"{words}.*Ask the doctor\.", re.DOTALL))


def test_blocks_that_another_author_moves_come_when_nobody_types(two: tuple[Page, Page]) -> None:
    anna, ben = two
    anna.locator(WORDS).nth(0).focus()
    follow(ben.locator("#block-1 button[title=Up]"))
    ask(anna)
    expect(anna.locator("[data-newer]")).to_be_visible()
    anna.keyboard.press("Control+End")
    anna.keyboard.type(" Today.")
    expect(anna.locator("[data-state]")).to_have_attribute("data-name", "unsaved")
    expect(anna.locator("[data-state]")).to_have_attribute("data-name", "saved")
    anna.locator("h1").click()
    expect(anna.locator(WORDS).nth(0)).to_have_value("Bring your papers.")
    expect(anna.locator(WORDS).nth(1)).to_have_value("The harbour is safe.\n\nAsk the nurse. Today.")


def test_two_authors_of_one_question_see_both_texts_in_a_browser(
    two: tuple[Page, Page], axe: Callable[[Page], None]
) -> None:
    anna, ben = two
    draft = anna.url.partition("/lessons/")[0]
    anna.goto(f"{draft}/questions/new?type=choice&bank=checks")
    anna.locator("[name=f-prompt]").fill("A ship is late. What do you do?")
    for number, words in enumerate(("You ask", "You go home")):
        anna.locator(f"[name=choice-{number}-text]").fill(words)
        anna.locator(f"[name=choice-{number}-feedback]").fill("So it is.")
    follow(anna.locator(".question-form button.main"))
    question = f"{draft}/questions/a-ship-is-late"
    for page in two:
        page.goto(question)
    anna.locator("[name=f-prompt]").fill("A ship is very late.")
    follow(anna.locator(".question-form button.main"))
    ben.locator("[name=f-prompt]").fill("The ship does not come.")
    ben.locator("[name=choice-1-text]").fill("You sleep")
    with ben.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 409):
        ben.locator(".question-form button.main").click()
    expect(ben.locator(".two-versions pre")).to_have_text("A ship is very late.")
    expect(ben.locator("[name=f-prompt]")).to_have_value("The ship does not come.")
    axe(ben)
    follow(ben.locator(".question-form button.main"))
    anna.goto(question)
    expect(anna.locator("[name=f-prompt]")).to_have_value("The ship does not come.")
    expect(anna.locator("[name=choice-1-text]")).to_have_value("You sleep")
