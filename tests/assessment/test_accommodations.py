"""More tries for one person: on top of a round, once, and the learner's page says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.accommodations import ease_of, set_extra_tries, tries_at
from perille.assessment.attempts import set_extra_time
from perille.assessment.models import ExtraTries
from perille.core.extensions import db
from perille.domain.assessment import TestRules
from perille.domain.selection import NEVER
from perille.enrolment.models import Enrolment
from support.exam import TEST, take, write_exam
from support.visitor import Visitor
from support.whole import Whole

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(hours=30)
ONCE = TestRules(tries=3)


@pytest.fixture
def learner(whole: Whole, visitor: Visitor, tmp_path: Path) -> Visitor:
    """Somebody before a test of three tries and a pause of a day."""
    whole.publish(write_exam(tmp_path))
    return visitor


def ended(count: int) -> list[datetime]:
    """Return when so many attempts ended, one an hour."""
    return [START + timedelta(hours=index) for index in range(count)]


def given(tries: int, after: int) -> ExtraTries:
    """Give extra tries when so many attempts had ended."""
    return ExtraTries(tries=tries, given_at=START + timedelta(hours=after - 0.5))


@pytest.mark.parametrize(
    ("count", "extra", "left", "next_at"),
    [
        (0, None, 3, None),
        (3, None, 0, NEVER),
        # Given before the first attempt: five in all.
        (0, given(2, 0), 5, None),
        (4, given(2, 0), 1, None),
        (5, given(2, 0), 0, NEVER),
        # Given when all were used: two more, and then no more.
        (3, given(2, 3), 2, None),
        (4, given(2, 3), 1, None),
        (5, given(2, 3), 0, NEVER),
        # Given in the middle: the rest of the round stays.
        (2, given(1, 1), 2, None),
        (4, given(1, 1), 0, NEVER),
    ],
)
def test_extra_tries_are_used_first_and_then_the_round_goes_on(
    count: int, extra: ExtraTries | None, left: int, next_at: datetime | None
) -> None:
    found = tries_at(ended(count), ONCE, extra, NOW)
    assert (found.left, found.next_at) == (left, next_at)


def test_a_test_without_a_limit_has_none_with_extra_tries_either() -> None:
    found = tries_at(ended(9), TestRules(), given(2, 0), NOW)
    assert (found.left, found.next_at) == (None, None)


def test_the_learners_page_gives_the_extra_tries(whole: Whole, learner: Visitor) -> None:
    for _try in range(3):
        take(learner, wrong=4)
    assert "The next try is possible" in learner.get(TEST).text

    def give() -> None:
        enrolment = db.session.scalars(select(Enrolment)).one()
        set_extra_tries(db.session, enrolment, 1)
        set_extra_time(db.session, enrolment, 25)
        assert ease_of(db.session, enrolment.id).tries == 1
        assert ease_of(db.session, enrolment.id).percent == 25

    whole.do(give, write=True)
    assert "The next try is possible" not in learner.get(TEST).text
    take(learner, wrong=4)
    assert "The next try is possible" in learner.get(TEST).text
