"""Whoever presses the one main button of each page comes to a certificate, wherever they begin.

A pack's way is walked in one of three orders, by turns; `TESTS_EVERY_PAGE=1` walks every pack in all of them. A path has no test of
its own: its modules are walked. That of a module whose test comes first is gone by test_module_walks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.course_walk import items_of
from support.every_page import NearSite
from support.one_button import OneButton
from support.places import EVERYTHING, ROOT
from support.prepared import opened
from support.visitor import Visitor

ORDERS = ("lessons first", "test first", "half of the lessons, then the test")


@dataclass(frozen=True)
class Way:
    """A pack that ends with a certificate."""

    folder: str
    home: str
    units: tuple[str, ...]
    #: The unit that must be passed.
    test: str


def ways() -> Iterator[Way]:
    """Yield every pack that ends with a test and a certificate, in the last of its languages."""
    for manifest in sorted((*ROOT.glob("courses/*/pack.toml"), *ROOT.glob("modules/*/pack.toml"))):
        about = tomllib.loads(manifest.read_text("utf-8"))
        units = [unit for block in about.get("block", ()) for unit in block["units"]]
        tests = [unit for unit in units if about["unit"].get(unit, {}).get("move_on") == "Passed"]
        if about.get("credential", {}).get("kind") == "completion" and tests:
            home = f"/{about['languages'][-1]}/{about['kind']}s/{about['slug']}"
            yield Way(str(manifest.parent.relative_to(ROOT)), home, tuple(units), tests[0])


#: Packs that each run walks: one in each order, courses and modules among them.
_EACH_RUN = {"course_finland", "course_iceland", "module_ct3"}
_RELEASE = pytest.mark.release("another pack with the same kinds of lessons")
WALKS = [
    pytest.param(
        *(way, order),
        id=f"{Path(way.folder).name}-{order}",
        marks=() if Path(way.folder).name in _EACH_RUN else _RELEASE,
    )
    for number, way in enumerate(ways())
    for place, order in enumerate(ORDERS)
    if EVERYTHING or (place == number % len(ORDERS) and (order, Path(way.folder).parts[0]) != (ORDERS[1], "modules"))
]


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NearSite]:
    """The packs that ship, in this process."""
    made = NearSite(tmp_path_factory.mktemp("one-button"))
    with opened(made.app):
        yield made


def test_each_run_walks_a_pack_in_each_order() -> None:
    """One more pack gives every pack after it another turn."""
    each_run = {walk.values[1] for walk in WALKS if not walk.marks}
    assert each_run == set(ORDERS)


@pytest.mark.parametrize(("way", "order"), WALKS)
def test_the_main_buttons_alone_lead_to_a_certificate(near: NearSite, way: Way, order: str) -> None:
    visitor = Visitor(near.app)
    visitor.client.set_cookie("lang", way.home.split("/")[1])
    walk = OneButton(visitor, items_of(way.folder, "courses/course_shared"), way.home)
    if order == ORDERS[2]:
        middle = f"{way.home}/{way.units[len(way.units) // 2].removeprefix('shared:')}"
        walk.press_until(lambda now: now.at.partition("?")[0] == middle)
    if order != ORDERS[0]:
        walk.open(f"{way.home}/{way.test}")
    walk.press_until(lambda now: bool(now.page.all("span", class_="code")))
    assert walk.at == f"{way.home}/certificate"
