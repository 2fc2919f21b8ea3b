"""Progress is what the record says: the same whether it grows or is made anew."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from perille.core.extensions import db
from perille.core.signals import statements_stored
from perille.domain.progress import UnitState
from perille.lrs.services import StoredStatement
from perille.tracking.services import rebuild, unit_states
from support.records import STRANGER, actor_home, acts, only_enrolment, progress, said, send, voiding
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"


def states(whole: Whole) -> dict[str, UnitState]:
    registration = only_enrolment(whole).registration
    return whole.do(lambda: unit_states(db.session, registration))


def rebuilt(whole: Whole) -> list[tuple[Any, ...]]:
    """Make the progress anew and return it."""
    whole.do(lambda: rebuild(db.session), write=True)
    return progress(whole)


def wander(visitor: Visitor, chance: random.Random) -> None:
    """Do something at random."""
    unit = chance.choice(["hello", "second", "check"])
    step = chance.randrange(5)
    if step == 0:
        visitor.start()
    elif step == 1:
        visitor.post(f"{COURSE}/{unit}/next")
    elif step == 2:
        visitor.answer(f"{COURSE}/hello", "fire", chance.choice(["leave", "water"]))
    else:
        visitor.answer(f"{COURSE}/check", chance.choice(["one", "two"]), chance.choice("aab"))


@pytest.mark.parametrize("seed", range(4))
def test_a_replay_of_any_way_gives_the_same_progress(whole: Whole, seed: int) -> None:
    chance = random.Random(seed)
    learners = [whole.visitor() for _each in range(3)]
    for _step in range(25):
        wander(chance.choice(learners), chance)
    grown = progress(whole)
    assert grown
    assert rebuilt(whole) == grown


def test_a_statement_of_the_platform_changes_progress(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    send(whole, said(whole, "completed", "hello", timestamp="2026-01-02T03:04:05Z"))
    assert states(whole)["hello"].completed
    assert datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) in next(row for row in progress(whole) if row[1] == "hello")
    assert visitor.get(COURSE).one("a", class_="main")["href"] == f"{COURSE}/second"
    assert progress(whole) == rebuilt(whole)


def test_a_waived_unit_need_not_be_taken(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    send(whole, said(whole, "completed", "hello") | {"verb": {"id": "https://w3id.org/xapi/adl/verbs/waived"}})
    assert states(whole)["hello"].waived


def strangers(whole: Whole) -> list[dict[str, Any]]:
    """Statements about our learner's registration that are not the learner's, or not about their course."""
    enrolment = only_enrolment(whole)
    same_name = {"homePage": "https://other.example", "name": str(enrolment.learner.actor_name)}
    other_course = said(whole, "completed", "hello") | {"object": {"id": "urn:x-perille:course_quiet:hello"}}
    group = {"objectType": "Group", "account": {"homePage": actor_home(whole), "name": same_name["name"]}}
    return [
        said(whole, "completed", "hello", actor=group),
        said(whole, "completed", "hello", actor=STRANGER),
        said(whole, "completed", "hello", actor={"objectType": "Agent", "account": same_name}),
        said(whole, "completed", "hello", actor={"objectType": "Agent", "mbox": "mailto:a@b.example"}),
        said(whole, "completed", "hello", registration=uuid4()),
        other_course,
        said(whole, "completed", "hello") | {"object": {"id": "https://other.example/hello"}},
        said(whole, "completed", "h" * 300),
        said(whole, "completed", "hello:fire:more:parts"),
        said(whole, "completed", "hello:"),
    ]


@pytest.mark.parametrize("which", range(10))
def test_what_a_stranger_says_changes_nothing(whole: Whole, visitor: Visitor, which: int) -> None:
    visitor.start()
    before = progress(whole)
    send(whole, strangers(whole)[which])
    assert progress(whole) == before
    assert rebuilt(whole) == before


def test_a_repeated_statement_is_counted_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    statement = said(whole, "answered", "hello:fire")
    send(whole, statement)
    send(whole, statement)
    rows = [row for row in progress(whole) if row[1] == "hello"]
    assert rows[0][-1] == 1


def test_voiding_undoes_what_was_said(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = progress(whole)
    statement = said(whole, "completed", "hello")
    send(whole, statement)
    assert progress(whole) != before
    send(whole, voiding(statement))
    assert not states(whole)["hello"].completed
    assert progress(whole) == rebuilt(whole) == before


def test_voiding_leaves_what_another_statement_said_too(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    statement = said(whole, "completed", "hello")
    send(whole, statement, said(whole, "completed", "hello"), voiding(statement))
    assert states(whole)["hello"].completed
    assert progress(whole) == rebuilt(whole)


def test_a_statement_that_was_voided_before_it_came_says_nothing(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = progress(whole)
    statement = said(whole, "completed", "hello")
    send(whole, voiding(statement))
    send(whole, statement)
    assert progress(whole) == rebuilt(whole) == before


def test_voiding_one_learners_statement_reads_no_other_learners(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    statement = said(whole, "completed", "hello")
    send(whole, statement)
    other = whole.visitor()
    other.start()
    others = [row for row in progress(whole) if row[0] != only_registration(statement)]
    send(whole, voiding(statement))
    assert [row for row in progress(whole) if row[0] != only_registration(statement)] == others
    assert progress(whole) == rebuilt(whole)


def only_registration(statement: dict[str, Any]) -> UUID:
    return UUID(statement["context"]["registration"])


def test_a_statement_and_its_progress_stand_and_fall_together(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = (acts(whole), progress(whole), whole.counts())

    def fail(_store: object, statements: list[StoredStatement], **_more: object) -> None:
        raise RuntimeError("the projection fails")

    with statements_stored.connected_to(fail):
        page = visitor.post(f"{COURSE}/hello/next")
    assert page.status == 500
    assert (acts(whole), progress(whole), whole.counts()) == before
    assert visitor.post(f"{COURSE}/hello/next").status == 303


def test_the_best_score_stays(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for scaled in (0.5, 0.75, 0.25):
        send(whole, said(whole, "passed", "check", result={"success": True, "score": {"scaled": scaled}}))
    assert next(row for row in progress(whole) if row[1] == "check")[-2] == 0.75
