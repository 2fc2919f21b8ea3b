"""A lesson on the screen in a room."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import write_way

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
LESSON = """# Hello there

Welcome to your course.

## Who helps

Call {fact: emergency.number} when you are in danger.

::: talk
Whom do you call first?
:::

## Only talk

::: talk
What was kind?
:::
"""
ROOM = "/en/courses/way/hello/room"


@pytest.fixture
def room(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody before a course whose lesson has two things to talk about."""
    whole.publish(
        write_way(
            tmp_path,
            lessons={"hello": LESSON, "second": "# The second lesson\n\nOne.\n"},
            items={},
            assessments={},
            extra="",
        )
    )
    return visitor


def way(page: Page, rel: str) -> str:
    return page.one("a", rel=rel)["href"]


def test_what_a_group_talks_about_comes_before_the_lesson(room: Visitor) -> None:
    first = room.get(ROOM)
    assert first.status == 200
    assert [tag.words.removeprefix("Talk about it").strip() for tag in first.all("aside", class_="talk")] == [
        "Whom do you call first?",
        "What was kind?",
    ]
    assert "Welcome to your course." not in first.text
    assert "Screen 1 of 3" in first.text


def test_the_next_screen_is_a_link_until_the_next_lesson(room: Visitor) -> None:
    page, seen = room.get(ROOM), []
    for _step in range(3):
        page = room.get(way(page, "next"))
        seen.append((page.heading, "Whom do you call first?" in page.text))
    assert seen == [("Hello there", False), ("Who helps", False), ("The second lesson", False)]
    assert page.all("a", rel="next") == []


def test_the_way_back_leads_to_the_screen_before(room: Visitor) -> None:
    assert way(room.get(f"{ROOM}?screen=2"), "prev") == ROOM
    assert room.get(ROOM).all("a", rel="prev") == []


@pytest.mark.parametrize("screen", ["0", "-1", "99", "x", "９"])
def test_a_screen_that_is_not_there_is_the_first_or_the_last(room: Visitor, screen: str) -> None:
    page = room.get(f"{ROOM}?screen={screen}")
    assert page.status == 200
    assert ("Screen 3 of 3" if screen == "99" else "Screen 1 of 3") in page.text


def test_a_second_language_stands_beside_the_first_and_stays_on_the_way(visitor: Visitor) -> None:
    page = visitor.get(f"{ROOM}?with=fi")
    assert "Welcome to your course." in page.text
    assert "Tervetuloa kurssille." in page.text
    assert "with=fi" in way(page, "next")


def test_two_people_get_the_same_bytes_and_a_browser_asks_only_whether_they_changed(
    whole: Whole, visitor: Visitor
) -> None:
    other = whole.visitor()
    other.start()
    first = visitor.get(ROOM)
    assert other.get(ROOM).html == first.html
    assert visitor.get(ROOM, If_None_Match=first.headers["ETag"]).status == 304


def test_a_sensitive_lesson_stays_in_no_browser(visitor: Visitor) -> None:
    page = visitor.get("/en/courses/quiet/hello/room")
    assert page.headers["Cache-Control"] == "no-store"


def test_what_is_no_lesson_has_its_own_page(visitor: Visitor) -> None:
    assert visitor.get("/en/courses/way/check/room").location == "/en/courses/way/check"
    assert visitor.get("/en/courses/way/none/room").status == 404


def test_a_question_is_shown_without_a_button_that_leads_away(visitor: Visitor) -> None:
    assert visitor.get(ROOM).all("form", id="check-fire")


def test_a_lesson_leads_to_its_big_screen(visitor: Visitor) -> None:
    assert visitor.get("/en/courses/way/hello").all("a", href=ROOM)
