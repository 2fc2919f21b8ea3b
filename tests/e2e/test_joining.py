"""A phone joins a group by the link in the trainer's picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from support.pressing import follow
from support.site import Site
from support.unseen import sign_in
from support.watching import OpenPage


@dataclass(frozen=True)
class Room:
    """A trainer's page of a group with its door open, and the link in the picture."""

    trainer: Page
    link: str


@pytest.fixture
def room(site: Site, open_page: OpenPage) -> Room:
    """Let a trainer make a group and open its door."""
    link = site.invite("eva@example.org", "trainer")
    page = open_page("about:blank", screen="wide", allowed=("/en/manage",))
    sign_in(page, link)
    page.goto("/en/groups")
    follow(page.locator("main a.main"))
    page.locator("[name=name]").fill("Monday")
    page.locator('[value="course_finland"]').check()
    follow(page.locator("main button.main"))
    page.locator("#door button").first.click()
    return Room(page, page.locator("#door a.iri").inner_text())


def test_a_phone_joins_says_it_is_here_and_begins_to_learn(
    room: Room, site: Site, open_page: OpenPage, axe: Callable[[Page], None]
) -> None:
    phone = open_page(room.link.removeprefix(site.url).replace("/en/", "/ar/"), language="ar")
    axe(phone)
    phone.locator("[name=name]").fill("أمل")
    follow(phone.locator("main button.main"))
    phone.locator("main button.main").click()
    expect(phone.locator(".done-line")).to_be_visible()
    axe(phone)
    follow(phone.locator("main a.main"))
    follow(phone.locator("main .main"))
    room.trainer.reload()
    expect(room.trainer.locator(".class-list tbody tr")).to_contain_text(["أمل"])
    axe(room.trainer)


def test_a_phone_without_script_joins_by_the_code(room: Room, open_page: OpenPage) -> None:
    code = room.trainer.locator("#door-code").inner_text()
    phone = open_page("/en/group", script=False)
    phone.locator("[name=code]").fill(code)
    follow(phone.locator("main form button"))
    phone.locator("main button.main").click()
    expect(phone.locator("main")).to_contain_text("Your number")


def test_a_name_of_a_hundred_letters_leaves_room_for_what_was_done(room: Room, site: Site, open_page: OpenPage) -> None:
    phone = open_page(room.link.removeprefix(site.url))
    phone.locator("[name=name]").fill("ن" * 100)
    follow(phone.locator("main button.main"))
    room.trainer.set_viewport_size({"width": 360, "height": 740})
    room.trainer.reload()
    done = room.trainer.locator(".class-list tbody tr").last.locator("td[data-label]").last
    box = done.bounding_box()
    assert box is not None
    assert box["x"] >= 0, "what was done is on the screen, too"
    assert box["x"] + box["width"] <= 360
    # Nor does the name take it away on a wider screen, where the row is one of a table.
    room.trainer.set_viewport_size({"width": 820, "height": 740})
    name = room.trainer.locator(".class-list tbody th").last.bounding_box()
    assert name is not None
    assert name["width"] < 400
