"""A phone without a line: the server is stopped, not imitated. Help, the page one was on and the way out are there after one visit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.course_walk import screens_of
from support.cut_line import portal
from support.old_engine import OldEngine, run_old_engine
from support.release_tier import EACH_ENGINE
from support.site import Site, run_site

_SETTINGS = {"PERILLE_RATE_LIMITS": "no", "PERILLE_EXIT_URL": "http://127.0.0.1:9/"}
_HELP = "/{}/help?country=FI"
#: Whether the worker has kept the page, its help and the page for no line.
_KEPT = """caches.open('perille-pages').then(function (cache) { return cache.keys(); }).then(function (keys) {
    return keys.filter(function (key) { return /(welcome|help|offline)([?]|$)/.test(key.url); }).length; })"""

#: Waits until the worker has kept help and the page for no line, as each page asks it to.
_KEPT_HELP = """() => new Promise((done) => {
    const look = () => caches.open('perille-pages').then((cache) => cache.keys())
        .then((keys) => keys.filter((key) => /(help|offline)([?]|$)/.test(key.url)).length >= 2 ? done() : setTimeout(look, 50));
    look(); })"""


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[tuple[Site, Callable[[], None]]]:
    """A server, and a call that ends it."""
    with run_site(tmp_path, settings=_SETTINGS) as site:

        def stop() -> None:
            site.process.terminate()
            site.process.wait(15)

        yield site, stop


def visit(browser: Browser, site: Site, path: str) -> Page:
    """Open a page as a newcomer does, and wait until the phone has kept it."""
    page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(path)
    page.evaluate(
        f"() => new Promise((done) => {{ const look = () => {_KEPT}.then((count) => count >= 3 ? done() : setTimeout(look, 50));"
        " look(); })"
    )
    return page


def test_a_page_of_one_person_is_asked_for_once_and_its_card_is_still_there(
    browser: Browser, cut: tuple[Site, Callable[[], None]]
) -> None:
    site, _stop = cut
    page = browser.new_context(base_url=site.url).new_page()
    page.goto("/en/sign-in/name/new")
    page.evaluate(_KEPT_HELP)
    page.locator("button[value=pictures]").click()
    expect(page.locator(".pin-shown-pictures li")).to_have_count(3)
    page.evaluate(_KEPT_HELP)
    # The page and its card: the worker has asked for neither.
    assert len(re.findall(r'"GET","route":"[^"]*/sign-in/name/new"', site.output)) == 2, site.output
    page.context.close()


def test_after_one_visit_help_the_page_and_the_way_out_need_no_line(
    browser: Browser, cut: tuple[Site, Callable[[], None]]
) -> None:
    site, stop = cut
    page = visit(browser, site, "/ar/courses/finland/welcome")
    online = page.request.get(site.url + _HELP.format("ar")).headers
    stop()
    answer = page.goto("/ar/courses/finland/welcome")
    assert answer is not None
    expect(page.locator("main .screen")).to_be_visible()
    expect(page.locator("main .notice")).to_contain_text("الإنترنت")
    answer = page.goto(_HELP.format("ar"))
    assert answer is not None
    protecting = [
        name for name in online if name.startswith(("content-sec", "x-", "referrer", "permissions", "cross-"))
    ]
    assert "content-security-policy" in protecting
    kept = answer.headers
    assert [name for name in protecting if name != "x-request-id" and kept.get(name) != online[name]] == []
    expect(page.locator("main a[href='tel:112']").first).to_be_visible()
    # What is not kept: the numbers once more, and no page of the browser.
    page.goto("/ar/courses/sweden/home")
    expect(page.locator("main h1")).to_have_text(re.compile("الإنترنت"))
    expect(page.locator("main a[href='tel:112']").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#quick-exit')).position") == "fixed"
    page.goto("/leave")
    expect(page).to_have_url(site.url + "/today")
    expect(page.locator("td[aria-current=date]")).to_have_count(1)
    assert page.locator("html").get_attribute("lang") == "ar"
    with portal(site):
        page.goto(_HELP.format("ar"))
        expect(page.locator("main a[href='tel:112']").first).to_be_visible()
        expect(page.locator("main .notice")).to_contain_text("تسجيل الدخول")
    page.context.close()


_COURSE = "/ar/courses/finland"
_PLACE = "{ kind: 'place', course: 'courses/finland', unit: 'home', screen: 2, lang: 'ar' }"
_TICK = "{ kind: 'errand', course: 'courses/finland', unit: 'errands', item, form: { done: ['no'] }, lang: 'ar' }"
_TAKEN = "document.querySelector('[data-take-stop]').hidden && !document.querySelector('[data-take-remove]').hidden"
_WAITING = "() => self.perille.all().then((acts) => acts.map((act) => act.kind).sort())"
#: Gives each step the number of its place.
_ORDER = "(keys) => keys.forEach((key, at) => { document.querySelector(`[data-step=${key}] select`).value = String(at + 1); })"


def _errands_say_nothing_of_beginning(page: Page) -> None:
    page.goto(f"{_COURSE}/errands")
    expect(page.locator("main [data-said=line]")).to_be_visible()
    expect(page.locator("main .until-start")).to_be_hidden()
    assert page.locator("main .until-start").count() == 1, "it is there with a line, for who has not begun"


def _errands_are_ticked(page: Page) -> list[str]:
    """Tick two errands of the list that is open and take one back; return which ones stay done."""
    forms = page.locator("form[data-tick]:not([hidden])")
    expect(forms.first).to_be_visible()
    for at, done in ((0, "yes"), (1, "yes"), (1, "no")):
        forms.nth(at).locator(f"button[value={done}]").click()
        other = forms.nth(at).locator(f"button[value={'no' if done == 'yes' else 'yes'}]")
        expect(other).to_be_focused()
    page.reload()
    expect(page.locator("form[data-tick] .mark:visible")).to_have_count(1)
    return [forms.nth(0).locator("[name=errand]").input_value()]


def _words_are_looked_for(page: Page) -> None:
    page.goto(f"{_COURSE}/word-list")
    for wanted, found in (("poliisi", 1), ("zzz", 0)):
        page.locator("form.word-search input[type=search]").fill(wanted)
        page.locator("form.word-search button").click()
        expect(page.locator(".words dl > div:not([hidden])")).to_have_count(found)
        expect(page.locator("[data-no-word]")).to_be_visible(visible=not found)
        expect(page.locator(".word-list")).to_be_visible(visible=found > 0)
        # It counts all words of the course.
        expect(page.locator("[data-word-count]")).to_be_hidden()


def test_a_course_that_was_taken_along_is_answered_without_a_line_and_arrives_afterwards(
    browser: Browser, cut: tuple[Site, Callable[[], None]], tmp_path: Path
) -> None:
    site, stop = cut
    page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(_COURSE)
    page.locator("details.take summary").click()
    expect(page.locator("[data-take-size]")).to_contain_text("ميغابايت")
    page.locator("[data-take-start]").click()
    expect(page.locator("[data-take-remove]")).to_be_visible()
    expect(page.locator("[data-take-said]")).to_contain_text("الدورة كلها على هذا الهاتف")
    stop()
    page.goto(_COURSE)
    page.locator("form[action$='/start'] button").click()
    page.wait_for_url("**/welcome")
    page.goto(f"{_COURSE}/welcome?screen=4")
    page.locator("form.check input[type=radio]").nth(1).check()
    page.locator("form.check > p > button").click()
    expect(page.locator("form.check .result")).to_contain_text("إجابة صحيحة")
    page.goto(f"{_COURSE}/welcome?screen={screens_of('welcome')}")
    page.locator("nav.ways form button").click()
    page.wait_for_url("**/journey")
    # Two of four steps in their places: the phone marks and says what the server would.
    page.goto(f"{_COURSE}/journey?screen=4")
    page.evaluate(_ORDER, ["papers", "check", "board", "wait"])
    page.locator("form.check:has([data-sequence]) > p > button").click()
    expect(page.locator("form.check .step .mark-right")).to_have_count(2)
    expect(page.locator("form.check .result .mark-partly")).to_have_count(1)
    page.goto(_COURSE)
    expect(page.locator("li.done")).to_have_count(1)
    # A check is marked here too, with the question after it.
    page.goto(f"{_COURSE}/safety-check")
    page.locator("form.check input[type=radio]").first.check(force=True)
    page.locator("form.check > p > button").click()
    expect(page.locator("form.check .result")).to_be_visible()
    _words_are_looked_for(page)
    _errands_say_nothing_of_beginning(page)
    ticked = _errands_are_ticked(page)
    assert page.evaluate(_WAITING) == ["answer", "answer", "answer", *["errand"] * 3, "next", "place", "start"]
    with run_site(tmp_path, settings=_SETTINGS, port=int(site.url.rpartition(":")[2]), empty=True):
        page.goto(_COURSE)
        page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
        page.evaluate("() => self.perille.send()")
        assert page.evaluate(_WAITING) == []
        # Asked past the worker, which shows the kept page where a busy machine is late.
        served = page.request.get(site.url + _COURSE).text()
        assert re.search(r'data-progress="1 ', served), "the learner of this phone has done one lesson"
        page.goto(f"{_COURSE}/errands")
        assert (
            page.locator(".done-errands li [name=errand]").evaluate_all("(all) => all.map((each) => each.value)")
            == ticked
        )
        # What waits is not on the server's list when that comes, and stands there all the same.
        page.evaluate(f"(item) => self.perille.add({_TICK})", ticked[0])
        page.reload()
        taken_back = page.locator(".done-errands form[data-tick]")
        expect(taken_back.locator("button[value=yes]")).to_be_visible()
        expect(taken_back.locator("button[value=no]")).to_be_hidden()
        page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
        page.evaluate("() => self.perille.send()")  # what the page sends by itself when it opens is over
        # Who leaves before anybody was known here leaves nothing for who comes next.
        page.evaluate("() => self.perille.update((found) => { found.who = ''; })")
        page.evaluate(f"() => self.perille.add({_PLACE})")
        page.evaluate("() => { document.cookie = 'perille_left=1; path=/'; return self.perille.send(); }")
        page.evaluate("() => { document.cookie = 'perille_left=; max-age=0; path=/'; return self.perille.send(); }")
        assert page.evaluate("() => self.perille.all().then((acts) => acts.map((act) => act.refused))") == ["left"]
    page.context.close()


@pytest.fixture(scope="module", params=EACH_ENGINE)
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OldEngine]:
    """Each old browser."""
    with ExitStack() as stack:
        yield stack.enter_context(run_old_engine(request.param, tmp_path_factory.mktemp("old") / "engine.log"))


def test_an_old_phone_opens_help_without_a_line(old: OldEngine, cut: tuple[Site, Callable[[], None]]) -> None:
    site, stop = cut
    old.new(language="ar")
    old.open(site.url + "/ar/courses/finland/welcome")
    old.run(
        f"(function () {{ setInterval(function () {{ {_KEPT}.then(function (n) {{ window.kept = n; }}); }}, 100); }})()"
    )
    old.wait("window.kept >= 3")
    stop()
    old.open(site.url + _HELP.format("ar"))
    assert old.wait("document.querySelector('main a[href=\"tel:112\"]') !== null")
    old.run("document.querySelector('#quick-exit').click()")
    old.wait("location.href.indexOf('/help') < 0")


def test_an_old_phone_opens_a_course_that_was_taken_along(old: OldEngine, cut: tuple[Site, Callable[[], None]]) -> None:
    site, stop = cut
    old.new(language="ar")
    old.open(site.url + _COURSE)
    old.wait("document.querySelector('details.take') !== null && !document.querySelector('details.take').hidden")
    old.run("document.querySelector('details.take summary').click()")
    old.wait(
        "document.querySelector('[data-take-start]') !== null && !document.querySelector('[data-take-start]').hidden"
    )
    old.run("document.querySelector('[data-take-start]').click()")
    old.wait(_TAKEN)
    stop()
    old.open(f"{site.url}{_COURSE}/welcome?screen=4")
    old.wait("document.querySelectorAll('form.check input[type=radio]').length > 1")
    # The scripts of a kept page are loaded after it.
    old.wait("self.perille !== undefined && self.perille.add !== undefined")
    old.run("document.querySelectorAll('form.check input[type=radio]')[1].click()")
    old.run("document.querySelector('form.check > p > button').click()")
    assert old.wait("document.querySelector('form.check .result-right') !== null")
