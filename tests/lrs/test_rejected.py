"""Requests that were refused are kept for whoever develops the client: bounded, and without anybody's words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from lrs.conftest import Store
from lrs.samples import ACTOR, agent, statement
from perille.core.database import run_in_transaction, utcnow
from perille.core.extensions import db
from perille.lrs import rejected, services
from perille.lrs.commands import lrs as command
from perille.lrs.http import rejections
from perille.lrs.rejected import RejectedRequest, safe_message, safe_path
from perille.lrs.storage.models import LrsClient, LrsRejectedRequest


def kept(app: Flask, **narrow: Any) -> list[RejectedRequest]:
    """Return what is kept, the newest first."""
    with app.app_context():
        return run_in_transaction(
            db.session,
            lambda: rejected.rejected_requests(db.session(), services.default_store(db.session()), **narrow),
            write=False,
        )


def test_a_refused_request_is_kept_with_rule_clause_and_place(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    assert store.post(statement(actor={"mbox": "anna@x.example"})).status_code == 400
    assert store.get(agent=ACTOR, limit="many").status_code == 400
    second, first = kept(lrs_app)
    assert (first.method, first.resource, first.status, first.path) == ("POST", "statements", 400, "$.actor.mbox")
    assert first.message == "Not of the form mailto:name@host."
    assert (first.rule, first.clause) == ("An mbox is a mailto IRI.", "xAPI 1.0.3 Data 2.4.2.3")
    assert first.client_name == "Test"
    assert (second.method, second.resource, second.path) == ("GET", "statements?agent&limit=many", "limit")


def test_nothing_of_anybody_and_no_secret_is_in_it(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    words = ("anna.secret@people.example", "0191d2f3-aaaa-7000-8000-000000000000", "1234567")
    lost = {"usageType": "urn:u", "display": {}, "contentType": "a/b", "length": 1, "sha2": "anna, a mother"}
    assert "'anna, a mother'" in store.post(statement(attachments=[lost])).text
    for word in words:
        thing = {"id": f"urn:{word} x"}
        store.post(statement(object=thing))
        store.post(statement(context={"extensions": {f"{word} ": 1}}))
        store.post(statement(actor={word: 1}))
        store.get(**{word: "1"})
        store.get(agent=word, activity=word, registration=word)
        store.get(f"statements/{word}")
        store.get(statementId="0191d2f3-aaaa-7000-8000-000000000000")
    texts = select(
        LrsRejectedRequest.method, LrsRejectedRequest.resource, LrsRejectedRequest.path, LrsRejectedRequest.message
    )
    with lrs_app.app_context():
        rows = run_in_transaction(
            db.session, lambda: [str(tuple(row)) for row in db.session.execute(texts)], write=False
        )
    assert len(rows) > 10
    secret = store.headers["Authorization"].removeprefix("Basic ")
    for word in (*words, "anna", "people.example", secret):
        assert [row for row in rows if word in row] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("'anna' is not an absolute IRI.", "… is not an absolute IRI."),
        ("The statement's id differs from statementId.", "The statement's id differs from statementId."),
        ('"it\'s" is not a UUID.', "… is not a UUID."),
        ("Object contains unknown field `mbx`.", "Object contains unknown field `mbx`."),
        ("Object contains unknown field `Anna Karenina`.", "Object contains unknown field …."),
        ("Object contains unknown field ``Anna``.", "Object contains unknown field …."),
        ("Object contains unknown field `x`Anna`y`.", "Object contains unknown field …."),
        ("Expected `object`, got `array`.", "Expected `object`, got `array`."),
        ("There is no such statement: 0191d2f3-aaaa-7000-8000-000000000000.", "There is no such statement: …"),
    ],
)
def test_a_message_keeps_the_stores_own_words(said: str, shown: str) -> None:
    assert safe_message(said) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("$[12].actor.mbox_sha1sum", "$[12].actor.mbox_sha1sum"),
        ("$.verb.display.en_US", "$.verb.display.en_US"),
        ("$.context.extensions.https://x.example/anna", "$.context.extensions…"),
        ("$.result.extensions.anna@x.example", "$.result.extensions…"),
        ("X-Experience-API-Version", "X-Experience-API-Version"),
        ("0191d2f3", "…"),
    ],
)
def test_a_path_keeps_the_names_of_properties(path: str, shown: str) -> None:
    assert safe_path(path) == shown


def test_the_newest_hundred_of_a_client_are_kept_for_two_weeks(
    lrs_app: Flask, make_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected, "KEPT", 3)
    one, other = make_store(), make_store()
    other.post([{}])
    for limit in "abcde":
        one.get(limit=limit)
    assert [each.resource for each in kept(lrs_app)] == [
        *(f"statements?limit={limit}" for limit in "edc"),
        "statements",
    ]

    def grow_old() -> None:
        db.session.execute(update(LrsRejectedRequest).values(at=utcnow() - timedelta(days=14)))

    with lrs_app.app_context():
        run_in_transaction(db.session, grow_old, write=True)
    assert kept(lrs_app) == []
    with lrs_app.app_context():
        rejected.expire_rejected(db.session())
        assert (
            run_in_transaction(db.session, lambda: db.session.scalars(select(LrsRejectedRequest)).all(), write=False)
            == []
        )


def test_a_flood_is_not_written_down(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    for _ in range(60):
        assert store.get(limit="x").status_code == 400
    assert rejections._BURST <= len(kept(lrs_app)) < 60


def test_strangers_and_good_requests_leave_nothing(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    wrong = Store(lrs_app, ("nobody", "nothing"), "2.0.0")
    assert wrong.get().status_code == 401
    assert store.get().status_code == 200
    assert kept(lrs_app) == []


def test_credentials_that_ended_scopes_and_rates_are_noted(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    ended = make_store(expires_at=utcnow() - timedelta(days=1))
    reader, slow = make_store(scopes=("statements/read",)), make_store(rate=1)
    assert ended.get().status_code == 401
    assert reader.post(statement()).status_code == 403
    assert [slow.get().status_code for _ in range(2)] == [200, 429]
    assert [each.status for each in kept(lrs_app)] == [429, 403, 401]


def test_the_alternate_syntax_is_noted_as_what_it_stands_for(make_store: Callable[..., Store], lrs_app: Flask) -> None:
    store = make_store(version="1.0.3")
    headers = {**store.headers, "Content-Type": "application/x-www-form-urlencoded"}
    answer = store.http.post("/xapi/statements?method=GET", data=b"limit=x", headers=headers)
    assert answer.status_code == 400
    assert [(each.method, each.path) for each in kept(lrs_app)] == [("GET", "limit")]


def test_what_a_developer_was_told_finds_the_request(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    said = store.post(statement(object={"id": "no iri"})).json["error"]
    store.get(limit="x")
    assert "no iri" in said
    assert [each.path for each in kept(lrs_app, text=said)] == ["$.object.id"]
    assert [each.path for each in kept(lrs_app, text="DATA 2.2")] == ["$.object.id"]
    assert kept(lrs_app, text="something else") == []


def test_the_command_shows_those_of_one_client(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store, other = make_store(), make_store()
    store.get(limit="x")
    other.post(statement(actor=agent("a") | {"mbox": "no"}))
    with lrs_app.app_context():
        keys = run_in_transaction(db.session, lambda: list(db.session.scalars(select(LrsClient.key))), write=False)
    shown = [
        CliRunner().invoke(command, ["client", "refused", key], obj=lambda: lrs_app, catch_exceptions=False).output
        for key in keys
    ]
    assert sorted(line.count("\n") for line in shown) == [1, 1]
    assert any("GET statements?limit=x 400 limit" in line and "Communication 2.1.3)" in line for line in shown)
