"""Questions that depend on a fact past its review are asked of nobody."""

from __future__ import annotations

from pathlib import Path

import time_machine

from support.exam import begin, item, write_exam
from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import CHECK, FACTS, write_facts, write_way

OLD = FACTS.replace("review_due = 2099-05-22", "review_due = 2030-01-01")
DATED_CHECK = CHECK.replace("Question two?", "Who answers at {fact: emergency.number}?")


def publish(whole: Whole, folder: Path) -> None:
    way = write_way(folder, items={"bank": _bank(), "check": DATED_CHECK})
    whole.publish(write_facts(folder, OLD), way)


def _bank() -> str:
    return item(0).replace('key = "q0"', 'key = "fire"').replace('objective = "two"', 'objective = "K: two"')


def test_a_dated_question_leaves_the_safety_check(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    publish(whole, tmp_path)
    assert "of 2" in visitor.get("/en/courses/way/check").text
    with time_machine.travel("2030-06-01", tick=True):
        page = visitor.get("/en/courses/way/check")
        assert "Question 1 of 1" in page.text
        visitor.start()
        visitor.answer("/en/courses/way/check", "one", "a")
        assert "All is right" in visitor.get("/en/courses/way/check").text


def test_a_dated_question_is_not_drawn(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    dated = "".join(
        item(number).replace("Question number", "Of {fact: emergency.number}: number") if number < 5 else item(number)
        for number in range(1, 11)
    )
    whole.publish(write_facts(tmp_path, OLD), write_exam(tmp_path, bank=dated))
    with time_machine.travel("2030-06-01", tick=True):
        asked = begin(visitor)
        assert {int(key[1:]) for key in asked} <= set(range(5, 11))
