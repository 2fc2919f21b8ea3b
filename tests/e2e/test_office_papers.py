"""What an office prints: no column of a table ends beyond the paper, and nothing on it is to be pressed."""

from __future__ import annotations

from playwright.sync_api import Page

from e2e.test_staff_phones import sign_in
from support.pressing import follow
from support.site import Site
from support.watching import OpenPage

#: A sheet of A4 less its margins, at 96 points an inch.
_PAPER = 700
#: A name that has no place to break, as wide as none should be.
_WIDE = "W" * 120


def beyond_paper(page: Page) -> list[str]:
    """Say which columns end where no paper is, and what is printed that nobody can press there."""
    page.set_viewport_size({"width": _PAPER, "height": 900})
    page.emulate_media(media="print")
    found: list[str] = page.evaluate(
        """(width) => [...document.querySelectorAll("main :is(th, td, button)")].filter((each) => each.checkVisibility()
            && (each.tagName === "BUTTON" || each.getBoundingClientRect().right > width)).map((each) => each.outerHTML.slice(0, 120))""",
        _PAPER,
    )
    page.emulate_media(media="screen")
    return [f"{page.url}: {each}" for each in found]


def test_a_coordinator_prints_people_and_hours(site: Site, open_page: OpenPage) -> None:
    page = sign_in(site, open_page, "coordinator")
    page.goto("/en/account")
    page.locator("#name").fill(_WIDE)
    follow(page.locator("main button.main"))
    page.goto("/en/organisations")
    people = page.url
    faults = beyond_paper(page)
    for report in ("people", "hours"):
        page.goto(f"{people.removesuffix('/people')}/reports/{report}")
        faults += beyond_paper(page)
    page.goto(people)
    follow(page.locator("main table a").first)
    assert faults + beyond_paper(page) == []


def test_a_trainer_prints_who_came(site: Site, open_page: OpenPage) -> None:
    page = sign_in(site, open_page, "trainer")
    page.goto("/en/groups")
    follow(page.locator("main a[href*='/groups/new']"))
    page.locator("#name").fill("Tuesday")
    for box in page.locator("input[name=packs]").all()[:4]:
        box.check()
    follow(page.locator("main button.main"))
    group = page.url.rpartition("#")[0] or page.url
    page.goto(f"{group}/people")
    page.locator("textarea").fill(_WIDE)
    follow(page.locator("main form:has(textarea) button"))
    faults = []
    for part in ("", "/list", "/cards"):
        page.goto(group + part)
        faults += beyond_paper(page)
    assert faults == []
