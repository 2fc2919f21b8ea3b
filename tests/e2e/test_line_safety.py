"""Kept pages without a line on a phone of several: locks close, and a guest or a stranger never acts for who was there before."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.pressing import follow
from support.site import Site
from support.take_along import KEPT_SCREENS, drawn, offer, press_start, whole
from support.waiting import until

_COURSE = "/ar/courses/online"
_READY = "() => Boolean(self.perille && self.perille.send)"
_ACTS = """() => self.perille.all().then((acts) => acts.filter((act) => act.kind === 'next').map((act) => [act.unit, act.who]))"""
_NEXT = "(unit) => self.perille.add({ kind: 'next', course: 'courses/online', unit, lang: 'ar' })"
_OPENED = "() => (/perille_profile=([^;]*)/.exec(document.cookie) || ['', ''])[1]"
_PICTURES = "sun fish key"


def taken(page: Page) -> str:
    """Begin the course and take it along, with one lesson done; return by what name the phone knows who did."""
    follow(page.locator("form[action$='/start'] button"))
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    last_screen(page, "touch")
    page.locator("nav.ways form button").click()
    page.wait_for_url(lambda address: "/touch" not in address)
    page.wait_for_function(_READY)
    page.evaluate("() => self.perille.send()")
    return str(page.evaluate("() => self.perille.known('who')"))


def last_screen(page: Page, lesson: str) -> None:
    kept = page.evaluate(KEPT_SCREENS, _COURSE[1:])
    screens = [path for path in kept if f"/online/{lesson}?screen=" in path and "easy" not in path]
    page.goto(f"{_COURSE}/{lesson}?screen={len(screens) + 1}")
    page.wait_for_function(_READY)


def ticks(page: Page) -> int:
    """Return how many lessons the kept page of the course shows as done."""
    page.goto(_COURSE)
    drawn(page)
    return page.locator("li.done").count()


def mark(page: Page) -> dict[str, str]:
    """Return the field that says for whose page a form was made, none where one is alone."""
    picture = str(page.evaluate(_OPENED)).partition(".")[0]
    return {"profile": picture} if picture else {}


def lock(page: Page, minutes: int = 0) -> None:
    """Put three pictures before the open progress, which close it again after *minutes*."""
    page.goto("/ar/whose/lock")
    follow(page.locator("form[action$='/keep'] button"))
    page.request.post("/ar/whose/lock", form={"pressed": _PICTURES, "sure": "yes", **mark(page)})
    if minutes:
        page.request.post("/ar/whose/lock/minutes", form={"minutes": str(minutes), **mark(page)})


@pytest.mark.parametrize("seconds", [600, -600])
def test_a_lock_whose_minutes_ran_out_closes_without_a_line_also_where_the_clock_was_set_back(
    open_phone: Callable[..., Page], seconds: int
) -> None:
    page = open_phone()
    taken(page)
    lock(page, 5)
    assert ticks(page) == 1
    page.context.set_offline(True)
    assert ticks(page) == 1, "it is used"
    picture, name, minutes, used = page.evaluate(_OPENED).split(".")
    assert minutes == "5"
    page.evaluate(
        "(value) => { document.cookie = `perille_profile=${value}; path=/`; }",
        f"{picture}.{name}.5.{int(used) - seconds}",
    )
    assert ticks(page) == 0
    assert page.evaluate(_OPENED) == "0"
    page.context.set_offline(False)
    page.goto("/ar/")
    assert page.locator("main .sign[data-profile]").count() == 0, "the server has followed"


def test_a_lock_that_was_set_is_asked_for_on_a_kept_page(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    taken(page)
    page.goto("/ar/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    ready_with_line(page)
    assert [len(each) for each in page.evaluate("() => self.perille.known('people')")] == [2, 2]
    lock(page)
    # The page of the lock has asked: nothing else did.
    page.goto("/ar/whose/lock")
    until(page, "() => self.perille.known('people').then((people) => people.some((each) => each.length === 1))")
    page.evaluate("() => self.perille.send()")
    assert sorted(len(each) for each in page.evaluate("() => self.perille.known('people')")) == [1, 2]


def ready_with_line(page: Page) -> None:
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function(_READY)
    page.evaluate("() => self.perille.send()")


def test_who_was_not_among_those_known_sees_nobody(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    known = {taken(page)}
    page.goto("/ar/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    ready_with_line(page)
    known.add(page.evaluate("() => self.perille.known('who')"))
    assert len(known) == 2
    # Somebody joins on a page that has no queue, and the line is gone before any that has.
    page.route("**/queue", lambda route: route.abort())
    page.goto("/ar/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    page.context.set_offline(True)
    assert ticks(page) == 0
    expect(page.locator("details.people")).to_have_count(0)
    page.evaluate(_NEXT, "choose")
    ((unit, who),) = page.evaluate(_ACTS)
    assert unit == "choose"
    assert who not in known


def test_who_begins_where_somebody_left_neither_sees_nor_does_anything_in_their_name(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone()
    first = taken(page)
    page.request.post("/leave")
    page.request.post(f"{_COURSE}/start")
    page.context.set_offline(True)
    assert ticks(page) == 0
    page.evaluate(_NEXT, "choose")
    ((_unit, who),) = page.evaluate(_ACTS)
    assert who != first


def test_what_is_done_while_the_phone_is_left_is_not_theirs_who_comes_back(
    open_phone: Callable[..., Page], site: Site
) -> None:
    page = open_phone()
    taken(page)
    page.context.set_offline(True)
    page.evaluate("() => { document.cookie = 'perille_left=1; path=/'; }")
    last_screen(page, "choose")
    page.locator("nav.ways form button").click()
    page.wait_for_url(lambda address: "/choose" not in address)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.request.post(f"{site.url}/ar/resume/here")
    page.context.set_offline(True)
    # Without a line nothing of it is shown, and with one nothing of it counts.
    page.goto(_COURSE)
    drawn(page)
    assert page.locator("li.done").count() == 0
    page.goto("about:blank")
    page.context.set_offline(False)
    ready_with_line(page)
    found = re.search(r'data-progress="([^"]*)"', page.request.get(site.url + _COURSE).text())
    assert found is not None
    assert found[1].startswith("1 ")
    assert page.evaluate(_ACTS) == [["choose", "-"]]


def test_a_guest_does_nothing_in_the_name_of_who_was_there_before(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    taken(page)
    last_screen(page, "choose")
    # What was typed keeps a page from coming anew by itself.
    page.evaluate("() => dispatchEvent(new Event('input'))")
    page.request.post("/ar/guest")
    page.context.set_offline(True)
    page.evaluate("() => { window.before = 1; }")
    page.locator("nav.ways form button").click()
    page.wait_for_function("() => !window.before && document.readyState === 'complete'")
    assert "/choose" in page.url
    assert page.evaluate("() => !(self.perille || {}).add"), "a page of a guest has no queue"
    page.evaluate("() => { document.cookie = 'perille_guest=; max-age=0; path=/'; }")
    page.reload()
    page.wait_for_function(_READY)
    assert page.evaluate(_ACTS) == []
