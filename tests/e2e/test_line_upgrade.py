"""What an earlier version of the offline scripts left on a phone still arrives: a phone may come back after a year."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from support.take_along import CUT_LINE, offer, press_start, whole
from support.waiting import until

#: An act as it was written before what a phone keeps was sealed: plain fields in the same store.
_OLD_ACT = """(act) => new Promise((done, failed) => {
  const asked = indexedDB.open("perille");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const work = asked.result.transaction("acts", "readwrite");
    work.objectStore("acts").put(act);
    work.oncomplete = () => { asked.result.close(); done(); };
  };
})"""
_ACT = {
    "who": "",
    "count": 1,
    "id": "6f1d7f0e-5f2a-4b62-9d0c-0d6f6a4f3c11",
    "kind": "next",
    "course": "courses/online",
    "unit": "touch",
    "lang": "ar",
}


def test_acts_that_an_earlier_version_kept_unsealed_are_sent(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.goto("/ar/courses/online/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.post_data or "") if each.url.endswith("/queue") else None)
    page.evaluate(_OLD_ACT, {**_ACT, "at": page.evaluate("Date.now()")})
    # Beside the place where the page is, which it notes by itself.
    assert _ACT["id"] in page.evaluate("() => self.perille.all().then((acts) => acts.map((act) => act.id))")
    # What is being sent just now may have been read before the act was there.
    until(page, "() => self.perille.send().then(() => self.perille.all()).then((acts) => !acts.length)")
    assert [body for body in sent if _ACT["id"] in body], "it is sent"


_COURSE = "/ar/courses/online"
#: Lets what is kept of a course be an earlier version's, whose scripts had other addresses and said so.
_AGE = """async (name) => {
  const cache = await caches.open(name);
  for (const key of await cache.keys()) {
    const kept = await cache.match(key);
    const file = new RegExp("/static/[^/]+/((app|offline/[a-z-]+)[.]js)$").exec(key.url);
    const text = await kept.clone().text();
    if (file) {
      await cache.delete(key);
      await cache.put(`/static/before/${file[1]}`, new Response(text, { headers: kept.headers }));
    } else if (/html/.test(kept.headers.get("content-type")) || /[/](whole|pieces)/.test(key.url)) {
      const aged = text.replace(/static[/][^/"]+[/]((app|offline[/][a-z-]+)[.]js)/g, "static/before/$1")
        .replace(/"hash":"/, '"hash":"before');
      await cache.put(key, new Response(aged, { headers: kept.headers }));
    }
  }
}"""
#: Of how many kept files and pages the earlier version's scripts are part.
_AGED = """async (name) => {
  const cache = await caches.open(name);
  const texts = await Promise.all((await cache.keys()).map(async (key) => key.url + await (await cache.match(key)).text()));
  return texts.filter((text) => text.includes("/static/before/")).length;
}"""
#: Of which versions the scripts are that a page runs: the one that every page has, and those of a course that was taken along.
_VERSIONS = """() => {
  const of = (name) => [...document.querySelectorAll(`script[src*='${name}']`)].map((each) => /before/.test(each.src) ? "before" : "now");
  return [of("/app.js").join(), of("/offline/answers.js").join()];
}"""


def _answers_without_a_line(page: Page) -> tuple[str, str]:
    """Answer a question of the course without a line; return of which versions the scripts are that marked it."""
    page.context.set_offline(True)
    page.goto(f"{_COURSE}/choose")
    page.locator("form.check input[value=house]").check(force=True)
    page.locator("form.check > p > button").first.click()
    expect(page.locator("form.check .result-right")).to_be_attached()
    site, course = page.evaluate(_VERSIONS)
    page.context.set_offline(False)
    return site, course


def test_new_scripts_of_a_course_never_meet_an_old_page_while_a_newer_version_comes(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone(CUT_LINE)
    offer(page)
    press_start(page)
    whole(page)
    name = "perille-course:ar/courses/online"
    page.evaluate(_AGE, name)
    aged = page.evaluate(_AGED, name)
    assert aged > 20, "pages, scripts and the record"
    assert _answers_without_a_line(page) == ("before", "before")
    # Behind the first line, and some lines later.
    for most in (230_000, 70_000):
        page.goto(_COURSE)
        offer(page)
        page.evaluate("(most) => { window.most = most; }", most)
        press_start(page)
        expect(page.locator("[data-take-said]")).to_contain_text("انقطع")
        # Pages come one by one, and the scripts that stand in the record with the last of them.
        before, aged = aged, page.evaluate(_AGED, name)
        assert 0 < aged < before
        assert _answers_without_a_line(page)[1] == "before"
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    assert page.evaluate(_AGED, name) == 0
    assert _answers_without_a_line(page) == ("now", "now")
