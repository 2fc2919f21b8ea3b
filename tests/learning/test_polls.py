"""Polls: counted for nobody, shown from five answers up, and only in steps of five."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from perille.core.database import run_in_transaction
from perille.domain.item import Item, Option
from perille.learning.models import PollCount
from perille.learning.polls import count_answer, shares
from support.concurrency import at_once

POLL = Item(key="own", interaction="likert", options=tuple(Option(key=key) for key in ("none", "some", "all")))
WHERE = {"pack_id": "course_x", "unit": "hello"}


def say(session: Session, *levels: str, item: Item = POLL) -> None:
    for level in levels:
        count_answer(session, **WHERE, item=item, response=(level,))


def shown(session: Session, item: Item = POLL) -> dict[str, int] | None:
    return shares(session, **WHERE, item=item)


def test_nothing_is_shown_below_five_answers(session: Session) -> None:
    say(session, "none", "some", "all", "all")
    assert shown(session) is None
    say(session, "all")
    assert shown(session) == {"none": 20, "some": 20, "all": 60}


def test_one_answer_more_cannot_be_read_from_what_is_shown(session: Session) -> None:
    say(session, "all", "all", "all", "all", "some")
    before = shown(session)
    for _number in range(4):
        say(session, "none")
        assert shown(session) == before == {"none": 0, "some": 20, "all": 80}
    say(session, "some")
    assert shown(session) == {"none": 40, "some": 20, "all": 40}


def test_polls_are_counted_apart(session: Session) -> None:
    other = Item(key="other", interaction="likert", options=POLL.options)
    say(session, *["all"] * 4)
    say(session, *["none"] * 4, item=other)
    assert (shown(session), shown(session, other)) == (None, None)
    say(session, "all")
    assert (shown(session), shown(session, other)) == ({"none": 0, "some": 0, "all": 100}, None)


def test_a_level_that_a_new_version_brings_is_counted_beside_the_old_ones(session: Session) -> None:
    say(session, *["all"] * 5)
    wider = Item(key="own", interaction="likert", options=(*POLL.options, Option(key="more")))
    say(session, *["more"] * 4, item=wider)
    assert shown(session, wider) == {"none": 0, "some": 0, "all": 100, "more": 0}
    say(session, "more", item=wider)
    assert shown(session, wider) == {"none": 0, "some": 0, "all": 50, "more": 50}


NARROWER = Item(key="own", interaction="likert", options=POLL.options[1:])


def test_a_level_that_a_new_version_leaves_out_counts_no_more(session: Session) -> None:
    say(session, *["none"] * 5, "some", "some", "some", "all", "all")
    assert shown(session) == {"none": 50, "some": 30, "all": 20}
    assert shown(session, NARROWER) == {"some": 60, "all": 40}


def test_of_the_levels_that_are_left_too_few_are_not_shown(session: Session) -> None:
    say(session, "none", "some", "some", "some", "all")
    assert shown(session) is not None
    assert shown(session, NARROWER) is None


def test_answers_to_a_level_that_is_gone_do_not_let_one_answer_through(session: Session) -> None:
    say(session, *["all"] * 5, *["none"] * 4)
    for _number in range(4):
        say(session, "some", item=NARROWER)
        assert shown(session, NARROWER) == {"some": 0, "all": 100}
    say(session, "some", item=NARROWER)
    assert shown(session, NARROWER) == {"some": 50, "all": 50}


def test_only_counts_are_kept(session: Session) -> None:
    say(session, "all", "some", "all")
    rows = session.scalars(select(PollCount).order_by(PollCount.level)).all()
    assert [(row.level, row.count, row.shown) for row in rows] == [("all", 2, 0), ("none", 0, 0), ("some", 1, 0)]


def answer(engine: Engine, level: str) -> None:
    """Answer in a connection and a transaction of one's own, as a request does."""
    with Session(engine) as session:
        run_in_transaction(session, lambda: say(session, level), write=True)


@pytest.mark.parametrize("levels", [("all", "all"), ("all", "none")])
def test_two_first_answers_at_once_are_both_counted(engine: Engine, levels: tuple[str, ...]) -> None:
    at_once([lambda level=level: answer(engine, level) for level in levels])
    with Session(engine) as session:
        counts = dict(session.execute(select(PollCount.level, PollCount.count)).all())
    assert counts == {key: levels.count(key) for key in ("none", "some", "all")}


def test_answers_at_once_are_shown_in_steps_all_the_same(engine: Engine) -> None:
    for level in ("all", "all", "all", "some"):
        answer(engine, level)
    at_once([lambda level=level: answer(engine, level) for level in ("none", "none")])
    with Session(engine) as session:
        assert session.scalar(select(func.sum(PollCount.count))) == 6
        assert session.scalar(select(func.sum(PollCount.shown))) == 5
        assert shown(session) == {"none": 20, "some": 20, "all": 60}
