"""A test whose time is over is handed in as it stands, also where its learner never comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from perille.assessment import expired
from perille.assessment.expired import PATIENCE, hand_in_expired
from perille.assessment.models import Attempt
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Learner
from support.exam import TEST, begin, keep, recorded, write_exam
from support.visitor import Visitor
from support.whole import Whole


def run(whole: Whole, now: datetime) -> int:
    return whole.do(lambda: hand_in_expired(db.session, now), write=True)


@pytest.fixture
def asked(whole: Whole, visitor: Visitor, tmp_path: Path) -> list[str]:
    """The questions of a test of ten minutes, of which the first was answered rightly and then nothing more."""
    whole.publish(write_exam(tmp_path, time_limit="10"))
    found = begin(visitor)
    keep(visitor, found[0], "a")
    return found


def test_what_was_answered_is_marked_and_recorded_once(whole: Whole, visitor: Visitor, asked: list[str]) -> None:
    seen = [each.last_seen_on for each in whole.scalars(select(Learner))]
    late = utcnow() + timedelta(days=3)
    with time_machine.travel(late, tick=True):
        assert [run(whole, utcnow()), run(whole, utcnow())] == [1, 0]
    (attempt,) = whole.scalars(select(Attempt))
    assert (attempt.score, attempt.passed, attempt.finished_at) == (0.25, False, attempt.deadline_at)
    assert recorded(whole) == [f"answered final:{asked[0]}", "failed final"]
    assert [each.last_seen_on for each in whole.scalars(select(Learner))] == seen, "nobody was here"
    page = visitor.get(f"{TEST}?q=result")
    assert "25 % right" in page.text
    assert "The time was over. What you had answered until then was marked." in page.text


def test_an_attempt_that_still_may_be_handed_in_is_left_alone(whole: Whole, visitor: Visitor, asked: list[str]) -> None:
    (attempt,) = whole.scalars(select(Attempt))
    assert attempt.deadline_at is not None
    assert run(whole, attempt.deadline_at + PATIENCE - timedelta(seconds=1)) == 0
    assert run(whole, attempt.deadline_at + PATIENCE + timedelta(seconds=1)) == 1


def test_a_test_without_a_limit_waits_for_ever(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path))
    begin(visitor)
    assert run(whole, utcnow() + timedelta(days=4000)) == 0


def test_one_that_cannot_be_marked_stops_no_other(
    whole: Whole, visitor: Visitor, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    other = whole.visitor()
    begin(other)
    first = min(whole.scalars(select(Attempt)), key=lambda each: each.started_at)

    def spoil() -> None:
        db.session.get_one(Attempt, first.id).unit = "gone"

    whole.do(spoil, write=True)
    assert run(whole, utcnow() + timedelta(hours=1)) == 1
    assert [each.finished_at is None for each in whole.scalars(select(Attempt).order_by(Attempt.started_at))] == [
        True,
        False,
    ]


def test_what_can_never_be_marked_takes_nobodys_place(
    whole: Whole, visitor: Visitor, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expired, "_MOST", 1)
    for _each in range(2):
        begin(whole.visitor())
    gone, *others = sorted(whole.scalars(select(Attempt)), key=lambda each: each.started_at)

    def spoil() -> None:
        db.session.get_one(Attempt, gone.id).unit = "gone"

    whole.do(spoil, write=True)
    late = utcnow() + timedelta(hours=1)
    assert [run(whole, late) for _each in range(3)] == [1, 1, 0]
    finished = {each.id for each in whole.scalars(select(Attempt)) if each.finished_at is not None}
    assert finished == {each.id for each in others}


def test_a_timed_test_does_not_promise_that_time_waits(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    whole.publish(write_exam(tmp_path, time_limit="10"))
    timed = visitor.get(TEST).text
    assert "You can close the page and go on later." not in timed
    assert "The time runs on when you close the page." in timed
    whole.publish(write_exam(tmp_path, version="1.0.1"))
    assert "You can close the page and go on later." in whole.visitor().get(TEST).text
