"""The door's transactions: without a session until somebody asks for one, and one transaction all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from lrs.conftest import Store
from lrs.samples import statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.signals import statements_stored
from perille.lrs.storage.connection import StoreSession, raw_connection

ADD = "INSERT INTO lrs_authority (store_id, id, agent_id, body) VALUES (7, ?, 1, ?)"
COUNT = "SELECT COUNT(*) FROM lrs_authority WHERE store_id = 7"


@pytest.fixture
def engine(lrs_app: Flask) -> Iterator[Engine]:
    """The engine of the application."""
    with lrs_app.app_context():
        yield db.engine


def count(engine: Engine) -> int:
    """Return how many rows the tests' own store has."""
    with engine.connect() as connection:
        return int(connection.scalar(text(COUNT)) or 0)


def add(work: StoreSession, number: int) -> None:
    """Write a row by the driver."""
    raw_connection(work).run(ADD, number, b"{}")


def test_nothing_is_begun_before_the_first_query(engine: Engine) -> None:
    work = StoreSession(engine)
    run_in_transaction(work, lambda: None, write=True)
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # the pools in use have it


def test_driver_and_session_see_and_commit_the_same(engine: Engine) -> None:
    work = StoreSession(engine)

    def act() -> int:
        add(work, 1)
        seen = work.scalar(text(COUNT))
        work.execute(text("UPDATE lrs_authority SET agent_id = 5 WHERE store_id = 7"))
        assert raw_connection(work()) is raw_connection(work)
        return int(seen)

    assert run_in_transaction(work, act, write=True) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT agent_id FROM lrs_authority WHERE store_id = 7")) == 5


@pytest.mark.parametrize("with_session", [False, True])
def test_a_fault_undoes_all_and_the_work_can_be_done_again(engine: Engine, with_session: bool) -> None:
    work = StoreSession(engine)
    told: list[str] = []

    def act(fail: bool) -> None:
        raw = raw_connection(work)
        raw.when_committed(lambda: told.append("committed"))
        raw.when_ended(lambda: told.append("ended"))
        add(work, 1)
        if with_session:
            work.execute(text("UPDATE lrs_authority SET agent_id = 5 WHERE store_id = 7"))
        if fail:
            raise LookupError

    with pytest.raises(LookupError):
        run_in_transaction(work, lambda: act(True), write=True)
    assert (told, count(engine)) == (["ended"], 0)
    run_in_transaction(work, lambda: act(False), write=True)
    assert (told, count(engine)) == (["ended", "committed", "ended"], 1)


def test_a_savepoint_of_a_session_commits_nothing_to_mind(lrs_app: Flask) -> None:
    told: list[str] = []
    with lrs_app.app_context():
        session = db.session()

        def act() -> None:
            with session.begin_nested():
                raw_connection(session).when_committed(lambda: told.append("committed"))
            assert told == []

        run_in_transaction(session, act, write=True)
    assert told == ["committed"]


def test_what_a_listener_writes_is_there_with_the_statement_or_not_at_all(
    lrs_app: Flask, engine: Engine, make_store: Callable[..., Store]
) -> None:
    def listener(_store: UUID, *, session: Any, statements: Any, **_more: object) -> None:
        number = count_in(session) + 1
        session.execute(
            text("INSERT INTO lrs_authority (store_id, id, agent_id, body) VALUES (7, :id, 1, :body)"),
            {"id": number, "body": b"{}"},
        )
        if statements[0].verb.endswith("/failed"):
            raise LookupError

    def count_in(session: Any) -> int:
        return int(session.scalar(text(COUNT)))

    store = make_store()
    with statements_stored.connected_to(listener):
        assert store.post(statement()).status_code == 200
        refused = statement(verb={"id": "http://adlnet.gov/expapi/verbs/failed"})
        assert store.post(refused).status_code == 500
    assert count(engine) == 1
    assert store.get(statementId=refused["id"]).status_code == 404
