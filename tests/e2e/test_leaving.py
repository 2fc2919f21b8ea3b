"""Leaving a page quickly: at once, forgotten by this browser, and not to be found by going back."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from perille.core.i18n import LANGUAGES
from perille.safety.calendar_words import calendar_words
from support.site import Site, free_port, run_site
from support.waiting import until_so
from support.watching import OpenPage

pytestmark = pytest.mark.worker

_NEUTRAL = b"<!doctype html><html lang=en><title>Weather</title><link rel=icon href=data:,><p>Sun and clouds."

#: As on an old phone: each thing that is deleted takes its time.
_SLOWLY = """() => {
    const whole = Cache.prototype.delete;
    Cache.prototype.delete = function (key, how) {
        return new Promise((done) => setTimeout(done, 300)).then(() => whole.call(this, key, how));
    };
}"""


class _Weather(BaseHTTPRequestHandler):
    """A page that says nothing about anybody."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        # What an attacker's page holds stands in its address.
        self.wfile.write(unquote(urlsplit(self.path).query).encode() or _NEUTRAL)

    def log_message(self, *_words: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def neutral() -> Iterator[str]:
    """Return the address of a page of another site, on this machine."""
    with HTTPServer(("127.0.0.1", free_port()), _Weather) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, neutral: str) -> Iterator[Site]:
    """A server that leads those who leave to the neutral page."""
    settings = {"PERILLE_RATE_LIMITS": "no", "PERILLE_EXIT_URL": neutral}
    with run_site(tmp_path_factory.mktemp("leaving"), settings=settings) as running:
        yield running


def by_button(page: Page) -> None:
    page.locator("#quick-exit").click()


def by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def by_shift(page: Page) -> None:
    for _time in range(3):
        page.keyboard.press("Shift")


@pytest.fixture
def open_lesson(open_page: OpenPage, neutral: str) -> Callable[..., Page]:
    """Start the course in a new browser profile, so that it holds a cookie."""

    def opened(**how: bool) -> Page:
        page = open_page(
            "/en/courses/finland", allowed=(f"third party: {neutral}", "403", "ERR_", "Cross-Origin"), **how
        )
        page.locator("main .main").click()
        page.wait_for_url("**/courses/finland/welcome")
        assert [each["name"] for each in page.context.cookies()] == ["perille_learner"]
        return page

    return opened


def shows_nothing_of_the_site(page: Page) -> None:
    """Tell that what is shown is the neutral page or the other site, and that its title and address say nothing."""
    expect(page.locator("body")).not_to_contain_text("Perille")
    expect(page.locator("#quick-exit")).to_have_count(0)
    assert "courses" not in page.url
    assert "Perille" not in page.title()


@pytest.mark.parametrize("leave", [by_button, by_keyboard, by_shift])
def test_leaving_takes_the_place_of_the_page_and_back_shows_no_page_of_the_site(
    open_lesson: Callable[..., Page], neutral: str, leave: Callable[[Page], None]
) -> None:
    page = open_lesson()
    page.locator("main .main").click()
    page.wait_for_url("**/welcome?screen=2")
    entries = page.evaluate("history.length")
    leave(page)
    page.wait_for_url(neutral)
    assert page.evaluate("history.length") == entries
    for _step in range(3):
        page.go_back()
        page.wait_for_url(re.compile(f"^({re.escape(neutral)}|about:blank|.*/today)"))
        shows_nothing_of_the_site(page)


def test_a_page_that_was_held_ready_for_back_covers_itself_though_its_tab_tells_of_no_leaving(
    open_lesson: Callable[..., Page], neutral: str
) -> None:
    """As in Firefox, which gives such a page the sessionStorage of before."""
    page = open_lesson()
    shown = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    page.evaluate("() => localStorage.setItem('perille-left', String(Date.now() - 60000))")
    page.evaluate(shown)
    # A page that covers itself does so before the event is over.
    assert not re.search("leaving|today", page.locator("html").get_attribute("class") or "")
    expect(page.locator("#quick-exit")).to_be_visible()
    page.evaluate("() => localStorage.setItem('perille-left', String(Date.now() + 1))")
    page.evaluate(shown)
    page.wait_for_url(re.compile(f"^({re.escape(neutral)}|.*/today)"))
    shows_nothing_of_the_site(page)


def test_who_leaves_is_a_stranger_here_until_they_reopen(
    open_lesson: Callable[..., Page], neutral: str, site: Site
) -> None:
    page = open_lesson()
    by_button(page)
    page.wait_for_url(neutral)
    page.goto(site.url + "/en/")
    expect(page.locator("main [rel=next]")).to_have_count(0)
    page.goto(site.url + "/en/resume")
    page.locator("form[action$='/resume/here'] button").click()
    expect(page.locator("main [rel=next]")).to_contain_text("Go on")
    # Pages opened after the reopening are reached by Back as always.
    page.locator("main [rel=next]").click()
    page.wait_for_url("**/courses/finland/welcome")
    page.go_back()
    expect(page).to_have_url(site.url + "/en/")
    expect(page.locator("main")).to_be_visible()


def test_leaving_works_without_script(open_lesson: Callable[..., Page], neutral: str, site: Site) -> None:
    page = open_lesson(script=False)
    by_button(page)
    page.wait_for_url(neutral)
    page.goto(site.url + "/en/")
    expect(page.locator("main [rel=next]")).to_have_count(0)


@pytest.mark.parametrize("language", ["is", "prs", "so", "fi"])
def test_the_calendar_is_an_ordinary_one_in_every_language(open_page: OpenPage, language: str) -> None:
    # Chromium has no Icelandic and no Somali, and counts the months of Dari by the sun.
    page = open_page(f"/{language}/", language=language, allowed=("ERR_",), workers=False)
    page.context.set_offline(True)
    by_button(page)
    expect(page.locator("h1")).to_contain_text(re.compile(r"^\D{3,} 20\d\d$"))
    assert page.locator("th").count() == 7
    if words := calendar_words(language):
        assert page.locator("h1").inner_text().split()[0] in words.split("|")[:12]
        assert page.locator("th").all_inner_texts() == words.split("|")[12:]


def test_browsers_have_words_for_the_calendar_of_each_language_for_which_a_page_brings_none(browser: Browser) -> None:
    """This one, with the fewest of all, among them."""
    left = [code for code in LANGUAGES if not calendar_words(code)]
    page = browser.new_page()
    assert page.evaluate("(all) => Intl.DateTimeFormat.supportedLocalesOf(all).length", left) == len(left)
    page.close()


@pytest.mark.parametrize("cut", ["airplane", "server"])
def test_leaving_works_when_the_network_is_cut(open_lesson: Callable[..., Page], neutral: str, cut: str) -> None:
    page = open_lesson()
    if cut == "airplane":
        page.context.set_offline(True)
    else:
        # The line says that it is there, and answers nothing.
        page.route("**/*", lambda route: route.abort("connectionfailed"))
    by_shift(page)
    if cut == "airplane":
        page.wait_for_url("**/today")
        shows_nothing_of_the_site(page)
        expect(page.locator("td[aria-current]")).to_have_count(1)
    else:
        page.wait_for_url(re.compile("^(chrome-error|http)"))
        expect(page.locator("#quick-exit")).to_have_count(0)
    assert {each["name"]: each["value"] for each in page.context.cookies()}["perille_left"] == "1"


@pytest.mark.parametrize(
    "attack",
    [
        '<img src="{site}/leave" alt="">',
        '<a id="go" href="{site}/leave">x</a>',
        '<form id="go" method="post" action="{site}/leave"></form>',
        '<form id="go" method="post" action="{site}/forget"></form>',
        '<form id="go" method="post" action="{site}/en/forget"><input name="sure" value="yes"></form>',
    ],
)
def test_a_page_of_another_site_takes_nothing(
    open_lesson: Callable[..., Page], neutral: str, site: Site, attack: str
) -> None:
    page = open_lesson()
    before = page.context.cookies(site.url)
    evil = page.context.new_page()
    evil.goto(f"{neutral}evil?{quote(attack.format(site=site.url))}", wait_until="networkidle")
    go = evil.locator("#go")
    if go.count():
        with evil.expect_navigation():
            go.evaluate("each => each.submit ? each.submit() : each.click()")
    assert page.context.cookies(site.url) == before
    page.goto(site.url + "/en/courses/finland")
    expect(page.locator(".way [aria-current=step]")).to_have_count(1)


def test_leaving_and_forgetting_leaves_nothing_in_the_browser(
    open_lesson: Callable[..., Page], neutral: str, site: Site
) -> None:
    page = open_lesson()
    page.evaluate("localStorage.setItem('answer', 'mine')")
    page.goto(site.url + "/en/safe")
    page.locator("main details.menu summary").click()
    page.locator("form[data-forget] button").click()
    page.wait_for_url(neutral)
    assert page.context.cookies(site.url) == []
    page.goto(site.url + "/en/")
    assert page.evaluate("localStorage.length + sessionStorage.length") <= 1
    assert page.evaluate("localStorage.getItem('answer')") is None


def test_forgetting_without_a_line_forgets_at_once_what_another_tab_holds_for_itself(
    open_lesson: Callable[..., Page], site: Site
) -> None:
    page = open_lesson()
    other = page.context.new_page()
    other.goto(site.url + "/en/safe")
    other.evaluate("sessionStorage.setItem('answer', 'mine')")
    page.goto(site.url + "/en/safe")
    page.context.set_offline(True)
    page.locator("main details.menu summary").click()
    page.locator("form[data-forget] button").click()
    other.wait_for_function("() => !document.querySelector('#quick-exit')")
    assert other.evaluate("Object.keys(sessionStorage).filter((name) => name !== 'perille-left')") == []


def test_forgetting_in_airplane_mode_is_finished_at_the_next_contact(
    open_lesson: Callable[..., Page], site: Site
) -> None:
    page = open_lesson()
    page.goto(site.url + "/en/safe", wait_until="networkidle")
    page.evaluate(_SLOWLY)
    page.locator("main details.menu summary").click()
    page.context.set_offline(True)
    page.locator("form[data-forget] button").click()
    page.wait_for_url("**/today")
    page.context.set_offline(False)
    page.goto(site.url + "/en/")
    # It has not deleted all by then: the calendar stays until it has, and the server has heard of it.
    until_so(page, lambda: page.context.cookies(site.url) == [], "cookies are left")
    expect(page).to_have_url(site.url + "/en/")
    expect(page.locator("#quick-exit")).to_be_visible()
    expect(page.locator("main [rel=next]")).to_have_count(0)


def test_deleting_ones_data_empties_what_the_browser_keeps(open_lesson: Callable[..., Page], site: Site) -> None:
    page = open_lesson()
    page.evaluate("localStorage.setItem('answer', 'mine')")
    page.goto(site.url + "/en/privacy")
    page.locator("input[name=sure]").check()
    page.locator("form[action$='/en/forget'] button").click()
    page.wait_for_url("**/en/forgotten")
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies(site.url) == []


def test_the_second_stop_of_the_keyboard_shows_itself(open_lesson: Callable[..., Page]) -> None:
    page = open_lesson()
    for _stop in range(2):
        page.keyboard.press("Tab")
    link = page.locator(":focus")
    expect(link).to_have_attribute("form", "leave")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] >= 0


def test_the_page_is_gone_before_the_other_one_answers(open_lesson: Callable[..., Page], neutral: str) -> None:
    page = open_lesson()
    left = page.evaluate(
        """() => {
            document.querySelector("#quick-exit").click();
            return [document.body.innerText, document.title, location.pathname];
        }"""
    )
    assert not any(word in text for text in left for word in ("Perille", "course", "Finland"))
    assert left[2] == "/today"
    page.wait_for_url(neutral)


def test_leaving_waits_for_no_style_sheet(browser: Browser, site: Site, neutral: str) -> None:
    """As on a line on which it does not come: the script that leaves is there before it."""
    page = browser.new_context(base_url=site.url, service_workers="block").new_page()
    page.route("**/app.css", lambda _route: None)
    page.goto("/en/courses/finland/welcome", wait_until="commit")
    page.wait_for_function("() => document.body", polling=50, timeout=10_000)
    by_shift(page)
    page.wait_for_url(neutral)
    page.context.close()


def test_a_voice_falls_silent_before_the_other_page_answers(open_lesson: Callable[..., Page], neutral: str) -> None:
    page = open_lesson()
    silent = page.evaluate(
        """() => {
            const voice = document.body.appendChild(document.createElement("audio"));
            let silent = false;
            voice.pause = () => { silent = true; };
            document.querySelector("#quick-exit").click();
            return silent;
        }"""
    )
    assert silent
    page.wait_for_url(neutral)


def test_shift_two_times_or_slowly_or_in_a_word_stays(open_lesson: Callable[..., Page]) -> None:
    page = open_lesson()
    page.clock.install()
    for _time in range(4):
        page.keyboard.press("Shift")
        page.clock.run_for(2_600)
    page.clock.run_for(5_000)
    for key in ("Shift", "Shift", "a", "Shift", "Shift"):
        page.keyboard.press(key)
    expect(page.locator("main")).to_be_visible()
    assert page.url.endswith("/welcome")
