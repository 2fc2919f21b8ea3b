"""A line on which nobody answers, and a site that calls its workers back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from support.cut_line import stop
from support.site import Site, run_site
from support.take_along import offer, press_start, whole
from support.waiting import until

_SETTINGS = {"PERILLE_RATE_LIMITS": "no"}
_COURSE = "/ar/courses/online"
_NO_LINE = "لا يوجد اتصال بالإنترنت الآن"
_HELP = "() => caches.open('perille-pages').then((cache) => cache.keys()).then((keys) => keys.some((key) => /offline/.test(key.url)))"
#: What a worker leaves behind: itself, and what it kept.
_LEFT = "() => Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()]).then((found) => found[0].length + found[1].length)"


@contextmanager
def silence(site: Site) -> Iterator[None]:
    """Take connections in the place of a server that was stopped, and never say a word."""
    with socket.create_server(("127.0.0.1", int(site.url.rpartition(":")[2])), backlog=64):
        yield


def taken(browser: Browser, site: Site) -> Page:
    """Return a page of a phone that has taken a course along."""
    page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    until(page, _HELP)
    return page


def test_where_nobody_answers_a_kept_page_is_shown_all_the_same(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path, settings=_SETTINGS) as site:
        page = taken(browser, site)
        stop(site)
        with silence(site):
            # A lesson asks nobody; its address says which page it is while the line is silent.
            page.goto(f"{_COURSE}/choose", wait_until="commit")
            expect(page.locator("form.check")).to_be_visible()
            page.goto("/ar/help", wait_until="commit")
            expect(page.locator("main .notice:not([hidden])").first).to_contain_text(_NO_LINE)
            expect(page.locator("main h1")).to_be_visible()
        page.context.close()


def test_a_site_that_keeps_nothing_any_more_takes_its_worker_from_the_phone(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path, settings=_SETTINGS) as site:
        page = taken(browser, site)
        assert page.evaluate(_LEFT) > 1
    with run_site(
        tmp_path, settings=_SETTINGS | {"PERILLE_OFFLINE": "no"}, port=int(site.url.rpartition(":")[2]), empty=True
    ):
        # The browser asks for the worker anew when a page is opened, and the new one goes.
        for _opening in range(2):
            page.goto("/ar/safe")
            page.wait_for_load_state()
        until(page, f"() => ({_LEFT})().then((left) => left === 0)")
        page.goto(f"{_COURSE}/choose")
        expect(page.locator("form.check")).to_be_visible()
    page.context.close()
