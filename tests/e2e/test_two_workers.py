"""Two workers that come to one phone in turn, and scripts that come to a page that somebody has left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from support.places import EVERYTHING
from support.take_along import offer, press_start, whole
from support.watching import OpenPage

pytestmark = pytest.mark.worker

_COURSE = "/ar/courses/online"
_OPENINGS = 20 if EVERYTHING else 10
#: Milliseconds after which somebody presses again.
_PATIENCE = 15_000
#: Has another worker than the page's own registered.
_OTHER = "() => navigator.serviceWorker.register('/sw.js?other').then(() => true)"
#: Which worker answers, as soon as it is the wanted one, or after a second: it waits while the other one still stores.
_ANSWERING = """(wanted) => new Promise((done) => {
    const end = Date.now() + 1000;
    const address = () => (navigator.serviceWorker.controller || { scriptURL: "" }).scriptURL;
    const look = () => (address().endsWith(wanted) || Date.now() > end ? done(address()) : setTimeout(look, 20));
    look();
})"""


def _open(page: Page, address: str) -> None:
    """Open a page, and once more where it does not come.

    A page that is asked for in the 30 ms in which Chromium stops one worker for the other gets no answer, ever: neither worker is told
    of it (seen with a note at the first line of the worker's `fetch`). Whoever opens it again gets it.
    """
    try:
        page.goto(address, timeout=_PATIENCE)
    except TimeoutError:
        page.goto(address)


def test_two_workers_that_come_in_turn_load_no_page_anew_and_lose_no_answer(open_page: OpenPage) -> None:
    # The browser asks for the other worker anew when there is no line.
    page = open_page(
        _COURSE, language="ar", allowed=("ERR_INTERNET", "ERR_FAILED", "Failed to fetch", "fetching the script")
    )
    offer(page)
    press_start(page)
    whole(page)
    loads: list[str] = []
    page.on("load", lambda each: loads.append(each.url))
    seen = set()
    for at in range(_OPENINGS):
        _open(page, f"{_COURSE}/choose?item={at % 2}" if at % 5 == 4 else f"{_COURSE}/touch?screen={at % 2 + 1}")
        seen.add(page.evaluate(_ANSWERING, "/sw.js"))
        if at % 5 == 4:
            page.locator("form.check input[type=radio]").first.check(force=True)
        page.evaluate(_OTHER)
        seen.add(page.evaluate(_ANSWERING, "?other"))
        if at % 5 == 4:
            assert page.locator("form.check input[type=radio]:checked").count() == 1, "an answer begun is not lost"
    assert len(loads) == _OPENINGS, "each page was loaded once"
    assert len(seen) > 1, "both workers were there"
    page.context.set_offline(True)
    page.goto(f"{_COURSE}/choose")
    expect(page.locator("form.check").first).to_be_visible()


def test_scripts_of_a_kept_course_do_not_come_to_a_page_that_somebody_has_left(open_phone: Callable[..., Page]) -> None:
    page = open_phone(
        "const match = caches.match.bind(caches);"
        "caches.match = (...what) => new Promise((done) => {"
        " window.goOn = () => { const found = match(...what); done(found); return found.then((kept) => kept && kept.clone().json()); }; });"
    )
    page.evaluate("() => caches.open('perille-course:ar/courses/online')")
    page.evaluate(
        "() => caches.open('perille-course:ar/courses/online')"
        ".then((cache) => cache.put('/whole', new Response(JSON.stringify({ scripts: ['/static/offline/answers.js'] }))))"
    )
    page.goto(f"{_COURSE}/touch")
    page.wait_for_function("() => Boolean(window.goOn)")
    page.context.set_offline(True)
    page.locator("#quick-exit").click()
    page.wait_for_url("**/today")
    # What the page does with what it was waiting for comes before the second answer.
    page.evaluate("() => window.goOn().then(() => new Promise((done) => setTimeout(done)))")
    assert page.locator("script[src*='offline/']").count() == 0
