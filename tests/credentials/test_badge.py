"""A course that gives a badge: a picture at its end, for which nobody says their name and which nobody can check."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from perille.credentials.models import Credential
from support.packs import write_pack
from support.records import acts
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COURSE = "/en/courses/taps"
BADGE = f"{COURSE}/badge"
RULE = '[credential]\nkind = "badge"\nrule = "all-core"\n'
LESSONS = {"touch": "# Touch\n\nTouch the arrow.\n", "end": "# The end\n\nTouch it once more.\n"}


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody who began a course of two lessons and a badge."""
    folder = write_pack(tmp_path, "course_taps", lessons=LESSONS, extra=RULE, countries=[])
    assert [str(each) for each in whole.publish(folder).problems] == []
    visitor.start(COURSE)
    return visitor


def finish(learner: Visitor) -> None:
    for unit in LESSONS:
        learner.post(f"{COURSE}/{unit}/next")


def test_before_the_end_the_badge_leads_to_the_course(learner: Visitor, whole: Whole) -> None:
    assert (learner.get(BADGE).status, learner.get(BADGE).location) == (303, COURSE)
    assert whole.visitor().get(BADGE).location == COURSE
    course = learner.get(COURSE)
    assert "See your badge" not in course.text
    assert course.one("li", class_="end").words == "Your badge"


def test_at_the_end_there_is_a_badge_and_nobody_asks_a_name(learner: Visitor, whole: Whole) -> None:
    finish(learner)
    course = learner.get(COURSE)
    assert course.one("a", class_="main")["href"] == BADGE
    assert course.all("p", class_="badge"), "seen without a word read"
    page = learner.get(BADGE)
    assert (page.status, page.heading) == (200, "You did it")
    assert page.one("p", class_="badge-title").words == "The taps course"
    assert page.all("input") == []
    assert page.headers["Cache-Control"] == "no-store"
    assert whole.scalars(select(Credential)) == []


def test_the_record_says_that_the_course_is_completed_and_satisfied_once(learner: Visitor, whole: Whole) -> None:
    finish(learner)
    finish(learner)
    learner.get(BADGE)
    assert [act.partition(" ")[0] for act in acts(whole)].count("satisfied") == 1
    assert not [act for act in acts(whole) if act.startswith("earned")]


def test_going_on_and_the_first_page_lead_to_the_badge(learner: Visitor) -> None:
    finish(learner)
    assert learner.get(f"{COURSE}/resume").location == BADGE
    home = learner.get("/en/")
    assert home.one("a", class_="main").words == "See your badge: The taps course"
    assert "certificate:" not in home.text


def test_a_badge_is_no_certificate_and_a_certificate_no_badge(learner: Visitor) -> None:
    finish(learner)
    assert learner.get(f"{COURSE}/certificate").status == 404
    assert learner.get("/en/courses/way/badge").status == 404
    assert learner.get("/en/courses/quiet/badge").status == 404


def test_a_badge_that_would_end_is_refused_and_so_is_a_lesson_at_its_address(whole: Whole, tmp_path: Path) -> None:
    ending = write_pack(tmp_path / "a", "course_ending", extra=f"{RULE}valid_months = 24\n")
    taken = write_pack(tmp_path / "b", "course_taken", lessons={"badge": "# Badge\n\nWords.\n"})
    said = [str(each) for each in whole.publish(ending, taken).problems]
    assert any("A badge counts for ever" in each for each in said)
    assert any('"badge"' in each for each in said)
