"""What goes wrong on phones while a course is taken along or kept: cut, full, left, forgotten, two tabs, blocked, thrown away, upgraded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from support.release_tier import sampled
from support.take_along import CACHES_ASKED, CUT_LINE, drawn, offer, press_start, whole
from support.waiting import until

#: The smallest one.
_COURSE = "/ar/courses/online"
_OFF = "Object.defineProperty(navigator, 'onLine', { value: false });"
#: How many entries the course's cache has and a hash of all of them, without the record that says when.
_KEPT = """async () => {
  const name = (await caches.keys()).find((each) => each.startsWith('perille-course:'));
  if (!name) return [0, ''];
  const cache = await caches.open(name);
  const keys = (await cache.keys()).map((each) => each.url).sort();
  let all = '';
  for (const key of keys) all += key + await (await cache.match(key)).text();
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(all));
  return [keys.length, Array.from(new Uint8Array(hash)).join()];
}"""
_ACTS = "() => self.perille.all().then((acts) => acts.length)"
_FULL = "لا يوجد متسع"


def answer(page: Page) -> None:
    """Answer the question of the page, rightly, and wait until that is said."""
    page.locator("form.check input[value=house]").check(force=True)
    page.locator("form.check > p > button").first.click()
    expect(page.locator("form.check .result-right")).to_be_attached()


def storage(page: Page, quota: int) -> None:
    """Leave the site *quota* bytes on this phone, 0 for as many as before."""
    told = {"origin": page.evaluate("location.origin")} | ({"quotaSize": quota} if quota else {})
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", told)


def test_a_download_that_is_cut_anywhere_goes_on_and_is_the_same_in_the_end(open_phone: Callable[..., Page]) -> None:
    page = open_phone(CUT_LINE)
    offer(page)
    press_start(page)
    whole(page)
    count, once = page.evaluate(_KEPT)
    assert count > 50
    page.locator("[data-take-remove]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("لم تعد")
    # In the head, in the first line, at its end, in a letter of two bytes, in later lines.
    for at, most in enumerate((10, 90_001, 200_003, 40_001, 70_002)):
        page.evaluate("([most, breaks]) => Object.assign(window, { most, breaks })", [most, at % 2 == 0])
        press_start(page)
        expect(page.locator("[data-take-said]")).to_contain_text("انقطع")
        page.reload()
        offer(page)
    press_start(page)
    whole(page)
    assert page.evaluate(_KEPT) == [count, once]


def test_a_download_goes_on_with_its_own_pieces_though_another_one_began_meanwhile(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone(CUT_LINE)
    offer(page)
    records = []
    for second in ("fi", ""):
        page.locator("select[name=with]").select_option(second)
        page.evaluate("() => { window.most = 200003; document.querySelector('[data-take-said]').textContent = ''; }")
        press_start(page)
        expect(page.locator("[data-take-said]")).to_contain_text("انقطع")
        records.append(page.evaluate("() => caches.match('/part').then((found) => found.text())"))
    # As where the phone was switched off while the first line of the second one was stored.
    page.evaluate(
        "([name, part]) => caches.open(name).then((cache) => cache.put('/part', new Response(part)))",
        ["perille-course:ar/courses/online", records[0]],
    )
    page.locator("select[name=with]").select_option("fi")
    page.evaluate("() => { delete window.most; }")
    press_start(page)
    whole(page)
    kept, sent = page.evaluate(
        "(path) => Promise.all([caches.match(path, { ignoreVary: true }), fetch(path, { cache: 'no-store', credentials: 'omit' })]"
        ".map((each) => Promise.resolve(each).then((found) => found.text())))",
        f"{_COURSE}/end?with=fi",
    )
    assert kept == sent


_REFUSED = """() => new Promise((done) => {
    const asked = indexedDB.open("probe");
    asked.onupgradeneeded = () => asked.result.createObjectStore("probe");
    asked.onerror = () => done(true);
    asked.onsuccess = () => {
        const work = asked.result.transaction("probe", "readwrite");
        work.objectStore("probe").put(1, 1);
        work.oncomplete = work.onabort = (event) => { asked.result.close(); done(event.type === "abort"); };
    };
})"""


def test_a_full_phone_is_told_and_what_is_done_there_goes_on_without_it(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    storage(page, 600_000)
    press_start(page)
    expect(page.locator("[data-take-said]")).to_contain_text(_FULL)
    assert page.evaluate(_KEPT)[0] == 0, "the room is given back"
    storage(page, 0)
    press_start(page)
    whole(page)
    # With a line the server takes what the phone cannot keep.
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    storage(page, 1)
    # Chromium asks how much room is left, and counts with that for half a minute: until then writing goes on.
    until(page, _REFUSED, patience=90)
    answer(page)
    # Without one the answer is marked, and it is said that it is not kept.
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    page.context.set_offline(True)
    answer(page)
    expect(page.locator("form.check .notice")).to_contain_text(_FULL)
    page.goto(f"{_COURSE}/choose?screen=3")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    button = page.locator("nav.ways form button")
    button.click()
    expect(page.locator("nav.ways form .notice")).to_contain_text(_FULL)
    button.click()
    page.wait_for_url("**/languages")
    expect(page.locator("main h1")).to_be_visible()


def test_whoever_leaves_or_forgets_during_a_download_is_followed_by_no_more_of_it(
    open_phone: Callable[..., Page],
) -> None:
    for forgets in (False, True):
        page = open_phone(CUT_LINE + _OFF)
        offer(page)
        page.evaluate("() => { window.most = 1e9; window.wait = 40; }")
        press_start(page)
        page.wait_for_function("() => document.querySelector('[data-take-progress]').value > 1")
        if forgets:
            page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<form data-forget><button id=f>')")
            page.evaluate("() => document.querySelector('#f').click()")
        else:
            page.locator("#quick-exit").click()
        page.wait_for_url("**/today")
        page.wait_for_timeout(1500)
        count = page.evaluate(_KEPT)[0]
        page.wait_for_timeout(1000)
        assert page.evaluate(_KEPT)[0] == count, "nothing is stored behind the calendar"
        assert (count == 0) is forgets, "leaving keeps what is there already"


def test_two_tabs_that_download_at_once_leave_a_whole_course(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    other = page.context.new_page()
    other.goto(_COURSE)
    offer(page)
    offer(other)
    other.locator("select[name=with]").select_option("fi")
    press_start(page)
    press_start(other)
    whole(page)
    whole(other)
    page.context.set_offline(True)
    for query in ("?screen=2", "?screen=3&with=fi"):
        page.goto(f"{_COURSE}/choose{query}")
        expect(page.locator("main .screen")).to_be_visible()
        expect(page.locator("main .notice:not([hidden])")).to_have_count(0)


_NO = "new DOMException('no', 'SecurityError')"
_BLOCKED = {
    "no workers": f"Object.defineProperty(Navigator.prototype, 'serviceWorker', {{ get() {{ throw {_NO}; }} }});",
    "no caches": f"if (self.CacheStorage) CacheStorage.prototype.open = CacheStorage.prototype.has = () => Promise.reject({_NO});",
    "no database": f"IDBFactory.prototype.open = () => {{ throw {_NO}; }};",
    "a silent database": "IDBFactory.prototype.open = () => new EventTarget();",
    "no storage": f"""for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {{ get() {{ throw {_NO}; }} }});""",
}


@pytest.mark.parametrize(
    "what", sampled(_BLOCKED, ("no caches", "no database"), "another thing that a browser refuses")
)
def test_where_a_browser_keeps_nothing_the_site_is_what_it_is_without(
    open_phone: Callable[..., Page], what: str
) -> None:
    page = open_phone(_BLOCKED[what])
    page.locator("details.take summary").click()
    if what in ("no workers", "no caches"):
        expect(page.locator("[data-take-said]")).to_contain_text("لا يحفظ شيئا")
    else:
        expect(page.locator("[data-take-size]")).to_contain_text("ميغابايت")
        press_start(page)
        whole(page)
    page.goto(f"{_COURSE}/choose")
    page.wait_for_load_state()
    answer(page)
    page.locator("#quick-exit").click()
    page.wait_for_url(lambda address: "choose" not in address)


def test_a_phone_that_threw_the_course_away_is_offered_it_again(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.locator("form[action$='/start'] button").click()
    page.wait_for_url("**/touch")
    told = {"origin": page.evaluate("location.origin"), "storageTypes": "cache_storage,indexeddb,service_workers"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", told)
    page.goto(f"{_COURSE}/choose")
    answer(page)
    page.goto(_COURSE)
    expect(page.locator("[data-progress]")).to_be_attached()
    # Said without a press, and once.
    expect(page.locator("[data-take-said]")).to_contain_text("حذف هاتفكم هذه الدورة")
    expect(page.locator("[data-take-remove]")).to_be_hidden()
    press_start(page)
    whole(page)
    # Whoever removes it is told of nothing, also when a page has noted that it was here.
    page.goto(_COURSE)
    page.wait_for_function("() => /perille_taken=[^;]*online/.test(document.cookie)")
    page.locator("[data-take-remove]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("لم تعد")
    page.goto(_COURSE)
    page.evaluate(CACHES_ASKED)
    expect(page.locator("details.take")).not_to_have_attribute("open", "")


def test_what_waits_for_another_profile_is_not_sent_again_each_minute(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.goto(f"{_COURSE}/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.post_data or "") if each.url.endswith("/queue") else None)
    gone = "0123456789abcdef"
    page.evaluate(
        f"() => self.perille.add({{ kind: 'next', course: 'courses/online', unit: 'touch', lang: 'ar', who: '{gone}' }})"
    )
    for _time in range(3):
        page.evaluate("() => self.perille.send()")
    assert len(sent) >= 3
    assert len([body for body in sent if gone in body]) <= 2, "once, and again where somebody else is open"
    waiting = page.evaluate("() => self.perille.all().then((acts) => acts.map((act) => act.who))")
    assert gone in waiting, "it stays for its own profile"


_IS_EARLIER = "/earlier/.test((navigator.serviceWorker.controller || {}).scriptURL)"
_WAITS = "navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))"


def let_take_over(page: Page, taken: str) -> None:
    """End the worker behind which another one waits, as a browser does half a minute after its last work, if it has not done so yet."""
    until(page, f"{taken} || {_WAITS}")
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    session.detach()
    until(page, taken)


def test_a_new_worker_takes_over_from_an_old_one_and_loads_no_page_anew(open_phone: Callable[..., Page]) -> None:
    page = open_phone(path="/ar/safe")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.register('/sw.js?earlier'))")
    let_take_over(page, _IS_EARLIER)
    loads: list[str] = []
    page.goto("/ar/search")
    page.on("load", lambda each: loads.append(each.url))
    page.locator("main input[type=search]").fill("بيت")
    let_take_over(page, f"!{_IS_EARLIER}")
    # Whoever loads the page anew begins with it at once: nothing of it could be asked for any more.
    assert page.evaluate("() => fetch('/sw.js').then((answer) => answer.ok)")
    assert loads == []
    assert page.locator("main input[type=search]").input_value() == "بيت"


#: The scripts of a course that was taken along come late, as on a slow phone: its record is found after a second.
_LATE_SCRIPTS = """{
  const match = caches.match.bind(caches);
  caches.match = (path, how) => String(path).endsWith("/whole")
    ? new Promise((done) => setTimeout(done, 1000)).then(() => match(path, how)) : match(path, how);
}"""


def test_a_press_before_the_scripts_of_a_kept_course_are_there_waits_for_them(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.context.set_offline(True)
    page.add_init_script(_LATE_SCRIPTS)
    page.goto(_COURSE)
    page.locator("form[data-start] button").click()
    page.wait_for_url("**/touch")
    expect(page.locator("main h1")).to_be_visible()


def test_a_course_that_was_kept_for_a_year_says_without_a_line_that_it_may_be_out_of_date(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    old = page.locator("main > .notice", has_text="قد تكون هذه المعلومة قديمة")
    page.context.set_offline(True)
    page.goto(_COURSE)
    drawn(page)
    expect(old).to_have_count(0)
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=366))
    page.goto(f"{_COURSE}/touch")
    expect(old).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{_COURSE}/touch?screen=2")
    until(page, "() => self.perille && self.perille.hasLine && self.perille.hasLine()")
    expect(old).to_have_count(0)


def test_the_end_of_a_course_is_seen_without_a_line_and_its_badge_comes_with_it(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.context.set_offline(True)
    paths = page.evaluate(
        "() => caches.open('perille-course:ar/courses/online').then((cache) => cache.keys())"
        ".then((keys) => keys.map((key) => key.url))"
    )
    page.goto(_COURSE)
    page.locator("form[data-start] button").click()
    page.wait_for_url("**/touch")
    units = ("touch", "choose", "languages", "no-internet", "shared-phone", "end")
    for unit, following in zip(units, (*units[1:], "online"), strict=True):
        screens = [path for path in paths if f"/online/{unit}?screen=" in path and "easy" not in path]
        page.goto(f"{_COURSE}/{unit}?screen={len(screens) + 1}")
        page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
        page.locator("nav.ways form button").click()
        page.wait_for_url(f"**/{following}")
    page.goto(_COURSE)
    expect(page.locator("li.done")).to_have_count(6)
    expect(page.locator("span.done-line")).to_contain_text("وصلتم")
    expect(page.locator("span.badge .icon")).to_be_visible()
    # Beside the button, not only after its press.
    expect(page.locator("p:has(> .done-line) > .small")).to_contain_text("لا يوجد اتصال بالإنترنت الآن")
    expect(page.locator("form[data-start]")).to_have_count(0)
    # The line comes back: what was done is sent by itself, and the badge of the server is there.
    page.context.set_offline(False)
    page.goto(_COURSE)
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.evaluate("() => self.perille.send()")
    page.goto(_COURSE)
    page.locator("main p.start a").click()
    expect(page.locator("main h1")).to_have_text("لقد نجحتم")
    # Whoever comes after somebody who left sees nothing of what they did here.
    page.goto(f"{_COURSE}/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.context.set_offline(True)
    page.evaluate("() => { document.cookie = 'perille_left=1; path=/'; }")
    page.goto(_COURSE)
    drawn(page)
    expect(page.locator("li.done")).to_have_count(0)
