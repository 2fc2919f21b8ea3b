"""What is stored here goes on to other stores: in order, once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lrs.attachments import described, multipart, send
from lrs.conftest import Store
from lrs.forwards import Other, add, lag, refused
from lrs.samples import statement
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage.models import LrsRefusal
from perille.lrs.transfer import forwarding, forwards
from perille.lrs.transfer.transport import ForwardRequest, Reply


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
    assert (state.failures, state.last_error, state.delayed, state.waiting) == (3, "401 Unauthorized", True, 1)
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
    other = Other()
    assert forward(other) == 1
    parcel = other.parcels[0]
    again = store.post(parcel.body, headers={"Content-Type": parcel.content_type})
    assert (again.status_code, again.json) == (200, [sent["id"]])


def test_what_is_refused_is_kept_with_the_reason_and_goes_again_by_hand(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    first, second = make_store().post([statement(), statement()]).json
    picky = Other(Reply(400), Reply(400, "Bad Request", '{"error": "no such verb"}'), Reply(200))
    assert forward(picky) == 1
    assert lag(work).refused == 1
    (kept,) = refused(work)
    assert (str(kept.statement_id), kept.again) == (first, False)
    assert "no such verb" in kept.reason
    assert forward(Other()) == 0
    assert work(lambda s: forwards.retry_refused(s, services.default_store(s), "Other")) == 1
    assert forward(Other(Reply(422, "No", "still not"))) == 0
    assert "still not" in refused(work)[0].reason
    work(lambda s: forwards.retry_refused(s, services.default_store(s), "Other"))
    other = Other()
    assert forward(other) == 1
    assert other.got == [[first]]
    assert (lag(work).refused, refused(work)) == (0, [])
    assert second in picky.got[2]


def test_one_forward_that_fails_in_any_way_does_not_stop_those_after_it(
    work: Callable[..., Any], lrs_app: Flask, make_store: Callable[..., Store]
) -> None:
    for name in ("Broken", "Other"):
        add(work, name)
    sent = make_store().post(statement()).json

    class Choosing(Other):
        def __call__(self, forward: Any, parcel: ForwardRequest) -> Reply:
            if forward.name == "Broken":
                raise ValueError("Invalid IPv6 URL")
            return super().__call__(forward, parcel)

    other = Choosing()
    with lrs_app.app_context():
        assert forwarding.forward_due(db.session(), other) == 1
    assert other.got == [sent]
    assert (lag(work).failures, lag(work).last_error) == (1, "ValueError: Invalid IPv6 URL")
    assert (lag(work, 1).failures, lag(work, 1).waiting) == (0, 0)


def test_a_paused_forward_waits_and_goes_on_where_it_stopped(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)

    def pause(paused: bool) -> None:
        work(lambda s: forwards.pause_forward(s, services.default_store(s), "Other", paused=paused))

    pause(True)
    ids = make_store().post([statement(), statement()]).json
    assert forward(Other()) == 0
    assert (lag(work).paused, lag(work).waiting) == (True, 2)
    pause(False)
    other = Other()
    assert forward(other) == 2
    assert other.got == [ids]


def test_a_forward_is_changed_and_removed(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work)
    make_store().post([statement()])
    forward(Other(Reply(400)))
    wanted, elsewhere = "https://x.example/verb", "https://elsewhere.example/xapi"

    def change(session: Any) -> None:
        store = services.default_store(session)
        forwards.change_forward(session, store, "Other", endpoint=elsewhere, verbs=[wanted], allow_http=False)

    work(change)
    assert (lag(work).endpoint, lag(work).verbs, lag(work).versions) == (elsewhere, (wanted,), ())
    work(lambda s: forwards.remove_forward(s, services.default_store(s), "Other"))
    assert work(lambda s: forwards.forward_statuses(s, services.default_store(s))) == []
    assert work(lambda s: list(s.scalars(select(LrsRefusal.seq)))) == []
