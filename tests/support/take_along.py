"""Taking a course along in a browser, as its page offers it in Arabic."""

from __future__ import annotations

from playwright.sync_api import Page, expect

#: Milliseconds in which a course is made ready, or stored, on a busy machine.
_PATIENCE = 120_000
#: Of a course ("ar/courses/online") on the phone, the addresses of its screens and questions, with a second language and easy words.
KEPT_SCREENS = """(course) => caches.open(`perille-course:${course}`).then((cache) => cache.keys()).then((keys) => keys
    .map((key) => key.url.slice(location.origin.length)).filter((at) => new RegExp(`${course}/[a-z-]+([?]|$)`).test(at)).sort())"""


def offer(page: Page) -> None:
    """Open the box that offers the download, and wait until its size is said."""
    page.wait_for_selector("details.take:not([hidden])")
    page.evaluate("() => { document.querySelector('details.take').open = true; }")
    expect(page.locator("[data-take-size]")).to_contain_text("ميغابايت", timeout=_PATIENCE)


def press_start(page: Page) -> None:
    page.locator("[data-take-start]").click()


def whole(page: Page) -> None:
    """Wait until the course is on the phone."""
    expect(page.locator("[data-take-said]")).to_contain_text("الدورة كلها على هذا الهاتف", timeout=_PATIENCE)
