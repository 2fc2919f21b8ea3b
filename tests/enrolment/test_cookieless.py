"""Browsers that keep no cookies leave one row at most and are told; a class behind one line loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from perille.enrolment.models import Learner
from support.exam import TEST, write_exam
from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
SAID = "This browser keeps no cookies."


def press(whole: Whole, path: str, browser: str = "old phone") -> Page:
    """Press a button in a browser that brings no cookie, and keep none."""
    return whole.visitor(cookies=False).post(path, User_Agent=browser)


def test_a_browser_without_cookies_leaves_one_row_and_is_told_by_the_second_screen(whole: Whole) -> None:
    said = []
    for unit in ("hello", "second", "hello", "second"):
        page = press(whole, f"{COURSE}/{unit}/next")
        assert page.status == 303
        said.append(SAID in whole.visitor().get(page.location).text)
    assert whole.counts()["learner"] == 1
    assert said[1] is True


def test_starting_without_cookies_counts_as_the_one_row(whole: Whole) -> None:
    press(whole, f"{COURSE}/start")
    page = press(whole, f"{COURSE}/hello/next")
    assert whole.counts()["learner"] == 1
    assert SAID in whole.visitor().get(page.location).text


def test_answers_of_a_check_make_no_rows_either(whole: Whole) -> None:
    for _time in range(3):
        page = whole.visitor().get(f"{COURSE}/check?item=one")
        form = {**page.fields("check-one"), "a-one": "a"}
        assert whole.visitor(cookies=False).post(f"{COURSE}/check", form, User_Agent="old phone").status == 200
    assert whole.counts()["learner"] == 1


def test_the_second_of_two_like_browsers_behind_one_line_loses_nothing(whole: Whole) -> None:
    press(whole, f"{COURSE}/hello/next")
    second = whole.visitor()
    first_press = second.post(f"{COURSE}/hello/next", User_Agent="old phone")
    assert SAID not in second.get(first_press.location).text
    assert whole.counts()["learner"] == 1
    second.post(f"{COURSE}/second/next", User_Agent="old phone")
    assert whole.counts()["learner"] == 2
    done = [each for each in acts(whole) if each.startswith("completed")]
    assert sorted(done) == ["completed hello", "completed hello", "completed second"]


def test_two_browsers_of_one_name_behind_one_line_each_begin_a_test(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    for each in (whole.visitor(), whole.visitor()):
        page = each.post(TEST, {"do": "begin"}, User_Agent="school phone")
        assert (page.status, page.location) == (303, f"{TEST}?q=1")
        assert each.get(page.location).status == 200
    assert len(whole.scalars(select(Learner))) == len(whole.scalars(select(Attempt))) == 2


def test_two_browsers_of_one_name_behind_one_line_each_keep_an_answer(whole: Whole) -> None:
    for each in (whole.visitor(), whole.visitor()):
        form = {**each.get(f"{COURSE}/check?item=one").fields("check-one"), "a-one": "a"}
        each.post(f"{COURSE}/check", form, User_Agent="school phone")
        assert each.cookie() is not None
    assert len(whole.scalars(select(Learner))) == len(whole.scalars(select(AttemptAnswer))) == 2


def test_who_keeps_no_cookies_is_told_when_they_begin_a_test(whole: Whole, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    for _time in range(3):
        page = whole.visitor(cookies=False).post(TEST, {"do": "begin"}, User_Agent="old phone")
    assert page.status == 303
    assert SAID in whole.visitor().get(page.location).text
    assert whole.counts()["learner"] == 1


def test_a_forged_note_of_an_earlier_press_is_not_believed(whole: Whole, visitor: Visitor) -> None:
    visitor.client.set_cookie("perille_try", "course_way hello")
    visitor.post(f"{COURSE}/second/next")
    assert "completed hello" not in acts(whole)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_program_that_starts_again_and_again_is_slowed_and_a_class_is_not(make_whole: Callable[..., Whole]) -> None:
    whole = make_whole(rate_limits=True)
    statuses = [whole.visitor().start().status for _person in range(300)]
    assert set(statuses) == {303}
    limit = whole.app.extensions["perille_limits"]["start"]
    assert (limit.burst, limit.per_minute) == (600, 120)
    limit.per_minute = 0.001
    while not limit.take("127.0.0.1"):
        pass
    assert whole.visitor().start().status == 429
