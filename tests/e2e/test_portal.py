"""A network that wants a sign-in answers in our place: kept pages stay, nothing of it is kept, and nothing is taken off the queue."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from support.cut_line import portal, stop
from support.site import run_site
from support.take_along import offer, press_start, whole

_SETTINGS = {"PERILLE_RATE_LIMITS": "no", "PERILLE_EXIT_URL": "http://127.0.0.1:9/"}
_COURSE = "/ar/courses/online"
_SIGN_IN = "تسجيل الدخول"
_ACTS = "() => self.perille.all().then((acts) => acts.map((act) => [act.kind, act.refused]))"
#: All that the phone keeps has no word of the network's page.
_FOREIGN = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) if (/Free wifi/.test(await (await cache.match(key)).text())) found.push(key.url);
  }
  return found;
}"""
#: Ways in which networks answer, each with where it leads.
_WAYS = {"page": (200, ""), "here": (302, "/wifi"), "elsewhere": (302, "http://localhost:9/wifi"), "told": (511, "")}


def taken(browser: Browser, url: str) -> Page:
    """Return a page of a phone that has taken a course along, and begun it."""
    page = browser.new_context(base_url=url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    page.locator("form[action$='/start'] button").click()
    page.wait_for_url("**/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.evaluate("() => self.perille.send()")
    return page


def see_kept_pages(page: Page) -> None:
    """Open help, which says whose answer came, and a lesson, which is shown at once."""
    page.goto("/ar/help")
    expect(page.locator("main .notice:not([hidden])").first).to_contain_text(_SIGN_IN)
    page.goto(f"{_COURSE}/choose")
    expect(page.locator("form.check")).to_be_visible()


def answer(page: Page) -> None:
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    page.locator("form.check input[value=house]").check(force=True)
    page.locator("form.check > p > button").first.click()
    expect(page.locator("form.check .result-right")).to_be_attached()


def see_no_download(page: Page) -> None:
    """Ask for the newest version of the course: the size, and the course itself."""
    for part in ("", "/size"):
        said = page.evaluate(
            "(path) => fetch(path, { redirect: 'manual' }).then((reply) => [reply.ok, reply.headers.get('perille')])",
            f"{_COURSE}/take{part}?as=pieces",
        )
        assert said[1] is None
    page.goto(_COURSE)
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    expect(page.locator("[data-take-said]")).to_contain_text("الدورة كلها على هذا الهاتف")


def offered(browser: Browser, url: str) -> Page:
    """Return a page of a phone that is about to take the course along."""
    page = browser.new_context(base_url=url).new_page()
    page.goto(_COURSE)
    offer(page)
    return page


def nothing_is_taken(page: Page, other: Page) -> None:
    """See that a network's page is neither kept nor taken for an answer; *page* has one that waits, *other* begins a download."""
    sent = page.evaluate("() => self.perille.send().then(() => 'sent', (error) => error.message)")
    assert sent == "portal"
    kinds = sorted(kind for kind, refused in page.evaluate(_ACTS) if not refused)
    assert kinds.count("answer") == 1
    see_no_download(page)
    assert page.evaluate(_FOREIGN) == []
    # Who begins a download there is told why it does not come.
    press_start(other)
    expect(other.locator("[data-take-said]")).to_contain_text(_SIGN_IN)
    assert not other.evaluate("() => caches.match('/whole').then(Boolean)")


def test_a_network_that_wants_a_sign_in_takes_nothing(browser: Browser, tmp_path: Path) -> None:
    """One phone meets networks of each kind, one after the other; at each a phone of its own begins a download."""
    with run_site(tmp_path, settings=_SETTINGS) as site:
        page = taken(browser, site.url)
        others = [offered(browser, site.url) for _way in _WAYS]
        stop(site)
        for number, how in enumerate(_WAYS.values()):
            with portal(site, *how):
                see_kept_pages(page)
                if number == 0:
                    answer(page)  # it waits from then on
                nothing_is_taken(page, others[number])
        with run_site(tmp_path, settings=_SETTINGS, port=int(site.url.rpartition(":")[2]), empty=True):
            page.goto(f"{_COURSE}/choose")
            page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
            page.evaluate("() => self.perille.send()")
            # Where one is by now may be noted at this moment.
            assert [kind for kind, _refused in page.evaluate(_ACTS) if kind != "place"] == []
        for each in (page, *others):
            each.context.close()
