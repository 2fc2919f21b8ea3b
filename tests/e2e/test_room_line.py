"""A phone in a room without internet loses the laptop for a while: the page stays and says so, and the press works when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.course_walk import MAIN
from support.pressing import follow
from support.site import Site, run_site

SAID = "[data-probe]"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Site]:
    """The trainer's laptop."""
    with run_site(tmp_path, arguments=["--lan", "--host", "127.0.0.1"]) as running:
        yield running


def press_without_line(page: Page, pressed: str) -> None:
    """Press what a selector names while the line is cut, then again when it is back."""
    here = page.url
    page.context.set_offline(True)
    page.locator(pressed).first.click(no_wait_after=True)
    expect(page.locator(SAID)).to_be_visible()
    assert page.url == here
    page.context.set_offline(False)
    follow(page.locator(pressed).first)
    assert page.url != here
    expect(page.locator(SAID)).to_be_hidden()


def test_a_press_while_the_line_is_cut_keeps_the_page(browser: Browser, laptop: Site) -> None:
    context = browser.new_context(base_url=laptop.url, locale="ar", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/ar/courses/finland")
    press_without_line(page, "main form button.main")
    press_without_line(page, MAIN)
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    context.close()
