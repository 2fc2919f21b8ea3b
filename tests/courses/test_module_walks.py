"""Every module from the test that is failed to the certificate, without script: one site for all.

Whoever fails is told so and may try again; whoever passes then goes through the lessons by the main buttons alone. Each module is
walked in one of its languages, by turns; `TESTS_EVERY_PAGE=1` walks it in all of them.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from support.course_walk import items_of
from support.every_page import NearSite
from support.one_button import OneButton, right_answer, wrong_answer
from support.places import ROOT
from support.prepared import opened
from support.release_tier import sampled
from support.visitor import Visitor


@dataclass(frozen=True)
class Module:
    """A module that ends with a test, in one of its languages."""

    folder: str
    language: str
    home: str
    test: str


def modules() -> Iterator[Module]:
    """Yield each module that has a test of its own, in each of its languages; a path has none."""
    for manifest in sorted(ROOT.glob("modules/*/pack.toml")):
        about = tomllib.loads(manifest.read_text("utf-8"))
        tests = [key for key, unit in about.get("unit", {}).items() if unit.get("move_on") == "Passed"]
        for language in about["languages"] if tests else ():
            yield Module(
                str(manifest.parent.relative_to(ROOT)), language, f"/{language}/modules/{about['slug']}", tests[0]
            )


def in_turn(found: Iterable[Module]) -> Iterator[Module]:
    """Yield each module once, in that of its languages which fewest modules before it were yielded in."""
    taken: Counter[str] = Counter()
    for _folder, ways in groupby(found, key=lambda module: module.folder):
        module = min(ways, key=lambda way: taken[way.language])
        taken[module.language] += 1
        yield module


MODULES = list(modules() if "TESTS_EVERY_PAGE" in os.environ else in_turn(modules()))


def test_each_module_and_each_language_of_professionals_is_walked() -> None:
    assert len({module.folder for module in MODULES}) == 11
    assert {module.language for module in MODULES} == {"en", "et", "fi", "sk", "so", "sv"}


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NearSite]:
    """The packs that ship, in this process."""
    made = NearSite(tmp_path_factory.mktemp("module-walks"))
    with opened(made.app):
        yield made


@pytest.mark.parametrize(
    "module",
    sampled(MODULES, MODULES[::3], "another module with the same kinds of questions"),
    ids=lambda module: f"{Path(module.folder).name}-{module.language}",
)
def test_it_is_failed_and_passed_and_ends_with_a_certificate(near: NearSite, module: Module) -> None:
    visitor = Visitor(near.app)
    visitor.client.set_cookie("lang", module.language)
    walk = OneButton(visitor, items_of(module.folder, "courses/course_shared"), module.home)
    walk.open(f"{module.home}/{module.test}")
    walk.answers = wrong_answer
    walk.press_until(_has_result)
    failed = walk.page
    assert failed.language == module.language
    assert not failed.all("span", class_="code")
    walk.answers = right_answer
    walk.press()
    walk.press_until(_has_result)
    assert walk.page.heading != failed.heading
    walk.press_until(lambda now: bool(now.page.all("span", class_="code")))
    assert walk.at == f"{module.home}/certificate"
    assert walk.page.language == module.language


def _has_result(walk: OneButton) -> bool:
    return walk.at.endswith("?q=result")
