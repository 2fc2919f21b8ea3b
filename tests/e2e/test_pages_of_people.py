"""Every page that somebody with a role is led to is accessible, valid and no wider than a phone.

Links are followed as they are met, each kind of address once. The pages of the Studio, of courses and of
the record store have tests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from support.crawl import Nested, nested
from support.html import read_html
from support.markup import accessibility_faults, bring_rules, html_faults
from support.places import EVERYTHING
from support.pressing import follow
from support.release_tier import sampled
from support.site import Site
from support.watching import OpenPage

_OFFICE = "The office of pages"
#: What differs between addresses of one kind: a number, a token.
_DIFFERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/[\w.-]{24,}|\d+")
#: Files, and what has tests of its own.
_LEFT_OUT = re.compile(
    r"/(studio|courses|modules|errands|static|media|statements|clients|forwards)(/|$)|\.(csv|ics|json|zip)(\?|$)|^/\w+/(help|search|verify|look|safe|who)"
)
#: What the rules and the validator have seen in this process, each kind of element in every other: what is not new breaks no rule either.
_SEEN: set[Nested] = set()
#: How many kinds of pages each role is led to at least: none may vanish unseen.
_OF_ADMINISTRATOR = 17
LEAST = {"coordinator": 26, "trainer": 18, "mentor": 8, "author": 8, "member": 8}


@pytest.mark.parametrize(
    "role", sampled(LEAST, ("coordinator",), "most pages of other roles are the coordinator's too")
)
def test_each_page_of_a_role_breaks_no_rule(site: Site, open_page: OpenPage, role: str) -> None:
    page = _as(site, open_page, role)
    if role in ("trainer", "coordinator"):
        _make_group(page)
        _make_seminar(page)
    faults, pages = _looked_at(page, "/en/account", "/en/account/first", "/en/my-data", "/en/group", "/en/seminars")
    assert faults == []
    assert len(pages) >= LEAST[role], sorted(pages)


def test_each_page_of_the_administrator_breaks_no_rule(site: Site, open_page: OpenPage) -> None:
    site.invite("first@pages.example", "coordinator", _OFFICE)
    page = open_page(urlsplit(site.administrator_link).path, allowed=("status of 40[34]",), workers=False)
    follow(page.locator("main button").first)
    site.verify_sessions()
    faults, pages = _looked_at(page, "/en/account", "/en/account/first", "/en/manage")
    assert faults == []
    assert len(pages) >= _OF_ADMINISTRATOR, sorted(pages)


def _looked_at(page: Page, *first: str) -> tuple[list[str], dict[str, str]]:
    """Return the faults of pages and of all to which links lead from them, and the pages by their addresses."""
    faults, pages, shown = list[str](), dict[str, str](), set[Nested]()
    bring_rules(page)
    for address, sent in _followed(page, *first):
        pages[address] = sent
        if EVERYTHING or not nested(sent) <= _SEEN | shown:
            shown |= nested(sent)
            page.goto(address)
            pages[address] = page.content()
            faults += [f"{address}: {each}" for each in accessibility_faults(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"{address} is wider than the screen")
    faults += html_faults(pages)
    if not faults:  # what was wrong is looked at again by who tries again
        _SEEN.update(shown)
    return faults, pages


def _as(site: Site, open_page: OpenPage, role: str) -> Page:
    """Return the phone of somebody with a role."""
    link = site.invite(f"{role}@pages.example", role, _OFFICE)
    page = open_page("/" + link.split("/", 3)[3], allowed=("status of 40[34]",), workers=False)
    follow(page.locator("main button").first)
    return page


def _make_group(page: Page) -> None:
    page.goto("/en/groups")
    follow(page.locator("main a[href*='/groups/new']").first)
    page.locator("#name").fill("أمل Tuesday")
    page.locator("input[name=packs]").first.check()
    follow(page.locator("main button.main"))
    group = page.url.partition("#")[0]
    page.goto(f"{group}/people")
    page.locator("textarea").fill("أمل\nBilal")
    follow(page.locator("main form:has(textarea) button"))
    page.goto(group)
    follow(page.locator("main button.main").first)


def _make_seminar(page: Page) -> None:
    page.goto("/en/groups")
    follow(page.locator("main a[href$='/seminars']").first)
    page.locator("#title").fill("Law at work")
    page.locator("#place").fill("Room 2")
    page.locator("input[type=date]").first.fill("2030-05-05")
    page.locator("input[type=time]").first.fill("09:00")
    page.locator("input[type=time]").last.fill("11:00")
    follow(page.locator("main button.main"))


def _followed(page: Page, *first: str) -> Iterator[tuple[str, str]]:
    """Yield these pages and those to which links lead from them, as they are sent to the person in the browser."""
    seen: set[str] = set()
    waiting = list(first)
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        kind = _DIFFERS.sub("#", address)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.request.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        html = answer.text()
        yield address, html
        found = (each for each in read_html(html) if each.name == "a" and any(up.name == "main" for up in each.parents))
        links = [each.attributes.get("href", "") for each in found if not each.has("download")]
        waiting += [link for link in links if link.startswith("/") and not _LEFT_OUT.search(link)]
