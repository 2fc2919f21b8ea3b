"""A phone that several share, and a course that several take at once: what one does without a line is never another one's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.pressing import follow
from support.site import Site
from support.take_along import CACHES_ASKED, KEPT_SCREENS, drawn, offer, press_start, whole

_COURSE = "/ar/courses/online"
_READY = "() => Boolean(self.perille && self.perille.send)"
_WHO = "() => self.perille.all().then((acts) => acts.filter((act) => act.kind === 'next').map((act) => act.who))"


def go_next(page: Page, lesson: str) -> None:
    """Finish a lesson of which the course is on the phone."""
    screens = [
        path
        for path in page.evaluate(KEPT_SCREENS, _COURSE[1:])
        if f"/online/{lesson}?screen=" in path and "easy" not in path
    ]
    page.goto(f"{_COURSE}/{lesson}?screen={len(screens) + 1}")
    page.wait_for_function(_READY)
    page.locator("nav.ways form button").click()
    page.wait_for_url(lambda address: f"/{lesson}" not in address)


def open_the_other_one(page: Page) -> None:
    page.goto("/ar/whose")
    page.locator("button.who:not(.who-open)").click()
    expect(page).to_have_url(re.compile("/ar/$"))


def send_as_the_other_one(page: Page) -> None:
    open_the_other_one(page)
    page.goto(f"{_COURSE}/touch")
    page.wait_for_function(_READY)
    page.evaluate("() => self.perille.send()")


def progress(page: Page, site: Site) -> str:
    """Return how far the open profile is by what the server says, past the worker."""
    found = re.search(r'data-progress="([^"]*)"', page.request.get(site.url + _COURSE).text())
    assert found is not None
    return found[1]


def test_what_somebody_does_after_a_switch_of_profiles_without_a_line_is_theirs(
    open_phone: Callable[..., Page], site: Site
) -> None:
    page = open_phone()
    follow(page.locator("form[action$='/start'] button"))
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    page.goto("/ar/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    page.goto(_COURSE)
    follow(page.locator("form[action$='/start'] button"))
    # The queue has asked whose profile this is: the second one's.
    page.wait_for_function(_READY)
    page.evaluate("() => self.perille.send()")
    second = page.evaluate("() => self.perille.known('who')")
    go_next(page, "touch")
    page.wait_for_function(_READY)
    page.evaluate("() => self.perille.send()")
    # The first one's is opened on a page that has no queue, and the line is gone before any that has.
    open_the_other_one(page)
    page.context.set_offline(True)
    page.goto(_COURSE)
    drawn(page)
    expect(page.locator("li.done")).to_have_count(0)
    go_next(page, "choose")
    page.wait_for_function(_READY)
    (who,) = page.evaluate(_WHO)
    assert who not in ("", second)
    # The second one's profile comes first when there is a line: it counts for the first one.
    page.goto("about:blank")
    page.context.set_offline(False)
    send_as_the_other_one(page)
    assert page.evaluate(_WHO) == []
    assert progress(page, site).startswith("1 "), "the second one has done another lesson"
    open_the_other_one(page)
    assert progress(page, site).startswith("1 ")


def test_of_two_tabs_that_take_a_course_with_other_languages_the_last_one_has_all_of_its_pages(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone()
    offer(page)
    page.locator("select[name=with]").select_option("fi")
    press_start(page)
    whole(page)
    expected = sorted(page.evaluate(KEPT_SCREENS, _COURSE[1:]))
    assert len([path for path in expected if "with=fi" in path]) > 20
    # What was chosen is known when the page is opened again, and no older version.
    page.goto(_COURSE)
    offer(page)
    expect(page.locator("select[name=with]")).to_have_value("fi")
    expect(page.locator("[data-take-start]")).to_be_hidden()
    whole(page)
    page.locator("[data-take-remove]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("لم تعد")
    other = page.context.new_page()
    other.goto(_COURSE)
    offer(page)
    offer(other)
    other.locator("select[name=with]").select_option("fi")
    page.locator("select[name=with]").select_option("")
    press_start(page)
    page.wait_for_function("() => document.querySelector('[data-take-progress]').value > 0")
    press_start(other)
    whole(page)
    whole(other)
    assert sorted(page.evaluate(KEPT_SCREENS, _COURSE[1:])) == expected


#: A server that makes another course ready as long as *window.busy*.
_BUSY = """
const fetched = window.fetch;
window.busy = true;
window.fetch = (address, how) => window.busy && address.includes("/take%s")
  ? Promise.resolve(new Response("", { status: 503, headers: { perille: "own" } })) : fetched(address, how);
"""


def test_who_opens_the_box_is_told_at_once_that_the_course_is_being_made_ready(open_phone: Callable[..., Page]) -> None:
    page = open_phone(
        "const fetched = window.fetch; window.fetch = (address, how) => address.includes('/take/size')"
        " ? new Promise((done) => { window.answer = () => done(fetched(address, how)); }) : fetched(address, how);"
    )
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    expect(page.locator("[data-take-said]")).to_contain_text("يجري تجهيز الدورة")
    page.evaluate("() => window.answer()")
    offer(page)
    expect(page.locator("[data-take-said]")).to_be_empty()


@pytest.mark.parametrize("at", ["/size", "?"])
def test_a_course_that_is_being_made_ready_is_waited_for(open_phone: Callable[..., Page], at: str) -> None:
    page = open_phone(_BUSY % at)
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    if at == "?":
        offer(page)
        press_start(page)
    expect(page.locator("[data-take-said]")).to_contain_text("يجري تجهيز الدورة")
    page.evaluate("() => { window.busy = false; }")
    if at == "/size":
        offer(page)
        press_start(page)
    whole(page)


@pytest.mark.parametrize("at", ["/size", "?"])
def test_who_has_waited_long_for_a_course_is_told_to_come_back_and_need_not_load_the_page_anew(
    open_phone: Callable[..., Page], at: str
) -> None:
    # Three seconds take no time.
    quickly = "const wait = setTimeout; window.setTimeout = (work, time, ...more) => wait(work, time === 3000 ? 5 : time, ...more);"
    page = open_phone(quickly + _BUSY % at)
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    if at == "?":
        offer(page)
        press_start(page)
    expect(page.locator("[data-take-said]")).to_have_text("انتظروا بضع دقائق، ثم حاولوا مرة أخرى.")
    page.evaluate("() => { window.busy = false; }")
    if at == "/size":
        for _press in range(2):
            page.locator("details.take > summary").click()
        offer(page)
    press_start(page)
    whole(page)


def test_who_opens_the_box_twice_is_not_offered_a_download_that_is_under_way(open_phone: Callable[..., Page]) -> None:
    page = open_phone(
        "const fetched = window.fetch; window.answers = []; window.fetch = (address, how) => address.includes('/take/size')"
        " ? new Promise((done) => { window.answers.push(() => done(fetched(address, how))); }) : fetched(address, how);"
    )
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    page.wait_for_function("() => window.answers.length > 0")
    for _press in range(2):
        page.locator("details.take > summary").click()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.evaluate(CACHES_ASKED)
    assert page.evaluate("() => window.answers.length") == 1
    page.evaluate("() => window.answers[0]()")
    press_start(page)
    whole(page)


@pytest.mark.parametrize("ours", [True, False])
def test_nobody_waits_without_end_for_a_course(open_phone: Callable[..., Page], *, ours: bool) -> None:
    """Whoever stops waits no longer, nor is a server between that says 503 one that makes a course ready."""
    busy = _BUSY % "?"
    page = open_phone(busy if ours else busy.replace('{ perille: "own" }', "{}"))
    offer(page)
    press_start(page)
    if ours:
        expect(page.locator("[data-take-said]")).to_contain_text("يجري تجهيز الدورة")
        page.locator("[data-take-stop]").click()
    expect(page.locator("[data-take-start]")).to_be_visible()
    expect(page.locator("[data-take-said]")).not_to_contain_text("يجري تجهيز الدورة")


def test_the_size_of_a_course_has_the_digits_of_all_else_on_its_page(open_phone: Callable[..., Page]) -> None:
    page = open_phone(path="/prs/courses/online")
    page.locator("details.take:not([hidden]) summary").click()
    expect(page.locator("[data-take-size]")).to_contain_text("MB", timeout=120_000)
    said = page.locator("[data-take-size]").inner_text()
    assert "0.1 MB" in said
    assert not set(said) & set("۰۱۲۳۴۵۶۷۸۹٫")
