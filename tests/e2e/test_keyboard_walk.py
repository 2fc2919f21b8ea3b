"""Whole courses by keyboard alone, without script, 320 pixels wide: in each direction of writing, a long one in Arabic and a short one.

`tests/bench/keyboard_walk.py` goes all courses in all their languages.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.course_walk import items_of
from support.keyboard_walk import WIDE, KeyboardWalk
from support.places import EVERYTHING
from support.watching import OpenPage

#: Lessons of Estonia that `make test` does not show, each with where it goes on: those that are shown ask every kind of question.
UNSEEN = {"emergency": "help-lines", "offices": "home", "health": "safe-and-well", "safe-online": "safety-check"}
#: A course of a country has the same kinds of screens as another. `TESTS_EVERY_PAGE=1` goes one from the left as well.
LONG = [("estonia", "ar"), *([("lithuania", "uk")] if EVERYTHING else [])]


@pytest.mark.release("a longer course with the same kinds of screens")
@pytest.mark.parametrize(("course", "language"), LONG)
def test_a_course_is_gone_to_its_certificate_by_keyboard(open_page: OpenPage, course: str, language: str) -> None:
    page = open_page("/en/safe", language=language, script=False)
    walk = KeyboardWalk(page, items_of(f"courses/course_{course}", "courses/course_shared"), language, course)
    walk.unseen = {} if EVERYTHING else UNSEEN
    walk.go()
    assert walk.faults == []
    assert page.url.partition("#")[0].endswith(f"/{language}/courses/{course}/certificate")
    assert len(walk.answered) > (40 if EVERYTHING else 20)
    assert len(set(walk.screens)) > (140 if EVERYTHING else 50)


def test_a_short_course_is_gone_to_its_end_from_the_left(open_page: OpenPage) -> None:
    page = open_page("/en/safe", language="uk", script=False)
    walk = KeyboardWalk(page, items_of("courses/course_choice"), "uk", "your-choice")
    walk.go()
    assert walk.faults == []
    assert page.url.partition("?")[0].endswith("/uk/courses/your-choice")
    assert walk.answered


def test_with_scripts_an_order_is_put_right_by_its_arrows(open_page: OpenPage) -> None:
    place = "en/modules/module-1/law?screen=6"
    page = open_page(f"/{place}")
    items = items_of("modules/module_ct1", "courses/course_shared")
    walk = KeyboardWalk(page, items, "en", "module-1", kind="modules", size=WIDE, script=True)
    page.locator(".ordered").wait_for()
    assert walk.look() is False
    assert walk.faults == []
    assert [key for _place, key in walk.answered] == ["l-task"]
    expect(page.locator("#a-l-task-result.result-right")).to_be_attached()
    assert page.locator("[data-step]").evaluate_all("(all) => all.map((each) => each.dataset.step)") == [
        option.key for option in items["l-task"].options
    ]


def test_it_finds_what_is_in_the_way(open_page: OpenPage) -> None:
    page = open_page("/en/safe", script=False)
    page.route("**/app.css", lambda route: route.fulfill(content_type="text/css", body=_BAD))
    walk = KeyboardWalk(page, items_of("courses/course_choice"), "en", "your-choice")
    walk.go()
    found = " ".join(walk.faults)
    assert "wider than the screen" in found
    assert "without a ring" in found
    assert " under " in found
    assert page.url.partition("?")[0].endswith("/en/courses/your-choice")


_BAD = """
:focus { outline: none; }
main { min-width: 400px; }
#quick-exit { position: fixed; inset: 0; }
"""
