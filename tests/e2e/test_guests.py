"""A guest on phones that cannot do much: of 2018, without script, and where a browser forbids workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from support.old_engine import OldEngine, run_old_engine
from support.release_tier import EACH_ENGINE
from support.site import Site

_COURSE = "/ar/courses/sweden"
_BEGIN = "form[action*='/guest?'] button"
_END = "form[action$='/guest/end'] button"
#: A screen with a question.
_QUESTION = f"{_COURSE}/your-course?screen=3"
_RIGHT = "إجابة صحيحة"
_NO_WORKERS = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get() { throw new DOMException('no', 'SecurityError'); } });"


def visit(page: Page) -> None:
    """Learn as a guest, and end the visit."""
    page.locator(_BEGIN).click()
    page.wait_for_url("**/your-course")
    page.goto(_QUESTION)
    page.locator("form.check input[value=next]").check(force=True)
    page.locator("form.check > p > button").click()
    expect(page.locator("form.check .result")).to_contain_text(_RIGHT)
    page.goto(_COURSE)
    expect(page.locator("[data-progress=none]")).to_be_attached()
    expect(page.locator("[data-take]")).to_have_count(0)
    page.locator(_END).click()
    page.wait_for_url("**/ar/")
    expect(page.locator("html[data-guest]")).to_have_count(0)
    assert page.context.cookies() == []
    page.go_back()
    expect(page.locator(_END)).to_have_count(0)


def test_a_guest_needs_no_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(_COURSE)
    visit(page)
    context.close()


def test_a_guest_needs_no_worker(open_phone: Callable[..., Page]) -> None:
    visit(open_phone(_NO_WORKERS, _COURSE))


@pytest.fixture(scope="module", params=EACH_ENGINE)
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldEngine]:
    """Each old browser."""
    with ExitStack() as stack:
        yield stack.enter_context(run_old_engine(request.param, tmp_path_factory.mktemp("old") / "engine.log"))


def test_an_old_phone_lets_a_guest_learn_and_keeps_no_page_of_the_visit(old: OldEngine, site: Site) -> None:
    old.new(language="ar")
    old.open(site.url + _COURSE)
    old.run(f'document.querySelector("{_BEGIN}").click()')
    old.wait("document.documentElement.hasAttribute('data-guest') && /your-course$/.test(location.pathname)")
    old.open(site.url + _QUESTION)
    old.wait("document.querySelector('form.check input[type=radio]') !== null")
    old.run("document.querySelector('form.check input[type=radio]').click()")
    old.run("document.querySelector('form.check > p > button').click()")
    old.wait(f"((document.querySelector('form.check .result') || {{}}).textContent || '').indexOf('{_RIGHT}') >= 0")
    old.run(f'document.querySelector("{_END}").click()')
    old.wait("!document.documentElement.hasAttribute('data-guest') && location.pathname === '/ar/'")
    assert old.run("document.cookie") == ""
    old.run(
        "(function () { caches.keys().then(function (names) { return Promise.all(names.map(function (name) {"
        " return caches.open(name).then(function (cache) { return cache.keys(); }); })); }).then(function (all) {"
        " window.kept = [].concat.apply(['all'], all).map(function (each) { return each.url || each; }); }); })()"
    )
    old.wait("window.kept !== undefined")
    assert [url for url in old.run("window.kept") if "your-course" in url] == []
