"""Administrators in a real browser: a client is made, its statements appear by themselves, and every page is in order."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from lrs.samples import agent, new_id, statement
from support.markup import html_faults
from support.places import EVERYTHING
from support.site import Site, run_site
from support.watching import SCREENS_OF_DIRECTIONS, OpenPage, Screen

#: What the rules look at on the second screen too: a list with its form, and a table. The others show nothing that is not on the first.
_AGAIN = ("/clients", "/statements")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for all tests of this file: its administrator signs in once."""
    with run_site(tmp_path_factory.mktemp("record-store"), settings={"PERILLE_RATE_LIMITS": "no"}) as running:
        yield running


@pytest.fixture(scope="module")
def cookies() -> list[dict[str, str]]:
    """Where the administrator's browser keeps its cookie from test to test."""
    return []


@pytest.fixture
def administrator(open_page: OpenPage, site: Site, cookies: list[dict[str, str]]) -> Callable[..., Page]:
    """Open a page as somebody who is signed in."""

    def open_it(path: str, **how: str | bool) -> Page:
        page = open_page("/en/", **how)  # type: ignore[arg-type]
        if not cookies:
            page.goto(urlsplit(site.administrator_link).path)
            page.locator("main button").first.click()
            page.wait_for_url("**/second-factor")
            site.verify_sessions()
            cookies.extend(page.context.cookies())  # type: ignore[arg-type]
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(path)
        return page

    return open_it


def make_client(page: Page) -> tuple[str, str]:
    """Fill in the form on the page of clients; return key and secret."""
    page.get_by_label("Name").fill("A player <b>")
    page.locator("input[value=all]").check()
    page.get_by_role("button", name="Make the client").click()
    return page.locator("#key").inner_text(), page.locator("#secret").inner_text()


def store(site: Site, known: tuple[str, str], *names: str) -> list[str]:
    """Store a statement of each of these people; return the ids."""
    ids = [new_id() for _ in names]
    body = [statement(id=number, actor=agent(name)) for number, name in zip(ids, names, strict=True)]
    token = base64.b64encode(":".join(known).encode()).decode()
    headers = {
        "Authorization": f"Basic {token}",
        "X-Experience-API-Version": "2.0.0",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(f"{site.url}/xapi/statements", json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        assert answer.status == 200
    return ids


def test_statements_appear_by_themselves_and_nothing_that_is_there_moves(
    administrator: Callable[..., Page], site: Site
) -> None:
    known = make_client(administrator("/en/manage/clients"))
    (first,) = store(site, known, "<i>a</i>")
    page = administrator("/en/manage/statements", screen="wide")
    row = page.locator(f'[data-id="{first}"]')
    expect(row).to_contain_text("<i>a</i>")
    row.locator("th a").focus()
    second, third = store(site, known, "two", "three")
    expect(page.locator(f'[data-id="{third}"]')).to_be_visible()
    # The site is shared: what others have stored may stand below, and between.
    shown = page.evaluate("[...document.querySelectorAll('#rows tr')].map((row) => row.dataset.id)")
    assert [each for each in shown if each in (first, second, third)] == [third, second, first]
    expect(row.locator("th a")).to_be_focused()
    expect(page.locator("#live")).to_be_visible()


def test_the_list_works_without_script(administrator: Callable[..., Page], site: Site) -> None:
    known = make_client(administrator("/en/manage/clients"))
    page = administrator("/en/manage/statements", script=False)
    (number,) = store(site, known, "later")
    expect(page.locator("#still")).to_be_visible()
    expect(page.locator("#live")).to_be_hidden()
    page.reload()
    page.locator(f'[data-id="{number}"] th a').click()
    page.locator("details.card summary").click()
    expect(page.locator("pre")).to_contain_text(number)


@SCREENS_OF_DIRECTIONS
def test_the_pages_are_valid_accessible_and_fit(
    administrator: Callable[..., Page], site: Site, axe: Callable[[Page], None], language: str, screen: Screen
) -> None:
    known = make_client(administrator("/en/manage/clients"))
    (number,) = store(site, known, "somebody")
    here = f"/{language}/manage"
    page = administrator(here, screen=screen, allowed=("status of 400",))
    pages = {}
    for path in (
        "",
        "/clients",
        f"/clients/{known[0]}",
        "/statements",
        f"/statements/{number}",
        "/refused",
        "/issuers",
        "/forwarding",
    ):
        page.goto(here + path)
        if EVERYTHING or screen == "phone" or path in _AGAIN:
            axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        pages[path] = page.content()
    page.goto(f"{here}/clients")
    page.locator("form.narrow button").click()
    expect(page.locator("#errors a")).to_have_count(2)
    expect(page.locator("#errors")).to_be_focused()
    if EVERYTHING or screen == "phone":
        axe(page)
    pages["wrong"] = page.content()
    assert html_faults(pages) == []
