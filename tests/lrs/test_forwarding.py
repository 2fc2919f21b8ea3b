"""What is stored here goes on to other stores: in order, once, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lrs.conftest import Store
from lrs.samples import statement
from lrs.test_attachments import described, multipart, send
from perille.database import run_in_transaction, utcnow
from perille.errors import BadInput
from perille.extensions import db
from perille.lrs import forwarding, services
from perille.lrs.forwarding import Lag, Parcel, Reply
from perille.lrs.models import LrsForward
from perille.lrs.multipart import Part, boundary_of, parts_of

ENDPOINT = "https://other.example/xapi"


class Other:
    """Another store; *answers* are given first, then 200."""

    def __init__(self, *answers: Reply | OSError) -> None:
        self.answers = list(answers)
        self.got: list[list[str]] = []
        self.contents: list[list[bytes]] = []

    def __call__(self, _forward: object, parcel: Parcel) -> Reply:
        body, contents = parcel.body, list[Part]()
        if parcel.content_type != "application/json":
            first, *contents = parts_of(parcel.body, boundary_of(parcel.content_type))
            body = first.body
        self.got.append([one["id"] for one in json.loads(body)])
        self.contents.append([part.body for part in contents])
        answer = self.answers.pop(0) if self.answers else Reply(200)
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
def work(lrs_app: Flask) -> Callable[..., Any]:
    """Do something with a session, committed."""

    def do(what: Callable[[Any], Any]) -> Any:
        with lrs_app.app_context():
            return run_in_transaction(db.session(), lambda: what(db.session()), write=True)

    return do


@pytest.fixture
def forward(lrs_app: Flask, work: Callable[..., Any]) -> Callable[..., int]:
    """Send what is due to another store, at a time when everything is due."""

    def due(session: Any) -> None:
        session.execute(update(LrsForward).values(next_try_at=utcnow() - timedelta(seconds=1)))

    def do(other: Other) -> int:
        work(due)
        with lrs_app.app_context():
            return forwarding.forward_due(db.session(), other)

    return do


def add(work: Callable[..., Any], **kwargs: Any) -> None:
    work(
        lambda s: forwarding.add_forward(s, services.default_store(s), "Other", ENDPOINT, ("k", "s"), **kwargs) and None
    )


def lag(work: Callable[..., Any]) -> Lag:
    found: Lag = work(lambda s: forwarding.lags(s, services.default_store(s)))[0]
    return found


def test_statements_go_on_in_order_and_once(
    work: Callable[..., Any],
    forward: Callable[..., int],
    make_store: Callable[..., Store],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forwarding, "SLICE", 2)
    store, other = make_store(), Other()
    store.post(statement())
    add(work)
    ids = store.post([statement() for _ in range(3)]).json
    assert lag(work).waiting == 3
    assert [forward(other) for _ in range(3)] == [2, 1, 0]
    assert other.got == [ids[:2], ids[2:]]
    assert lag(work).waiting == 0


def test_what_is_here_already_goes_only_when_asked(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    ids = make_store().post([statement(), statement()]).json
    add(work, from_start=True)
    other = Other()
    assert forward(other) == 2
    assert other.got == [ids]


def test_a_store_that_is_away_is_tried_again_and_nothing_is_lost(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    ids = make_store().post([statement()]).json
    other = Other(OSError("no route"), Reply(503, "Busy"), Reply(401, "Unauthorized"))
    assert [forward(other) for _ in range(3)] == [0, 0, 0]
    state = lag(work)
    assert (state.failures, state.last_error, state.paused, state.waiting) == (3, "401 Unauthorized", True, 1)
    assert forward(other) == 1
    assert other.got == [ids] * 4
    assert lag(work).failures == 0


def test_one_bad_statement_does_not_stop_the_rest(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    first, second, third = make_store().post([statement() for _ in range(3)]).json
    other = Other(Reply(400), Reply(200), Reply(400), Reply(409))
    assert forward(other) == 2
    assert other.got == [[first, second, third], [first], [second], [third]]
    assert lag(work).waiting == 0


def test_a_forward_takes_its_verbs_alone(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work, verbs=["http://example.com/wanted"])
    wanted = statement(verb={"id": "http://example.com/wanted"})
    make_store().post([statement(), wanted, statement()])
    other = Other()
    assert forward(other) == 1
    assert other.got == [[wanted["id"]]]
    assert lag(work).waiting == 0


def test_contents_of_attachments_go_with_their_statement(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store, other = make_store(), Other(Reply(200), OSError("cut"), Reply(200), Reply(409))
    plain, elsewhere = statement(), statement(attachments=[described(b"there", fileUrl="https://a.example/b")])
    one, two = (statement(attachments=[described(content)]) for content in (b"one", b"two"))
    store.post(plain)
    send(store, multipart([one, two], b"one", b"two"))
    store.post(elsewhere)
    assert forward(other) == 0
    assert forward(other) == 4
    assert other.got[2:] == [[plain["id"]], [one["id"]], [two["id"]], [elsewhere["id"]]]
    assert other.contents[2:] == [[], [b"one"], [b"two"], []]


def test_what_goes_on_is_taken_by_a_store_like_this_one(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    store, sent = make_store(), statement(attachments=[described(b"one")])
    send(store, multipart(sent, b"one"))
    parcels: list[Parcel] = []

    class Taking(Other):
        def __call__(self, _forward: object, parcel: Parcel) -> Reply:
            parcels.append(parcel)
            return Reply(200)

    assert forward(Taking()) == 1
    again = store.post(parcels[0].body, headers={"Content-Type": parcels[0].content_type})
    assert (again.status_code, again.json) == (200, [sent["id"]])


def test_an_address_that_is_none_is_refused(work: Callable[..., Any]) -> None:
    with pytest.raises(BadInput):
        work(lambda s: forwarding.add_forward(s, services.default_store(s), "x", "file:///etc", ("k", "s")))
