"""The learner's way: start, read, answer, next, resume."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from perille.core.database import utcnow
from perille.enrolment.models import Enrolment, Learner
from support.records import acts, only_enrolment, progress
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"


def test_starting_makes_a_learner_and_leads_to_the_first_lesson(whole: Whole, visitor: Visitor) -> None:
    page = visitor.start()
    assert (page.status, page.location) == (303, f"{COURSE}/hello")
    assert acts(whole) == ["initialized hello"]
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert str(only_enrolment(whole).learner.actor_name) not in cookie


def test_the_cookie_is_for_encrypted_lines_only_where_the_line_is(whole: Whole) -> None:
    page = whole.visitor().client.post(f"{COURSE}/start", base_url="https://localhost")
    assert "Secure" in page.headers["Set-Cookie"]


def test_starting_twice_is_starting_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.start()
    assert len(whole.scalars(select(Enrolment))) == len(whole.scalars(select(Learner))) == 1
    assert acts(whole) == ["initialized hello"]


def test_going_on_completes_a_lesson_and_opens_the_next(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    page = visitor.post(f"{COURSE}/hello/next")
    assert (page.status, page.location) == (303, f"{COURSE}/second")
    assert acts(whole) == ["initialized hello", "completed hello", "initialized second"]
    course = visitor.get(COURSE)
    assert [tag["class"] for tag in course.all("li") if tag.attributes.get("class") in ("done", "here", "ahead")] == [
        "done",
        "here",
        "ahead",
    ]
    assert course.one("a", class_="main")["href"] == f"{COURSE}/second"


def test_going_on_twice_changes_nothing(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    before = (acts(whole), progress(whole))
    assert visitor.post(f"{COURSE}/hello/next").location == f"{COURSE}/second"
    assert (acts(whole), progress(whole)) == before


def test_walking_past_the_test_does_not_pass_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for unit in ("hello", "second", "check"):
        page = visitor.post(f"{COURSE}/{unit}/next")
    assert page.location == COURSE
    assert "completed check" not in acts(whole)
    assert not any(act in ("completed", "satisfied") for act in acts(whole))


def test_who_comes_straight_to_a_lesson_is_enrolled_when_they_go_on(whole: Whole, visitor: Visitor) -> None:
    assert visitor.get(f"{COURSE}/second").status == 200
    assert visitor.cookie() is None
    page = visitor.post(f"{COURSE}/second/next")
    assert page.location == f"{COURSE}/check"
    assert visitor.cookie()
    # The first lesson was never opened.
    assert acts(whole) == ["initialized second", "completed second", "initialized check"]


def test_a_lesson_out_of_turn_is_opened_before_it_is_completed(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/second/next")
    assert acts(whole)[1:] == ["initialized second", "completed second", "initialized check"]


@pytest.mark.parametrize(("choice", "success"), [("leave", "true"), ("water", "false")])
def test_an_answer_in_a_lesson_is_said_and_recorded(whole: Whole, visitor: Visitor, choice: str, success: str) -> None:
    visitor.start()
    page = visitor.answer(f"{COURSE}/hello", "fire", choice)
    assert page.status == 200
    assert ("First be safe" if choice == "leave" else "burning oil") in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert acts(whole) == ["initialized hello", "answered hello:fire"]


def test_an_answer_without_a_start_is_marked_and_forgotten(whole: Whole, visitor: Visitor) -> None:
    page = visitor.answer(f"{COURSE}/hello", "fire", "leave")
    assert "First be safe" in page.text
    assert visitor.cookie() is None
    assert acts(whole) == []


def test_no_answer_is_asked_for_again_and_not_recorded(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    page = visitor.get(f"{COURSE}/hello")
    answered = visitor.post(f"{COURSE}/hello", page.fields("check-fire"))
    assert answered.status == 200
    assert acts(whole) == ["initialized hello"]


def test_the_place_is_kept_and_found_again(visitor: Visitor) -> None:
    visitor.start()
    assert visitor.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"}).status == 204
    assert visitor.get("/ar/courses/way/resume").location == "/ar/courses/way/hello?screen=2"


def test_a_place_that_comes_late_takes_nobody_back_from_the_next_lesson(visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"})
    assert visitor.get(f"{COURSE}/resume").location == f"{COURSE}/second"


def test_who_goes_back_to_a_lesson_that_is_done_is_found_there(visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    with time_machine.travel(utcnow() + timedelta(minutes=1)):
        visitor.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"})
        assert visitor.get(f"{COURSE}/resume").location == f"{COURSE}/hello?screen=2"


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ({"unit": "hello", "screen": "99"}, "/hello?screen=2"),
        ({"unit": "hello", "screen": "-1"}, "/hello"),
        ({"unit": "hello", "screen": "٢"}, "/hello"),
        ({"unit": "hello", "screen": "2" * 5000}, "/hello"),
        ({"unit": "nowhere"}, ""),
        ({}, ""),
    ],
)
def test_a_place_that_does_not_exist_is_not_kept(visitor: Visitor, sent: dict[str, str], target: str) -> None:
    visitor.start()
    assert visitor.post(f"{COURSE}/resume", sent).status == 204
    assert visitor.get(f"{COURSE}/resume").location == COURSE + target


def test_the_place_of_somebody_who_has_not_started_is_not_kept(whole: Whole, visitor: Visitor) -> None:
    before = whole.counts()
    page = visitor.post(f"{COURSE}/resume", {"unit": "hello", "screen": "2"})
    assert (page.status, page.headers.get("Set-Cookie")) == (204, None)
    assert whole.counts() == before
    assert visitor.get(f"{COURSE}/resume").location == COURSE


def test_two_languages_stand_side_by_side_and_stay_so(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/hello?with=ar")
    pair = next(tag for tag in page.all("div", class_="pair") if "Welcome" in tag.words)
    assert "أهلا بك في دورتك." in pair.words
    assert page.one("a", rel="next")["href"] == f"{COURSE}/hello?screen=2&with=ar"
    # A question stands once: an id twice in a page is a fault.
    assert len(page.all("form", id="check-fire")) == 1
    visitor.start()
    assert visitor.post(f"{COURSE}/hello/next?with=ar").location == f"{COURSE}/second?with=ar"
    assert visitor.post(f"{COURSE}/hello/next?with=evil").location == f"{COURSE}/second"


def test_a_printed_lesson_has_every_screen(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/hello/print")
    assert "Welcome to your course." in page.text
    assert "when you are in danger" in page.text
    assert visitor.get(f"{COURSE}/check/print").status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/hello/next"), ("post", "/hello/print"), ("delete", "/hello"), ("put", ""), ("patch", "/start")],
)
def test_a_wrong_method_is_refused_with_those_that_work(visitor: Visitor, method: str, path: str) -> None:
    answer = getattr(visitor.client, method)(COURSE + path)
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    assert b"<h1>" in answer.data


def test_a_lesson_says_facts_of_the_courses_country(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/hello?screen=2")
    numbers = [tag["href"] for tag in page.all("a", class_="tel") if any(up.name == "main" for up in tag.parents)]
    assert numbers
    assert set(numbers) == {"tel:112"}
