"""Taking a course along in a browser, as its page offers it in Arabic."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from support.waiting import until

#: Milliseconds in which a course is made ready, or stored, on a busy machine.
PATIENCE = 120_000
#: Of a course ("ar/courses/online") on the phone, the addresses of its screens and questions, with a second language and easy words.
KEPT_SCREENS = """(course) => caches.open(`perille-course:${course}`).then((cache) => cache.keys()).then((keys) => keys
    .map((key) => key.url.slice(location.origin.length)).filter((at) => new RegExp(`${course}/[a-z-]+([?]|$)`).test(at)).sort())"""

#: A line that gives *window.most* bytes of a download and then ends, as some browsers let a cut answer end, or breaks; *window.wait*
#: milliseconds pass between two parts.
CUT_LINE = """
const fetched = window.fetch;
window.fetch = async (address, how) => {
  const reply = await fetched(address, how);
  if (!/\\/take\\?/.test(address) || window.most === undefined) return reply;
  const reader = reply.body.getReader();
  let left = window.most;
  const body = new ReadableStream({ async pull(to) {
    const next = await reader.read();
    if (window.wait) await new Promise((done) => setTimeout(done, window.wait));
    if (next.done) return to.close();
    to.enqueue(next.value.slice(0, left));
    left -= next.value.length;
    if (left > 0) return undefined;
    await reader.cancel();
    return window.breaks ? to.error(new TypeError("network error")) : to.close();
  } });
  return new Response(body, { headers: reply.headers });
};
"""
#: True when a course's page without a line has drawn what was done here, if it draws anything: its script is there, and what that asks for
#: (`drawWay` of offline/answers.js) has been answered to somebody who asked after it.
_DRAWN = """async () => {
    const script = document.querySelector("script[src*='offline/answers']");
    if (!script || !self.perille || !self.perille.hasLine) return false;
    await (await fetch(script.src)).text();
    for (let turn = 0; turn < 2; turn += 1) {
        await self.perille.hasLine();
        await self.perille.known("who");
        await self.perille.all();
        const kept = await caches.match("/whole", { ignoreVary: true });
        if (kept) await kept.json();
    }
    return true;
}"""
#: Ends when the caches have answered everything that they were asked before.
CACHES_ASKED = """async () => {
    for (let turn = 0; turn < 4; turn += 1) {
        const kept = await caches.match("/whole", { ignoreVary: true });
        if (kept) await kept.json();
    }
    await new Promise((done) => setTimeout(done));
}"""


def drawn(page: Page) -> None:
    """Wait until a course's page has drawn what was done on this phone, so that one can see that it draws nothing of others."""
    until(page, _DRAWN)


def offer(page: Page) -> None:
    """Open the box that offers the download, and wait until its size is said."""
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    expect(page.locator("[data-take-size]")).to_contain_text("ميغابايت", timeout=PATIENCE)


def press_start(page: Page) -> None:
    page.locator("[data-take-start]").click()


def whole(page: Page) -> None:
    """Wait until the course is on the phone."""
    expect(page.locator("[data-take-said]")).to_contain_text("الدورة كلها على هذا الهاتف", timeout=PATIENCE)
