"""The Finland course in Arabic on a phone without a line, from the download to the certificate that comes with the line.

`make test` shows the first lesson whole and the last screen of each other one, `make test-all` all screens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.course_walk import MAIN, Journey
from support.cut_line import stop
from support.places import EVERYTHING
from support.pressing import follow
from support.site import Site, run_site
from support.take_along import KEPT_SCREENS, offer, press_start, whole

_COURSE = "/ar/courses/finland"
_SETTINGS = {"PERILLE_RATE_LIMITS": "no"}
_SENT = "() => self.perille.all().then((acts) => acts.length)"


@pytest.fixture
def taken(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Site]]:
    """A phone that has taken the course along, and the server that was stopped afterwards."""
    with run_site(tmp_path, settings=_SETTINGS) as site:
        context = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740})
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(_COURSE)
        offer(page)
        press_start(page)
        whole(page)
        stop(site)
        yield page, site
        context.close()


def test_a_course_that_was_done_without_a_line_ends_with_a_certificate_when_the_line_comes(
    taken: tuple[Page, Site], tmp_path: Path
) -> None:
    page, site = taken
    page.goto(_COURSE)
    journey = Journey(page)
    journey.press_main()
    if EVERYTHING:
        journey.walk_lessons(of_a_kind=1)
    else:
        journey.walk_lessons("journey", of_a_kind=1)
        _walk_by_ends(journey)
    journey.pass_safety_check()
    page.wait_for_url(f"**{_COURSE}")
    expect(page.locator("main .done-line")).to_be_visible()
    with run_site(tmp_path, settings=_SETTINGS, port=int(site.url.rpartition(":")[2]), empty=True):
        # As a phone tells its pages when it has a network again; nobody looks for anything.
        page.evaluate("() => dispatchEvent(new Event('online'))")
        expect(page.locator("h1[data-progress^='15 ']")).to_be_visible()
        expect(page.locator("main p:has(> .done-line) > .small")).to_have_count(0)
        page.wait_for_function("() => Boolean(self.perille && self.perille.all)")
        assert page.evaluate(_SENT) == 0
        follow(page.locator(MAIN))
        page.locator("#name").fill("Amina أمينة")
        follow(page.locator(MAIN))
        expect(page.locator("bdi", has_text="Amina")).to_be_visible()
        assert re.fullmatch(r"[\w-]{16,}", page.locator(".code").inner_text())


def _walk_by_ends(journey: Journey) -> None:
    """Finish lesson after lesson on the last of its screens that the phone has kept: there it is noted that one has been through."""
    page = journey.page
    last = dict[str, int]()
    for kept in page.evaluate(KEPT_SCREENS, _COURSE[1:]):
        found = re.search(r"/([a-z-]+)[?]screen=(\d+)$", kept)
        if found:
            last[found[1]] = max(int(found[2]), last.get(found[1], 0))
    for _lesson in range(len(last) + 1):
        lesson = page.url.partition("?")[0].rpartition("/")[2]
        if lesson not in last:
            break
        page.goto(f"{_COURSE}/{lesson}?screen={last[lesson]}")
        journey.press_main()
    assert page.url.partition("?")[0].endswith("/safety-check")
