"""A private link to a draft that works no longer says so, and tells no more than a link that never was."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from perille.core.database import utcnow
from perille.studio import previews
from studio.author import Author
from support.visitor import Visitor
from support.whole import Whole

WORDS = "The harbour wakes early."
TITLE = "Harbour of Ada"
ENDED = {
    "en": "This private link has ended, or it is not whole. Ask who sent it to you for a new one.",
    "fi": "Tämä yksityinen linkki on päättynyt",
    "ar": "انتهى هذا الرابط الخاص",
}


@pytest.fixture
def course(author: Author) -> Author:
    author.begin(TITLE)
    author.add("harbour-of-ada", "text")
    author.write("harbour-of-ada", 0, WORDS)
    return author


def link(course: Author, days: int = 7) -> str:
    """Make a private link; return its address without the language."""
    found = re.search(r"/courses/look-[0-9a-f]{64}", course.send("links", {"days": str(days)}).html)
    assert found
    return found[0]


def require_ended(visitor: Visitor, address: str) -> None:
    for language, words in ENDED.items():
        for page in (visitor.get(f"/{language}{address}"), visitor.get(f"/{language}{address}/harbour-of-ada")):
            assert page.status == 404
            assert words in page.text
            assert not re.search(f"{TITLE}|{WORDS}", page.text)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_works_until_its_day_and_says_then_that_it_has_ended(
    whole: Whole, course: Author, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    address, stranger = link(course, days), whole.visitor()
    end = utcnow() + timedelta(days=days)
    monkeypatch.setattr(previews, "utcnow", lambda: end - timedelta(minutes=1))
    assert WORDS in stranger.get(f"/en{address}/harbour-of-ada").text
    monkeypatch.setattr(previews, "utcnow", lambda: end + timedelta(minutes=1))
    require_ended(stranger, address)
    assert "look-" not in course.get("publish").html
    assert not re.search(r"/links/[0-9a-f-]{36}/end", course.get("publish").html), "nothing is left to be ended"


def test_a_link_that_was_withdrawn_and_one_that_never_was_are_answered_the_same(whole: Whole, course: Author) -> None:
    address, stranger = link(course), whole.visitor()
    end = re.search(r"/links/[0-9a-f-]{36}/end", course.get("publish").html)
    assert end
    course.send(end[0].lstrip("/"))
    require_ended(stranger, address)
    never = f"/courses/look-{'0' * 64}"
    require_ended(stranger, never)
    require_ended(stranger, address[:-3])
    pages = [stranger.get(f"/en{each}").html.replace(each, "") for each in (address, never)]
    assert pages[0] == pages[1]


def test_a_link_to_a_draft_that_was_put_aside_has_ended(whole: Whole, course: Author) -> None:
    address = link(course)
    course.send("aside")
    require_ended(whole.visitor(), address)


def test_other_addresses_are_no_private_links(whole: Whole) -> None:
    page = whole.visitor().get("/en/courses/lookout")
    assert page.status == 404
    assert "There is no such course here." in page.text


def test_a_course_whose_address_begins_like_a_private_link_is_not_called_one(whole: Whole, course: Author) -> None:
    assert "There is no such course here" in whole.visitor().get("/en/courses/look-around").text
    course.send("settings", {"title": TITLE, "summary": "Ships.", "slug": "look-abed", "country": ""})
    course.publish()
    assert whole.visitor().get("/en/courses/look-abed").status == 200
    course.send("withdraw")
    page = whole.visitor().get("/en/courses/look-abed")
    assert page.status == 404
    assert "This course is not offered here any more." in page.text
    assert ENDED["en"] not in page.text
