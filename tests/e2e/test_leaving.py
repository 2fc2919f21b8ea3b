"""Leaving a page quickly: at once, forgotten by this browser, and not to be found by going back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page, expect

from support.site import Site, free_port, run_site
from support.watching import OpenPage

_NEUTRAL = b"<!doctype html><html lang=en><title>Weather</title><link rel=icon href=data:,><p>Sun and clouds."


class _Weather(BaseHTTPRequestHandler):
    """A page that says nothing about anybody."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_NEUTRAL)

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
        page = open_page("/en/courses/finland", allowed=(f"third party: {neutral}",), **how)
        page.locator("main .main").click()
        page.wait_for_url("**/courses/finland/welcome")
        assert [each["name"] for each in page.context.cookies()] == ["perille_learner"]
        return page

    return opened


@pytest.mark.parametrize("leave", [by_button, by_keyboard, by_shift])
def test_leaving_forgets_and_takes_the_place_of_the_page(
    open_lesson: Callable[..., Page], neutral: str, leave: Callable[[Page], None]
) -> None:
    page = open_lesson()
    entries = page.evaluate("history.length")
    leave(page)
    page.wait_for_url(neutral)
    assert page.context.cookies() == []
    assert page.evaluate("history.length") == entries
    page.go_back()
    assert page.url.endswith("/en/courses/finland")
    expect(page.locator("main")).not_to_contain_text("you are here")


def test_leaving_works_without_script(open_lesson: Callable[..., Page], neutral: str) -> None:
    page = open_lesson(script=False)
    by_button(page)
    page.wait_for_url(neutral)
    assert page.context.cookies() == []


def test_the_second_stop_of_the_keyboard_shows_itself(open_lesson: Callable[..., Page]) -> None:
    page = open_lesson()
    for _stop in range(2):
        page.keyboard.press("Tab")
    link = page.locator(":focus")
    expect(link).to_have_attribute("href", "/leave")
    box = link.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] >= 0


def test_the_page_is_covered_before_the_other_one_answers(open_lesson: Callable[..., Page], neutral: str) -> None:
    page = open_lesson()
    left = page.evaluate(
        """() => {
            document.querySelector("#quick-exit").click();
            const shown = [...document.body.children].filter((each) => getComputedStyle(each).display !== "none");
            return [shown.length, document.title];
        }"""
    )
    assert left == [0, ""]
    page.wait_for_url(neutral)


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
