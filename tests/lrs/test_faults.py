"""Bad input and faults: a clear refusal, and nothing half stored."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.test import TestResponse

from lrs.application import make_application
from lrs.conftest import Store
from lrs.samples import ACTIVITY, agent, new_id, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage import insert
from perille.lrs.storage.connection import raw_connection

MakeStore = Callable[..., Store]


def test_a_body_cut_off_is_refused(store: Store) -> None:
    body = json.dumps(statement()).encode()
    assert store.post(body[:-9]).status_code == 400
    answer = announced(store, body, str(len(body) + 10))
    assert (answer.status_code, answer.json["path"]) == (400, "Content-Length")
    assert announced(store, body, "many").status_code == 400
    assert store.found() == []


def announced(store: Store, body: bytes, length: str) -> TestResponse:
    """POST a body under a Content-Length of its own."""
    headers = {**store.headers, "Content-Type": "application/json"}
    return store.http.post("/xapi/statements", data=body, headers=headers, environ_overrides={"CONTENT_LENGTH": length})


def test_a_body_over_the_limit_is_413(store: Store) -> None:
    answer = store.post(b" " * (16 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json["path"]) == (413, "Content-Length")


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xml", "multipart/form-data; boundary=x"])
def test_statements_are_json_or_multipart(store: Store, content_type: str) -> None:
    assert store.post(statement(), headers={"Content-Type": content_type}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"null", b"3", b"{}", b"[{}]", b"[null]", b"[1,", b"{} {}"])
def test_what_is_no_statement_is_400(store: Store, body: bytes) -> None:
    assert store.post(body).status_code == 400


def test_no_statements_are_stored_as_such(store: Store) -> None:
    assert store.post([]).json == []


def test_an_id_twice_in_a_batch_stores_nothing(store: Store) -> None:
    same = new_id()
    answer = store.post([statement(id=same), statement(id=same.upper())])
    assert (answer.status_code, answer.json["clause"]) == (400, "xAPI 1.0.3 Communication 2.1.2")
    assert store.found() == []


def test_a_batch_is_all_or_nothing(store: Store) -> None:
    kept = statement()
    store.post(kept)
    clash = {**kept, "result": {"success": False}}
    assert store.post([statement(), clash, statement()]).status_code == 409
    assert store.post([statement(), statement(verb={"id": "x"})]).status_code == 400
    assert store.found() == [kept["id"]]


def test_the_same_content_written_otherwise_is_no_conflict(store: Store) -> None:
    sent = statement(result={"score": {"raw": 10}}, timestamp="2026-01-01T10:00:00Z")
    other = {
        **dict(reversed(sent.items())),
        "result": {"score": {"raw": 10.0}},
        "timestamp": "2026-01-01T12:00:00+02:00",
    }
    assert store.post(sent).status_code == 200
    assert store.post([other, statement()]).status_code == 200
    assert len(store.found()) == 2


def test_put_wants_one_statement_and_its_own_id(store: Store) -> None:
    sent = statement()
    assert store.send("PUT", "statements", sent).status_code == 400
    assert store.send("PUT", "statements", sent, statementId=new_id()).status_code == 400
    assert store.send("PUT", "statements", [sent, statement()], statementId=sent["id"]).status_code == 400
    assert store.send("DELETE", "statements").status_code == 405
    assert store.get("nothing").status_code == 404


def test_stored_grows_though_the_clock_goes_back(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store, now = make_store(), time.time_ns()
    ids = [statement()["id"] for _ in range(4)]
    for place, key in enumerate(ids):
        monkeypatch.setattr(
            "perille.lrs.storage.lock.time.time_ns", lambda place=place: now - place * 3_600_000_000_000
        )
        store.post(statement(id=key))
    stored = [store.get(statementId=key).json["stored"] for key in ids]
    assert stored == sorted(set(stored))


@pytest.mark.parametrize(
    ("name", "status", "word"),
    [("SQLITE_FULL", 507, "full"), ("SQLITE_BUSY", 503, "again"), ("SQLITE_CANTOPEN", 503, "cannot")],
)
def test_a_database_that_fails_is_said_and_nothing_is_stored(
    make_store: MakeStore, monkeypatch: pytest.MonkeyPatch, name: str, status: int, word: str
) -> None:
    store, write = make_store(), insert.write

    def fail(*args: object) -> object:
        write(*args)  # type: ignore[arg-type]
        error = Exception("failed")
        error.sqlite_errorname = name  # type: ignore[attr-defined]
        raise OperationalError("INSERT", None, error)

    monkeypatch.setattr("perille.core.database.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(insert, "write", fail)
    answer = store.post(statement())
    assert answer.status_code == status
    assert word in answer.json["error"]
    monkeypatch.setattr(insert, "write", write)
    assert store.found() == []
    assert store.post(statement()).status_code == 200


def test_a_listener_that_fails_takes_the_statements_with_it(make_store: MakeStore) -> None:
    store = make_store()

    def listener(_store: object, **_values: object) -> None:
        raise RuntimeError("no progress")

    with services.statements_stored.connected_to(listener):
        answer = store.post(statement())
    assert answer.status_code == 500
    assert store.found() == []
    assert store.post(statement()).status_code == 200


def test_concurrent_batches_about_the_same_people_all_succeed(lrs_app: Flask, make_store: MakeStore) -> None:
    store = make_store()
    store.get()

    def send(number: int) -> int:
        people = [agent(f"p{(number * 7 + place) % 10}") for place in range(20)]
        batch = [
            statement(actor=who, object={**ACTIVITY, "id": f"https://x.example/{place % 3}"})
            for place, who in enumerate(people)
        ]
        return (
            Store(lrs_app, ("", ""), "2.0.0")
            .http.post("/xapi/statements", json=batch, headers=store.headers)
            .status_code
        )

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(40))) == [200] * 40
    with lrs_app.app_context():
        every = run_in_transaction(
            db.session(), lambda: list(services.replay(db.session(), services.default_store(db.session()))), write=False
        )
    assert [one.seq for one in every] == list(range(1, 801))
    assert [one.stored for one in every] == sorted({one.stored for one in every})


def test_a_second_application_sees_what_the_first_stored(db_url: str, tmp_path: Path, make_store: MakeStore) -> None:
    store = make_store()
    store.post(statement())
    other = make_application(db_url, tmp_path)
    try:
        second = Store(other, ("", ""), "2.0.0")
        second.headers = store.headers
        second.post(statement())
        assert store.found() == second.found()
    finally:
        with other.app_context():
            db.engine.dispose()


def test_errors_of_the_driver_are_sqlalchemys(make_store: MakeStore, lrs_app: Flask) -> None:
    with lrs_app.app_context(), pytest.raises(DBAPIError):
        raw_connection(db.session()).rows("SELECT nothing FROM nowhere")
