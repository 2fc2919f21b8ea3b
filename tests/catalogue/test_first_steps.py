"""A course that teaches how to learn here: first for who finds the way by pictures, in its place for all others, and of every country."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.packs import write_pack
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
STEPS = "/en/courses/steps"


@pytest.fixture
def reader(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    whole.publish(write_pack(tmp_path, "course_steps", countries=[], audiences=["first-steps"]))
    return visitor


def cards(reader: Visitor, path: str) -> list[str]:
    return [tag["href"] for tag in reader.get(path).all("a", class_="card course-card")]


def test_who_finds_the_way_by_pictures_meets_it_first(reader: Visitor) -> None:
    assert STEPS in cards(reader, "/en/")[1:]
    reader.post("/en/pictures", {"pictures": "1"})
    assert cards(reader, "/en/")[0] == STEPS


def test_a_course_of_no_country_is_for_all_of_them(reader: Visitor) -> None:
    assert STEPS in cards(reader, "/en/courses?country=FI")
    named = [tag.words for tag in reader.get("/en/").all("span", class_="country")]
    assert "All countries" in named
