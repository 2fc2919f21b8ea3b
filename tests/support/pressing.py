"""Pressing what leads to another page."""

from __future__ import annotations

from playwright.sync_api import Locator


def follow(pressed: Locator) -> None:
    """Press a link or a button, and wait until the page that it leads to is there.

    A press alone does not wait for it on a busy machine: what comes next would look at the page before, press its button once more, or cut
    short the form that is on its way.
    """
    with pressed.page.expect_navigation(wait_until="domcontentloaded"):
        pressed.click()
