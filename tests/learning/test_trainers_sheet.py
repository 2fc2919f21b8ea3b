"""A sheet for whoever leads a group: beside the way, read whole, and nobody's to be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.records import acts
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

COURSE = "/en/courses/small"
SHEET = """
[[block]]
key = "for-trainer"
title = "For whoever leads a group"
units = ["trainer"]

[unit.trainer]
kind = "lesson"
core = false
for_trainer = true
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9v9z"/></svg>'
CREDITS = '[door]\nauthor = "Perille"\nlicence = "CC0-1.0"\nsource = "own"\n'
LESSON = "# Hello\n\n::: picture door\nA door.\n:::\n"
WORDS = "# Sheets\n\nWords for the trainer.\n\n## Hello\n\nA plan.\n"


@pytest.fixture(autouse=True)
def published(whole: Whole, make_pack: Callable[..., Path]) -> None:
    folder = make_pack(lessons={"hello": LESSON}, media={"door.svg": PICTURE, "credits.toml": CREDITS}, extra=SHEET)
    (folder / "lessons" / "trainer.md").write_text(WORDS, "utf-8")
    whole.publish(folder)


def test_it_stands_below_the_way_and_is_no_station(visitor: Visitor) -> None:
    page = visitor.get(COURSE)
    ways = [tag for tag in page.all("a") if any(up.attributes.get("class") == "way" for up in tag.parents)]
    assert [tag["href"] for tag in ways] == [f"{COURSE}/hello"]
    assert [tag["href"] for tag in page.all("a") if "/trainer" in tag.attributes["href"]] == [f"{COURSE}/trainer/print"]
    assert "For whoever leads a group" in [tag.words for tag in page.all("h2")]
    assert ("1 lesson" in page.text, "2 lessons" in page.text) == (True, False)


def test_it_is_read_whole_and_leads_back_to_the_course(visitor: Visitor) -> None:
    assert visitor.get(f"{COURSE}/trainer").location == f"{COURSE}/trainer/print"
    page = visitor.get(f"{COURSE}/trainer/print")
    assert ("Words for the trainer." in page.text, "A plan." in page.text) == (True, True)
    assert [tag["href"] for tag in page.all("a") if "Back to the course" in tag.words] == [COURSE]


def test_a_learner_is_through_without_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start(COURSE)
    assert visitor.post(f"{COURSE}/hello/next").location == COURSE
    assert acts(whole)[-2:] == ["completed", "satisfied"]
    assert "You are all the way there." in visitor.get(COURSE).text


def test_nothing_is_recorded_of_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start(COURSE)
    before = acts(whole)
    assert visitor.post(f"{COURSE}/trainer/next").status == 404
    assert visitor.get(f"{COURSE}/trainer/big-screen").status == 404
    visitor.post(f"{COURSE}/resume", {"unit": "trainer", "screen": "1"})
    assert visitor.get(f"{COURSE}/resume").location == COURSE
    assert acts(whole) == before


def test_its_words_do_not_make_the_course_one_of_words(visitor: Visitor) -> None:
    visitor.post("/en/look", {"pictures": "1"})
    assert "have words only" not in visitor.get(COURSE).text


def test_the_big_screen_of_a_sheet_is_the_sheet_on_paper(visitor: Visitor) -> None:
    plain, room = visitor.get(f"{COURSE}/trainer"), visitor.get(f"{COURSE}/trainer/room")
    assert (room.status, room.location) == (303, plain.location)
