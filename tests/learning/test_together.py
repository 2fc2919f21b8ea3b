"""Eight learners act at once while statements stream in: nothing is lost, no learner is turned away."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from perille.assessment.models import AttemptAnswer
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.lrs.services import Scope, default_store, make_client, peppers_of
from perille.tracking.models import CourseProgress
from perille.tracking.services import rebuild
from support.concurrency import at_once
from support.records import acts, only_enrolment, progress, said, send
from support.visitor import Visitor
from support.whole import KEY, Whole

COURSE = "/en/courses/way"


def twin(whole: Whole, visitor: Visitor) -> Visitor:
    """Return another window of the same browser."""
    other = whole.visitor()
    other.client.set_cookie("perille_learner", visitor.cookie() or "")
    return other


@pytest.fixture
def stream(whole: Whole) -> Callable[[int], list[int]]:
    """Send statements to /xapi as a client does; returns the statuses."""

    def make() -> tuple[str, str]:
        return make_client(
            db.session(),
            "Stream",
            [Scope("all")],
            peppers=peppers_of((KEY,)),
            store_id=default_store(db.session()),
        )

    token = base64.b64encode(":".join(whole.do(make, write=True)).encode()).decode()
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "1.0.3"}

    def post(count: int) -> list[int]:
        client = whole.app.test_client()

        def send() -> TestResponse:
            return client.post("/xapi/statements", data=body, headers=headers, content_type="application/json")

        statuses = []
        for _each in range(count):
            body = json.dumps(_foreign())
            answers = [send()]
            # Learners write before programs: on a busy machine one of these waits for 5 s and is told to come again, as clients do.
            while answers[-1].status_code == 503 and len(answers) < 5:
                assert int(answers[-1].headers["Retry-After"]) > 0
                answers.append(send())
            statuses.append(answers[-1].status_code)
        return statuses

    return post


def _foreign() -> dict[str, Any]:
    """Return a statement with an id of its own, so that it may be sent twice and is kept once."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://other.example", "name": str(uuid4())}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": f"https://other.example/{uuid4()}"},
    }


def go_the_way(visitor: Visitor) -> list[int]:
    """Take the whole course and return every status."""
    pages = [visitor.start(), visitor.answer(f"{COURSE}/hello", "fire", "leave")]
    for unit in ("hello", "second"):
        pages += [visitor.post(f"{COURSE}/resume", {"unit": unit}), visitor.post(f"{COURSE}/{unit}/next")]
    pages += [visitor.answer(f"{COURSE}/check", item, choice) for item in ("one", "two") for choice in "ba"]
    return [page.status for page in (*pages, visitor.get(COURSE))]


def test_eight_learners_at_once_with_a_stream_lose_nothing(whole: Whole, stream: Callable[[int], list[int]]) -> None:
    learners = [whole.visitor() for _each in range(8)]
    works: list[Callable[[], list[int]]] = [lambda one=one: go_the_way(one) for one in learners]
    works += [lambda: stream(25), lambda: stream(25)]
    statuses = at_once(works)
    assert all(status < 400 for each in statuses for status in each), statuses
    recorded = acts(whole)
    for act in ("initialized hello", "completed second", "passed check", "completed", "satisfied"):
        assert recorded.count(act) == 8, act
    assert recorded.count("answered check:one") == 16
    assert len(recorded) == 8 * (3 + 2 + 1 + 4 + 2 + 2) + 50
    finished = select(func.count()).where(CourseProgress.satisfied_at.is_not(None))
    assert whole.do(lambda: db.session.scalar(finished)) == 8
    grown = progress(whole)
    whole.do(lambda: rebuild(db.session), write=True)
    assert progress(whole) == grown


def test_starting_in_two_windows_at_once_is_one_start(whole: Whole, visitor: Visitor) -> None:
    visitor.start("/en/modules/staff")
    windows = [twin(whole, visitor) for _each in range(4)]
    pages = at_once([window.start for window in windows])
    assert [page.status for page in pages] == [303] * 4
    assert len(whole.scalars(select(Learner))) == 1
    assert len(whole.scalars(select(Enrolment).where(Enrolment.pack_id == "course_way"))) == 1
    assert acts(whole).count("initialized hello") == 1


def test_going_on_in_many_windows_at_once_is_going_on_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    windows = [twin(whole, visitor) for _each in range(6)]
    pages = at_once([lambda one=one: one.post(f"{COURSE}/hello/next") for one in windows])
    assert [page.location for page in pages] == [f"{COURSE}/second"] * 6
    assert acts(whole) == ["initialized hello", "completed hello", "initialized second"]


def test_the_last_answer_in_many_windows_at_once_passes_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    for unit in ("hello", "second"):
        visitor.post(f"{COURSE}/{unit}/next")
    visitor.answer(f"{COURSE}/check", "one", "a")
    form = {**visitor.get(f"{COURSE}/check?item=two").fields("check-two"), "a-two": "a"}
    windows = [twin(whole, visitor) for _each in range(6)]
    pages = at_once([lambda one=one: one.post(f"{COURSE}/check", form) for one in windows])
    assert [page.status for page in pages] == [200] * 6
    assert acts(whole)[-5:] == ["answered check:two", "completed check", "passed check", "completed", "satisfied"]
    assert [answer.tries for answer in whole.scalars(select(AttemptAnswer))] == [1, 1]


def test_places_kept_at_once_are_one_place(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    windows = [twin(whole, visitor) for _each in range(6)]
    form = {"unit": "hello", "screen": "2"}
    pages = at_once([lambda one=one: one.post(f"{COURSE}/resume", form) for one in windows])
    assert [page.status for page in pages] == [204] * 6
    assert visitor.get(f"{COURSE}/resume").location == f"{COURSE}/hello?screen=2"


def test_answers_of_the_learner_and_of_another_program_are_all_counted(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    statements = [said(whole, "answered", "hello:fire") for _each in range(20)]
    windows = [twin(whole, visitor) for _each in range(3)]

    def elsewhere() -> None:
        for statement in statements:
            send(whole, statement)

    def here(window: Visitor) -> None:
        for _each in range(10):
            assert window.answer(f"{COURSE}/hello", "fire", "leave").status == 200

    at_once([elsewhere, *[lambda one=one: here(one) for one in windows]])
    registration = only_enrolment(whole).registration
    (row,) = [row for row in progress(whole) if row[0] == registration and row[1] == "hello"]
    assert row[-1] == 50


def test_forgetting_while_answering_leaves_nothing_behind(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    windows = [twin(whole, visitor) for _each in range(4)]
    works: list[Callable[[], int]] = [
        lambda one=one: [one.answer(f"{COURSE}/check", "one", "b").status for _each in range(5)][-1] for one in windows
    ]
    works.append(lambda: visitor.post("/en/forget", {"sure": "yes"}).status)
    statuses = at_once(works)
    assert statuses[-1] == 303
    # A window that answers after it begins anew, with a number of its own.
    assert all(status in (200, 409) for status in statuses[:-1])
    known = {each.registration for each in whole.scalars(select(Enrolment))}
    assert {row[0] for row in progress(whole)} <= known
