"""A phone that several use, with a course taken along: what waits there for one is neither shown to another nor deleted by them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from support.pressing import follow
from support.site import Site
from support.take_along import KEPT_SCREENS, PATIENCE, drawn
from support.watching import OpenPage

pytestmark = pytest.mark.worker

_COURSE = "/en/courses/online"
#: Three pictures before somebody's progress: what they did waits until these are pressed.
_PICTURES = "sun fish key"
_KEY = (
    "() => caches.open('perille-key').then((cache) => cache.keys()).then((keys) => keys.map((key) => key.url).join())"
)
#: Lessons that were done; where somebody was counts for nothing here.
_WAITING = """() => self.perille.all().then((acts) => acts.filter((act) => act.kind === 'next')
    .map(({ unit, who, count }) => [unit, who, count]))"""
_ROWS = """() => new Promise((done) => { const asked = indexedDB.open('perille'); asked.onsuccess = () => {
    const store = asked.result.transaction('acts').objectStore('acts').getAll(); store.onsuccess = () => done(store.result); }; })"""


def cut(route: Route) -> None:
    route.abort()


def ready(page: Page) -> None:
    """Open a lesson of the course that was taken along, and wait for what keeps acts there."""
    page.goto(f"{_COURSE}/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")


def act(page: Page, unit: str) -> None:
    """Do a lesson while nothing can be sent."""
    what = {"kind": "next", "course": "courses/online", "unit": unit, "lang": "en"}
    page.evaluate("(act) => self.perille.add(act)", what)


def first_one(page: Page) -> str:
    """Take the course along, begin it and do a lesson that cannot be sent; return by what name the phone knows who does."""
    page.locator("details.take summary").click()
    # It is made ready first, and then stored.
    page.locator("[data-take-start]").click(timeout=PATIENCE)
    expect(page.locator("[data-take-remove]")).to_be_visible(timeout=PATIENCE)
    follow(page.locator("form[data-start] button"))
    ready(page)
    page.evaluate("() => self.perille.send()")
    first: str = page.evaluate("() => self.perille.known('who')")
    assert first
    page.route("**/queue", cut)
    act(page, "touch")
    return first


def second_one(page: Page) -> None:
    """Let somebody else begin on the phone: what the first one did waits for them."""
    page.goto("/en/whose")
    follow(page.locator("form[action$='/whose/add'] button"))
    page.unroute("**/queue")
    page.goto(_COURSE)
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")


def lock(page: Page) -> None:
    """Put three pictures before the open progress, and let them be asked for from now on."""
    page.goto("/en/whose/lock")
    follow(page.locator("form[action$='/keep'] button"))
    page.request.post("/en/whose/lock", form={"pressed": _PICTURES, "sure": "yes"})
    number = page.evaluate("() => /perille_profile=([0-9]+)/.exec(document.cookie)[1]")
    page.request.post("/en/whose/lock/close", form={"profile": number})
    assert page.evaluate("() => /perille_profile=0/.test(document.cookie)")


def unlock(page: Page) -> None:
    """Press the pictures of the only one who has some, and send what waits."""
    page.goto("/en/whose")
    address = page.locator("a.who").get_attribute("href")
    assert address is not None
    page.request.post(address, form={"pressed": _PICTURES})
    page.unroute("**/queue")
    ready(page)
    page.evaluate("() => self.perille.send()")


def press_delete(page: Page, address: str) -> None:
    """Mark that one is sure, and delete what the page of an address says."""
    page.goto(address)
    page.locator("input[name=sure]").check()
    page.locator("form[data-clears] button").click()
    expect(page).to_have_url(re.compile("/en/forgotten$"))


def sign_in(page: Page, site: Site) -> None:
    """Sign a new account in on the phone, and keep in it the progress that is open there."""
    page.goto(site.invite("deleting@example.org"))
    follow(page.locator("main form button.main"))
    page.goto("/en/account/progress")
    follow(page.locator("button[name=keep][value=yes]"))


def test_whoever_is_new_on_the_phone_sees_nothing_of_what_waits_there(open_page: OpenPage) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first = first_one(page)
    page.evaluate("() => self.perille.update((found) => { found.mine = { 'done courses/online': ['touch'] }; })")
    lock(page)
    page.goto(_COURSE)
    drawn(page)
    expect(page.locator("li.done")).to_have_count(0)
    second_one(page)
    page.evaluate("() => self.perille.send()")
    assert page.evaluate("() => self.perille.known('others')") == {}, "nothing is put by of what is locked"
    drawn(page)
    expect(page.locator("form[data-start]")).to_be_visible()
    expect(page.locator("li.done")).to_have_count(0)
    assert [each[:2] for each in page.evaluate(_WAITING)] == [["touch", first]]
    page.reload()
    drawn(page)
    expect(page.locator("form[data-start]")).to_be_visible()


def test_what_others_did_on_the_phone_and_their_courses_stay(open_page: OpenPage) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first = first_one(page)
    lock(page)
    second_one(page)
    follow(page.locator("form[data-start] button"))
    ready(page)
    page.evaluate("() => self.perille.send()")
    second = page.evaluate("() => self.perille.known('who')")
    assert second not in (first, "")
    page.route("**/queue", cut)
    act(page, "choose")
    waiting = sorted(page.evaluate(_WAITING))
    assert [each[:2] for each in waiting] == [["choose", second], ["touch", first]]
    key = page.evaluate(_KEY)
    theirs = page.evaluate(
        "(who) => self.perille.all().then((acts) => acts.filter((act) => act.who === who).map((act) => act.id))", first
    )
    # Done while the phone was left: nobody's, and perhaps theirs who deletes.
    left = {"kind": "next", "course": "courses/online", "unit": "touch", "lang": "en", "who": "-"}
    page.evaluate("(act) => self.perille.add(act)", left)
    press_delete(page, "/en/privacy#delete")
    rows = page.evaluate(_ROWS)
    assert sorted(row["id"] for row in rows) == sorted(theirs)
    assert second not in str(rows), "not beside an act of somebody else either"
    ready(page)
    assert page.evaluate(_WAITING) == [waiting[1]]
    assert page.evaluate(_KEY) not in (key, "")
    assert page.evaluate("() => self.perille.known('who')") is None
    assert page.evaluate("() => caches.has('perille-course:en/courses/online')")
    # The first one goes on: what they did is sent.
    unlock(page)
    assert page.evaluate(_WAITING) == []
    assert page.evaluate("() => self.perille.known('who')") == first


def test_deleting_ones_account_leaves_what_others_did_on_the_phone(open_page: OpenPage, site: Site) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first = first_one(page)
    lock(page)
    second_one(page)
    follow(page.locator("form[data-start] button"))
    sign_in(page, site)
    ready(page)
    page.evaluate("() => self.perille.send()")
    second = page.evaluate("() => self.perille.known('who')")
    page.route("**/queue", cut)
    act(page, "choose")
    assert sorted(each[1] for each in page.evaluate(_WAITING)) == sorted([first, second])
    press_delete(page, "/en/my-data#delete")
    ready(page)
    assert [each[:2] for each in page.evaluate(_WAITING)] == [["touch", first]]
    assert page.evaluate("() => caches.has('perille-course:en/courses/online')")
    unlock(page)
    assert page.evaluate(_WAITING) == []
    assert page.evaluate("() => self.perille.known('who')") == first


def test_an_account_without_progress_leaves_what_waits_under_no_name(open_page: OpenPage, site: Site) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first_one(page)
    # The line went before the phone was told whose progress is open.
    page.evaluate("() => self.perille.update((found) => { found.who = ''; })")
    act(page, "choose")
    page.goto(site.invite("leaves@example.org"))
    follow(page.locator("main form button.main"))
    page.goto("/en/account/progress")
    follow(page.locator("button[name=keep][value=no]"))
    page.unroute("**/queue")
    page.route("**/queue", cut)
    press_delete(page, "/en/my-data#delete")
    ready(page)
    assert sorted(each[0] for each in page.evaluate(_WAITING)) == ["choose", "touch"]


def test_what_somebody_does_who_is_alone_on_the_phone_again_is_theirs(open_page: OpenPage) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first = first_one(page)
    second_one(page)
    page.evaluate("() => self.perille.send()")
    page.goto("/en/whose")
    page.locator("details.menu.inline summary").click()
    follow(page.locator("a[href*='/whose/remove/']").first)
    follow(page.locator("main form button"))
    # The line is gone before the first page that asks whose progress is open.
    page.route("**/queue", cut)
    ready(page)
    act(page, "choose")
    page.unroute("**/queue")
    page.evaluate("() => self.perille.send()")
    assert page.evaluate(_WAITING) == []
    assert page.evaluate("() => self.perille.known('who')") == first


def test_what_is_pressed_on_a_page_from_before_another_one_was_opened_counts_for_nobody(open_page: OpenPage) -> None:
    page = open_page(_COURSE, allowed=("/queue", "ERR_FAILED"))
    first = first_one(page)
    second_one(page)
    page.evaluate("() => self.perille.send()")
    screens = [path for path in page.evaluate(KEPT_SCREENS, _COURSE[1:]) if "/touch?screen=" in path]
    page.goto(f"{_COURSE}/touch?screen={len([path for path in screens if 'easy' not in path]) + 1}")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.route("**/queue", cut)
    # What a press on a picture does in another tab.
    people = page.evaluate("() => self.perille.known('people')")
    (picture,) = [number for number, name in people if name == first]
    page.evaluate("(value) => { document.cookie = `perille_profile=${value}.1; path=/`; }", f"{picture}.{first}")
    page.evaluate("() => { window.before = 1; }")
    page.locator("nav.ways form button").click()
    page.wait_for_function("() => !window.before && Boolean(self.perille && self.perille.send)")
    assert "/touch" in page.url, "the page comes anew, and says whose progress is open"
    assert page.evaluate(_WAITING) == []
