"""Waiting for what a page answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

#: Seconds in which a page on a busy machine comes to what is waited for.
_PATIENCE = 30.0


def until(page: Page, asked: str, *, patience: float = _PATIENCE) -> None:
    """Ask a page until what it answers is true, also where it answers later; give up after *patience* seconds.

    `Page.wait_for_function` takes a promise itself for true, whatever it brings: such a wait ends at once and can never fail.
    """
    end = time.monotonic() + patience
    while not page.evaluate(asked):
        assert time.monotonic() < end, asked
        page.wait_for_timeout(50)


def until_so(page: Page, is_so: Callable[[], bool], what: str) -> None:
    """Let a page work until something outside of it, as the cookies of its browser, is as it is to be."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end, what
        page.wait_for_timeout(50)
