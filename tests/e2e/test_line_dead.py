"""Forms on a line that is dead though the browser takes it for one: none ends on the browser's own page, and what was typed stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.cut_line import portal, stop
from support.old_engine import run_old_engine
from support.release_tier import EACH_ENGINE
from support.site import Site, run_site
from support.waiting import until

_SETTINGS = {"PERILLE_RATE_LIMITS": "no", "PERILLE_EXIT_URL": "http://127.0.0.1:9/"}
_NO_LINE = "لا يوجد اتصال بالإنترنت الآن"
#: Whether the worker answers this page, and has kept the page for no line.
_READY = """() => Boolean(navigator.serviceWorker.controller) && caches.open('perille-pages').then((cache) => cache.keys())
    .then((keys) => keys.filter((key) => /(help|offline)([?]|$)/.test(key.url)).length >= 2)"""
_CHECK, _SEARCH = "/ar/courses/online/choose", "/ar/"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server that the test stops."""
    with run_site(tmp_path, settings=_SETTINGS) as running:
        yield running


def _opened(browser: Browser, site: Site, path: str) -> Page:
    page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(path)
    until(page, _READY)
    return page


def _sees_no_line(page: Page) -> None:
    expect(page.locator("main h1")).to_have_text(_NO_LINE)
    expect(page.locator("main a[href*='/help']").first).to_be_visible()
    assert page.evaluate("navigator.onLine"), "the browser takes the line for a line"


def test_forms_on_a_dead_line_lead_to_our_page_and_are_sent_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path, settings=_SETTINGS) as first:
        page = _opened(browser, first, _CHECK)
        port = int(first.url.rpartition(":")[2])
        stop(first)
        page.locator("form.check input[value=house]").check(force=True)
        page.locator("form.check > p > button").first.click()
        _sees_no_line(page)
        page.go_back()
        expect(page.locator("form.check input[value=house]")).to_be_checked()
    with run_site(tmp_path, settings=_SETTINGS, port=port):
        page.locator("form.check > p > button").first.click()
        expect(page.locator("form.check .result-right")).to_be_attached()
    page.context.close()


@pytest.mark.parametrize("path", [_SEARCH, "/ar/courses/online"])
def test_search_and_the_start_of_a_course_on_a_dead_line(browser: Browser, site: Site, path: str) -> None:
    page = _opened(browser, site, path)
    stop(site)
    form = "form[action='/ar/search']" if path == _SEARCH else "form[data-start]"
    page.locator(form).first.evaluate("(form) => form.querySelector('button').click()")
    _sees_no_line(page)
    page.context.close()


def test_a_form_that_a_network_answers_shows_its_page_and_keeps_nothing_of_it(browser: Browser, site: Site) -> None:
    page = _opened(browser, site, _CHECK)
    stop(site)
    for status, to in ((200, ""), (302, "/wifi")):
        with portal(site, status, to):
            page.locator("form.check input[value=house]").check(force=True)
            page.locator("form.check > p > button").first.click()
            expect(page.get_by_text("Sign in", exact=True)).to_be_visible()
            page.go_back()
            expect(page.locator("form.check input[value=house]")).to_be_checked()
    page.context.close()


@pytest.mark.parametrize("version", EACH_ENGINE)
def test_an_old_phone_loses_nothing_of_a_form_and_has_our_page_on_a_dead_line(
    site: Site, version: int, tmp_path: Path
) -> None:
    with run_old_engine(version, tmp_path / "engine.log") as old:
        old.new(language="ar")
        old.open(site.url + _CHECK)
        look = f"Promise.resolve(({_READY})()).then(function (is) {{ window.kept = is; }})"
        old.run(f"window.kept = false; setInterval(function () {{ {look}; }}, 100)")
        old.wait("window.kept")
        old.run("document.querySelector('form.check input[value=house]').click()")
        old.run("document.querySelector('form.check > p > button').click()")
        assert old.wait("document.querySelector('form.check .result-right') !== null")
        stop(site)
        old.run("document.querySelector('form.check input[value=house]').click()")
        old.run("document.querySelector('form.check > p > button').click()")
        assert old.wait(f"document.querySelector('main h1').textContent === '{_NO_LINE}'")


@pytest.mark.parametrize(
    ("known", "address", "taken"), [(True, "", True), (False, "", False), (True, "/ar/forget", False)]
)
def test_the_worker_takes_only_forms_that_this_browser_does_not_lose(
    browser: Browser, site: Site, known: bool, address: str, taken: bool
) -> None:
    page = _opened(browser, site, _CHECK)
    (worker,) = page.context.service_workers
    if not known:
        worker.evaluate("() => { Object.defineProperty(navigator, 'connection', { value: undefined }); }")
    worker.evaluate("""() => {
        self.asked = [];
        const before = self.fetch;
        self.fetch = (request, ...more) => { self.asked.push(request.method); return before(request, ...more); };
    }""")
    form = page.locator("form.check")
    if address:
        form.evaluate("(form, address) => form.setAttribute('action', address)", address)
    page.locator("form.check input[value=house]").check(force=True)
    with page.expect_navigation():
        form.evaluate("(form) => form.submit()")
    assert ("POST" in worker.evaluate("() => self.asked")) is taken
    page.context.close()
