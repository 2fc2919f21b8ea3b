"""Going the way of a course in a browser: pressing what is offered, and answering with the answers of the packs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

from playwright.sync_api import Locator, Page, expect

from perille.domain.item import Item
from support.browser_visitor import BrowserVisitor
from support.one_button import OneButton
from support.places import ROOT
from support.pressing import follow
from support.shipped import shipped_pack

#: The one thing to press on a page.
MAIN = "main .main:visible"
#: More screens than any course has.
_MOST = 300


@cache
def items_of(*folders: str) -> Mapping[str, Item]:
    """Return the items of packs by key, as they are compiled; where a key is in two packs, the first one's."""
    found: dict[str, Item] = {}
    for folder in folders:
        loaded = shipped_pack(Path(ROOT, folder))
        found = {key: each.item for key, each in loaded.items.items()} | found
    return found


def finland_items() -> Mapping[str, Item]:
    """Return the items of the Finland course and of the lessons that it shares with others."""
    return items_of("courses/course_finland", "courses/course_shared")


def screens_of(lesson: str) -> int:
    """Return how many screens a lesson of the Finland course has: one before the first heading, and one for each."""
    text = Path(ROOT, "courses/course_finland/lessons", f"{lesson}.md").read_text("utf-8")
    return text.count("\n## ") + 1


@dataclass
class Journey:
    """Somebody on the way through a course."""

    page: Page
    items: Mapping[str, Item] = field(default_factory=finland_items)
    #: Path and query of every page that was looked at.
    screens: list[str] = field(default_factory=list)
    #: Interactions of the questions that were answered.
    answered: list[str] = field(default_factory=list)

    def press_main(self) -> None:
        """Press the one main action of the page."""
        main = self.page.locator(MAIN)
        expect(main).to_have_count(1)
        self.screens.append(self.page.url.partition("//")[2].partition("/")[2])
        follow(main)

    def start(self, language: str) -> None:
        """Choose a language on the home page, open the course and start it."""
        follow(self.page.locator(f".picker a[hreflang={language}]"))
        follow(self.page.locator(".course-card[href$='/finland']"))
        self.press_main()

    def walk_lessons(self, until: str = "safety-check", *, of_a_kind: int = 2) -> None:
        """Go through the lessons by their main action alone; the first *of_a_kind* questions of a kind are answered wrong, then right."""
        for _screen in range(_MOST):
            if self.page.url.partition("?")[0].endswith(f"/{until}"):
                return
            for form in self.page.locator("main form.check").all():
                if self.answered.count(self.item_in(form).interaction) < 2 * of_a_kind:
                    self.answer(form, right=False)
                    self.answer(form)
            self.press_main()
        raise AssertionError("the lessons have no end")

    def go_unseen(self, until: str) -> None:
        """Go on to a lesson, or what *until* names, without showing what lies between; all questions there are answered rightly.

        `TESTS_EVERY_PAGE=1` shows it.
        """
        if "TESTS_EVERY_PAGE" in os.environ:
            self.walk_lessons(until)
            return
        walk = OneButton(BrowserVisitor(self.page), self.items, self.page.url.partition("#")[0])
        walk.press_until(lambda now: now.at.partition("?")[0].endswith(f"/{until}"))
        self.page.goto(walk.at)

    def item_in(self, form: Locator) -> Item:
        """Return the item that a form asks."""
        return self.items[form.locator("input[name=item]").input_value()]

    def answer(self, form: Locator, *, right: bool = True) -> None:
        """Answer the question of a form and wait for what is said."""
        item = self.item_in(form)
        fill(form, item, right=right)
        form.locator("> p > button:first-child").click()
        outcome = ".result-right" if right else ":is(.result-wrong, .result-open)"
        expect(self.page.locator(f"#a-{item.key}-result{outcome}")).to_be_attached()
        self.answered.append(item.interaction)

    def pass_safety_check(self, wrong_first: int = 2) -> None:
        """Answer every question of the test that is open; the first ones wrong at first, to see hint and reason."""
        for number in range(_MOST):
            form = self.page.locator("main form.check")
            if not form.count():
                return
            if number < wrong_first:
                self.answer(form, right=False)
                expect(form.locator("details.hint[open] p")).to_be_visible()
                expect(form.locator(".feedback, .result p").first).to_be_visible()
            self.answer(form)
            self.press_main()
            self.page.wait_for_load_state()
        raise AssertionError("the test has no end")


def fill(form: Locator, item: Item, *, right: bool = True) -> None:
    """Put an answer into the controls of a question, with or without the comfort of script."""
    _FILLING[item.interaction](form, item, right)


def _choose(form: Locator, item: Item, right: bool) -> None:
    key = next(option.key for option in item.options if option.right is right)
    form.locator(f"input[value='{key}']").check()


def _choose_all(form: Locator, item: Item, right: bool) -> None:
    # Where each choice is right, one alone is the wrong answer: nothing ticked would be no answer.
    ticked = {option.key for option in item.options if option.right is right} or {item.options[0].key}
    for option in item.options:
        form.locator(f"input[value='{option.key}']").set_checked(option.key in ticked)


def _say_true(form: Locator, item: Item, right: bool) -> None:
    said = item.accepted[0] if right else {"true": "false", "false": "true"}[item.accepted[0]]
    form.locator(f"input[value='{said}']").check()


def _type(form: Locator, item: Item, right: bool) -> None:
    form.locator("input[type=text]").fill(item.accepted[0] if right else "7007")


def _match(form: Locator, item: Item, right: bool) -> None:
    keys = [option.key for option in item.options]
    for source, target in zip(keys, keys if right else [*keys[1:], keys[0]], strict=True):
        _join(form, source, target)


def _join(form: Locator, source: str, target: str) -> None:
    """Choose in a list that folds out, or, where somebody finds their way by pictures, press what stands there."""
    pressed = form.locator(f"input[name$='.{source}'][value='{target}']")
    if pressed.count():
        pressed.check()
    else:
        form.locator(f"select[name$='.{source}']").select_option(target)


def _order(form: Locator, item: Item, right: bool) -> None:
    keys = [option.key for option in item.options]
    wanted = keys if right else [*keys[1:], keys[0]]
    if form.locator(".ordered").count():
        _move(form, wanted)
        return
    for place, key in enumerate(wanted, start=1):
        form.locator(f"select[name$='.{key}']").select_option(str(place))


def _move(form: Locator, wanted: list[str]) -> None:
    for place, key in enumerate(wanted):
        step = form.locator(f"[data-step='{key}']")
        while form.locator("[data-step]").nth(place).get_attribute("data-step") != key:
            step.locator("[data-move=up]").click()


def _fill_gaps(form: Locator, item: Item, right: bool) -> None:
    fits = cast(Mapping[str, str], item.extra["fits"])
    for gap in cast(list[str], item.extra["gaps"]):
        word = next(word for word, home in fits.items() if (home == gap) is right)
        form.locator(f"select[name$='.{gap}']").select_option(word)


def _group(form: Locator, item: Item, right: bool) -> None:
    groups = cast(list[str], item.extra["groups"])
    for member, home in cast(Mapping[str, str], item.extra["group_of"]).items():
        other = next(group for group in groups if group != home)
        _join(form, member, home if right else other)


_FILLING: Mapping[str, Callable[[Locator, Item, bool], None]] = {
    "choice": _choose,
    "picture-choice": _choose,
    "multiple-choice": _choose_all,
    "true-false": _say_true,
    "fill-in": _type,
    "numeric": _type,
    "matching": _match,
    "sequencing": _order,
    "gap-fill": _fill_gaps,
    "grouping": _group,
}
