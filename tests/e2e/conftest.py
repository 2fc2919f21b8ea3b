"""A real server, a real browser, and pages that may not complain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from support.markup import accessibility_faults
from support.phones import Current, Phone
from support.places import EVERYTHING
from support.programs import LEAN, find_browser
from support.site import Site, run_site
from support.watching import OpenPage, Screen, Watch

#: A cheap phone, and a screen in an office.
SCREENS: dict[str, ViewportSize] = {"phone": {"width": 360, "height": 740}, "wide": {"width": 1280, "height": 800}}
#: How long a page may take to become what it should; a busy machine must not fail a test.
_PATIENCE = 30_000
#: No name but this machine's leads anywhere.
_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


expect.set_options(timeout=_PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if item.path.parent.name == "e2e":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of this process, with the packs that ship; its data is shared by the tests that run here."""
    with run_site(tmp_path_factory.mktemp("site"), settings={"PERILLE_RATE_LIMITS": "no"}) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    found = find_browser()
    assert found is not None, "make setup-test brings a browser"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(found.executable),
            args=[*found.arguments, *LEAN, _NO_NAMES],
            env={**os.environ, **found.environment},
        )
        yield started
        started.close()


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Iterator[Phone]:
    """A phone of its own, which the test starts, stops and kills."""
    made = Current(browser.browser_type, tmp_path / "phone")
    yield made
    made.close()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Open pages that are watched: at the end, any complaint, failed load or request to another site fails the test.

    The site's worker comes to tests that are marked `worker`, and in `make test-all` to all that do not refuse it: to bring it and to ask
    it for a page is a third of what a page costs.
    """
    watches: list[Watch] = []
    contexts = []
    has_worker = EVERYTHING or request.node.get_closest_marker("worker") is not None

    def open_it(
        path: str = "/",
        *,
        language: str = "en",
        screen: Screen = "phone",
        script: bool = True,
        allowed: tuple[str, ...] = (),
        workers: bool | None = None,
    ) -> Page:
        phone = screen == "phone"
        workers = has_worker if workers is None else workers
        context = browser.new_context(
            base_url=site.url,
            locale=language,
            viewport=SCREENS[screen],
            java_script_enabled=script,
            service_workers="allow" if workers else "block",
            is_mobile=phone,
            has_touch=phone,
        )
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        watch = Watch(site.url, allowed if workers else (*allowed, "blocked by Playwright"))
        context.on("page", watch.attach)
        watches.append(watch)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.problems] == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails where a rule of WCAG 2.2 AA is broken."""

    def check(page: Page) -> None:
        assert accessibility_faults(page) == []

    return check


@pytest.fixture
def open_phone(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens the smallest course, or another page, on a phone of its own where a script runs first; no error may go uncaught."""
    contexts = []
    errors: list[str] = []

    def open_it(script: str = "", path: str = "/ar/courses/online") -> Page:
        context = browser.new_context(base_url=site.url, viewport=SCREENS["phone"])
        context.set_default_timeout(30_000)
        contexts.append(context)
        context.add_init_script(script or ";")
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert errors == [], errors
