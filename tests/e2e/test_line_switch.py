"""Two people on one phone in airplane mode, the server stopped: two presses open the other one's progress, and all arrives at its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Error, Page

from support.cut_line import stop
from support.old_engine import run_old_engine
from support.phones import wait
from support.release_tier import sampled
from support.site import Site, run_site
from support.whole_packs import write_facts, write_way

_COURSE = "/en/courses/way"
_DONE = "document.querySelectorAll('ol.way li.done').length"
_READY = "Boolean(self.perille && self.perille.send)"
#: Pictures that the box above a kept page offers, and of which the summary says that it is open.
_BOX = """(function () {
    var box = document.querySelector('details.people');
    return box && [box.querySelector('summary strong').textContent,
        [].map.call(box.querySelectorAll('button'), function (each) { return each.querySelector('strong').textContent; })];
})()"""
_OTHER = (
    "[].find.call(document.querySelectorAll('.people button'), function (each) {"
    " return each.offsetHeight && !/Open now/.test(each.innerText); })"
)


class Engine(Protocol):
    """A browser on a phone."""

    def open(self, url: str) -> None:
        """Load a page."""

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""

    def wait(self, script: str) -> Any:
        """Wait until an expression is true in the page."""


class _Current:
    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> None:
        """Load a page."""
        self.page.goto(url)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page; None while that goes away."""
        try:
            return self.page.evaluate(script)
        except Error:
            return None

    def wait(self, script: str) -> None:
        """Wait until an expression is true in the page."""
        wait(self, script)


@pytest.fixture(params=sampled(["current", 69], ("current",), "an old engine keeps courses and acts in other tests"))
def engine(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "current":
        page = browser.new_page(viewport={"width": 360, "height": 740})
        yield _Current(page)
        page.context.close()
        return
    with run_old_engine(request.param, tmp_path / "engine.log") as old:
        old.new(language="en")
        yield old


def _settings(folder: Path) -> dict[str, str]:
    packs = (folder / "packs" / name for name in ("course_way", "course_facts"))
    return {"PERILLE_RATE_LIMITS": "no", "PERILLE_PACK_PATHS": ":".join(map(str, packs))}


def _press(engine: Engine, selector: str, then: str) -> None:
    _click(engine, f"document.querySelector({json.dumps(selector)})")
    engine.wait(then)


def _click(engine: Engine, found: str) -> None:
    """Press what an expression finds, a moment later: the page may go away with it."""
    engine.wait(f"document.readyState === 'complete' && Boolean({found})")
    engine.run(f"setTimeout(function () {{ {found}.click(); }}) && 1")


def _go_on(engine: Engine, url: str, lesson: str, following: str) -> None:
    """Finish a lesson that is on the phone."""
    engine.open(f"{url}{_COURSE}/{lesson}")
    engine.wait(_READY)
    _press(engine, "nav.ways form button", f"location.pathname.endsWith('{following}')")


def _switch(engine: Engine) -> None:
    _click(engine, "document.querySelector('details.people summary')")
    engine.run("window.before = 1")
    _click(engine, _OTHER)
    engine.wait("!window.before && Boolean(document.querySelector('details.people summary strong'))")


def _take_along(engine: Engine, site: Site) -> None:
    """Let two people start the course, and take it along."""
    engine.open(site.url + _COURSE)
    _press(engine, "form[action$='/start'] button", "location.pathname.endsWith('/hello')")
    engine.open(f"{site.url}/en/whose")
    _press(engine, "form[action$='/whose/add'] button", "location.pathname.endsWith('/en/')")
    engine.open(site.url + _COURSE)
    _press(engine, "form[action$='/start'] button", "location.pathname.endsWith('/hello')")
    engine.open(site.url + _COURSE)
    _click(engine, "document.querySelector('details.take:not([hidden]) summary')")
    _click(engine, "document.querySelector('[data-take-start]:not([hidden])')")
    engine.wait("Boolean(document.querySelector('[data-take-remove]:not([hidden])'))")
    engine.open(site.url + _COURSE)
    engine.wait(_READY)
    engine.run("self.perille.send().then(function () { window.sent = 1; }) && 1")
    engine.wait("window.sent === 1")


def _open_name(engine: Engine) -> str:
    name: str = engine.run("document.querySelector('details.people summary strong').textContent")
    return name


def test_two_people_learn_in_turn_without_a_line_and_each_has_what_is_theirs(engine: Engine, tmp_path: Path) -> None:
    write_way(
        tmp_path / "packs",
        lessons={name: f"# {name}\n\nWords.\n" for name in ("hello", "second", "third")},
        items={},
        assessments={},
        extra="",
    )
    write_facts(tmp_path / "packs")
    with run_site(tmp_path, settings=_settings(tmp_path)) as site:
        _take_along(engine, site)
        stop(site)
    _go_on(engine, site.url, "hello", "/second")
    engine.wait(f"Boolean({_BOX})")
    second, names = engine.run(_BOX)
    assert len(names) == 2
    _switch(engine)
    first = _open_name(engine)
    assert {first, second} == set(names)
    engine.wait(_READY)
    assert engine.run(_DONE) == 0, "what the other one did is not shown"
    _go_on(engine, site.url, "hello", "/second")
    _go_on(engine, site.url, "second", "/third")
    _switch(engine)
    engine.wait(f"{_DONE} === 1")
    _switch(engine)
    engine.wait(f"{_DONE} === 2")
    with run_site(tmp_path, settings=_settings(tmp_path), port=int(site.url.rpartition(":")[2])):
        engine.open(site.url + _COURSE)
        # The server has followed: the page is that of who was chosen without a line.
        engine.wait("Boolean(document.querySelector('[data-profile]'))")
        assert first in engine.run("document.querySelector('[data-profile]').textContent")
        engine.wait(_READY)
        engine.run(
            "self.perille.send().then(function () { return self.perille.all(); }).then(function (all) { window.left = all.length; }) && 1"
        )
        engine.wait("window.left === 0")
        assert not engine.run("/perille_profile=[^;]*[.]1(;|$)/.test(document.cookie)")
        engine.open(f"{site.url}/en/whose")
        said = engine.run(
            "[].map.call(document.querySelectorAll('button.who'), function (each) { return each.textContent; })"
        )
        assert [name for name in (first, second) for each in said if name in each] == [first, second]
        assert all(("2 of 3" if first in each else "1 of 3") in each for each in said), said
