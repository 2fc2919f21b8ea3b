"""What a press does: it fixes an answer, and it belongs to the attempt of its own page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import select

from perille.assessment.models import Attempt, AttemptAnswer
from perille.core.database import utcnow
from support.exam import TEST, attempt_on, begin, hand_in, item, keep, recorded, take, write_exam
from support.visitor import Page, Visitor
from support.whole import Whole


def chosen(page: Page) -> list[str]:
    return [each["value"] for each in page.all("input", type="radio") if "checked" in each.attributes]


def test_a_tick_that_the_device_keeps_fixes_nothing(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, feedback='"now"'))
    asked = begin(visitor)
    keep(visitor, asked[0], "b", do="save")
    thinking = visitor.get(f"{TEST}?q=1")
    assert chosen(thinking) == ["b"]
    assert "Think of it again." not in thinking.text, "nothing is said before the press"
    keep(visitor, asked[0], "a")
    assert "So it is." in visitor.get(f"{TEST}?q=1").text
    for place, key in enumerate(asked[1:], 2):
        keep(visitor, key, "a", number=place)
    hand_in(visitor)
    assert "100 % right" in visitor.get(f"{TEST}?q=result").text


def test_what_was_pressed_stays_and_is_shown_as_it_was(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, feedback='"now"'))
    asked = begin(visitor)
    keep(visitor, asked[0], "b")
    assert keep(visitor, asked[0], "a", do="save").status == 204
    assert keep(visitor, asked[0], "a").location == f"{TEST}?q=2", "there is nothing new to say"
    page = visitor.get(f"{TEST}?q=1")
    assert chosen(page) == ["b"]
    assert "Think of it again." in page.text
    assert [each.response for each in whole.scalars(select(AttemptAnswer))] == [["b"]]


def test_all_on_a_page_each_answer_is_said_when_it_was_pressed(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, feedback='"now"', layout='"all"'))
    asked = begin(visitor)[:4]
    form = {**attempt_on(visitor), "do": "next", "item": asked, "number": "1"}
    assert visitor.post(TEST, {**form, f"a-{asked[1]}": "b"}).location == f"{TEST}?q=1#a-{asked[1]}-result"
    page = visitor.get(f"{TEST}?q=1")
    assert page.text.count("Think of it again.") == 1
    assert page.all("button", value="next"), "the other questions are still open"


def test_an_old_tab_does_not_hand_in_the_next_try(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    begin(visitor)
    old = attempt_on(visitor)
    hand_in(visitor)
    begin(visitor)
    for do in ("hand-in", "next", "save"):
        if do == "save":
            assert (visitor.post(TEST, {**old, "do": do}).status, visitor.post(TEST, {**old, "do": do}).html) == (
                409,
                "",
            )
            continue
        page = visitor.submit(TEST, {**old, "do": do})
        assert page.status == 200
        assert page.heading == "This page is of an earlier try"
        assert "Try 1 was handed in already." in page.text
        assert page.one("a", class_="main", rel="next")["href"] == f"{TEST}?q=1"
    first, second = whole.scalars(select(Attempt).order_by(Attempt.number))
    assert (first.finished_at is None, second.finished_at is None) == (False, True)


def test_a_form_without_its_attempt_changes_nothing(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    begin(visitor)
    for of in ({}, {"attempt": "x" * 300}):
        assert visitor.post(TEST, {**of, "do": "hand-in"}).location == f"{TEST}?q=closed"
    assert [each.finished_at for each in whole.scalars(select(Attempt))] == [None]


def test_somebody_elses_attempt_cannot_be_named(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    begin(visitor)
    other = whole.visitor()
    begin(other)
    assert visitor.post(TEST, {**attempt_on(other), "do": "hand-in"}).location == f"{TEST}?q=closed"
    assert [each.finished_at for each in whole.scalars(select(Attempt))] == [None, None]


def test_an_old_page_of_before_begins_no_other_try(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    before = {tag["name"]: tag["value"] for tag in visitor.get(TEST).all("input", type="hidden")}
    assert before["do"] == "begin"
    visitor.post(TEST, before)
    assert visitor.post(TEST, before).location == f"{TEST}?q=1", "pressed twice it leads to the same try"
    hand_in(visitor)
    assert visitor.post(TEST, before).location == TEST
    assert len(whole.scalars(select(Attempt))) == 1


def test_a_late_press_leads_to_the_result_of_what_was_kept(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, time_limit="10", layout='"all"'))
    asked = begin(visitor)[:4]
    keep(visitor, asked[0], "a", do="save")
    of = attempt_on(visitor)
    with time_machine.travel(utcnow() + timedelta(minutes=12), tick=True):
        assert visitor.get(f"{TEST}?q=1").one("button", class_="main").words == "See the result"
        for do in ("next", "hand-in"):
            form = {**of, "do": do, "item": asked, "number": "1"} | {f"a-{key}": "a" for key in asked}
            assert visitor.post(TEST, form).location == f"{TEST}?q=result"
        page = visitor.get(f"{TEST}?q=result")
    assert "25 % right" in page.text
    assert "The time was over. What you had answered until then was marked." in page.text


def test_at_the_end_of_the_time_the_page_hands_in_what_stands_on_it(
    whole: Whole, visitor: Visitor, tmp_path: Path
) -> None:
    whole.publish(write_exam(tmp_path, time_limit="10"))
    asked = begin(visitor)
    timer = visitor.get(f"{TEST}?q=1").one("p", class_="timer")
    assert 590 <= int(timer["data-seconds"]) <= 600
    of = attempt_on(visitor)
    with time_machine.travel(utcnow() + timedelta(minutes=10, seconds=2), tick=True):
        visitor.post(TEST, {**of, "do": "hand-in", "item": asked[0], f"a-{asked[0]}": "a"})
        assert "25 % right" in visitor.get(f"{TEST}?q=result").text


def test_hints_are_shown_only_where_the_test_gives_them(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    bank = "".join(item(number) for number in range(1, 11)).replace(
        '\n\n[[item.choice]]\nkey = "a"', '\nhint = "Think of the first one."\n\n[[item.choice]]\nkey = "a"'
    )
    whole.publish(write_exam(tmp_path / "with", bank=bank))
    begin(visitor)
    assert "Think of the first one." in visitor.get(f"{TEST}?q=1").text
    whole.publish(write_exam(tmp_path / "without", bank=bank, version="1.0.1", hints="false"))
    other = whole.visitor()
    begin(other)
    assert "Think of the first one." not in other.get(f"{TEST}?q=1").text
    assert "Think of the first one." not in take(other).text


def test_practice_after_a_pass_fails_nothing(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    take(visitor)
    page = take(visitor, wrong=4)
    assert page.heading == "Your practice"
    assert "You have passed this test. That stays so, whatever you try." in page.text
    assert not [act for act in recorded(whole) if act.startswith("failed")]


def test_in_the_pause_no_tries_are_promised(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    for _try in range(3):
        take(visitor, wrong=4)
    page = visitor.get(TEST)
    assert "The next try is possible on" in page.text
    assert "You have 3 tries" not in page.text
    with time_machine.travel(utcnow() + timedelta(hours=25), tick=True):
        assert "You have 3 tries." in visitor.get(TEST).text
