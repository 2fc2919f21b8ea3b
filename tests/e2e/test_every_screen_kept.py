"""Each screen and question of a course that was taken along opens with the server stopped, on a current browser and on one of 2018.

`make test` opens each twentieth of them on the current one, `make test-all` all on both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.cut_line import stop
from support.old_engine import OldEngine, run_old_engine
from support.site import Site, run_site
from support.take_along import KEPT_SCREENS, offer, press_start, whole

_COURSE = "/ar/courses/finland"
_TURNS = 20
#: Where one is, whether a heading with words and the way out are there, as the style sheet places it, and pictures that are not.
_SHOWN = """(() => [location.pathname + location.search,
    Boolean(document.querySelector('main h1')) && document.querySelector('main h1').textContent.trim().length > 1,
    Boolean(document.querySelector('#quick-exit')) && getComputedStyle(document.querySelector('#quick-exit')).position === 'fixed',
    Array.from(document.images).filter((each) => each.complete && !each.naturalWidth).map((each) => each.src)])()"""
_MOST = 190


def drawn(screens: list[str]) -> list[str]:
    """Return the screens of this run."""
    assert len(screens) > _MOST
    return screens[:: 1 if "TESTS_EVERY_PAGE" in os.environ else _TURNS]


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[Site]:
    with run_site(tmp_path, settings={"PERILLE_RATE_LIMITS": "no"}) as site:
        yield site


def test_every_screen_of_a_course_that_was_taken_along_opens_without_a_line(browser: Browser, cut: Site) -> None:
    page = browser.new_context(base_url=cut.url, viewport={"width": 360, "height": 740}).new_page()
    page.goto(_COURSE)
    offer(page)
    press_start(page)
    whole(page)
    screens = drawn(page.evaluate(KEPT_SCREENS, _COURSE[1:]))
    stop(cut)
    strange = {}
    for path in screens:
        page.goto(path)
        shown = page.evaluate(_SHOWN)
        if shown != [path, True, True, []]:
            strange[path] = shown
    assert strange == {}
    page.goto("/ar/courses/finland/nowhere")
    expect(page.locator("main h1")).to_contain_text("الإنترنت")
    page.context.close()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[OldEngine]:
    """Chromium 69."""
    with run_old_engine(69, tmp_path / "engine.log") as engine:
        yield engine


@pytest.mark.release("an old phone opens a kept course in test_without_line.py")
def test_every_screen_opens_without_a_line_on_an_old_phone(old: OldEngine, cut: Site) -> None:
    old.new(language="ar")
    old.open(cut.url + _COURSE)
    old.wait("document.querySelector('details.take') !== null && !document.querySelector('details.take').hidden")
    old.run("document.querySelector('details.take').open = true")
    old.wait(
        "document.querySelector('[data-take-start]') !== null && !document.querySelector('[data-take-start]').hidden"
    )
    old.run("document.querySelector('[data-take-start]').click()")
    old.wait(
        "document.querySelector('[data-take-stop]').hidden && !document.querySelector('[data-take-remove]').hidden"
    )
    old.run(f"({KEPT_SCREENS})('{_COURSE[1:]}').then(function (found) {{ window.screensKept = found; }})")
    screens = drawn(old.wait("window.screensKept"))
    stop(cut)
    strange = {}
    for path in screens:
        old.open(cut.url + path)
        shown = old.wait(f"document.readyState === 'complete' && {_SHOWN}")
        if shown != [path, True, True, []]:
            strange[path] = shown
    assert strange == {}
