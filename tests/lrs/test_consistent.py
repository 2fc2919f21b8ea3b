"""X-Experience-API-Consistent-Through: a poller that follows it misses nothing, whoever writes at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask

from lrs.conftest import Store
from lrs.samples import new_id, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs.storage.models import LrsStore

THROUGH = "X-Experience-API-Consistent-Through"
WRITERS, REQUESTS, BATCH = 4, 30, 5


class Poller:
    """Follows the store: asks for all after the moment up to which it was told that it has everything."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.through = "1970-01-01T00:00:00Z"
        self.seen: set[str] = set()

    def look(self) -> None:
        answer = self.store.get(since=self.through, ascending="true", limit="500")
        through = answer.headers[THROUGH]
        while True:
            self.seen.update(one["id"] for one in answer.json["statements"])
            if not answer.json["more"]:
                break
            answer = self.store.send("GET", answer.json["more"].removeprefix("/xapi/"))
        self.through = through


def test_a_poller_that_follows_the_header_misses_no_statement(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    stores = [make_store() for _ in range(WRITERS)]
    poller, writing = Poller(make_store()), threading.Event()

    def write(store: Store) -> list[str]:
        acknowledged: list[str] = []
        for _ in range(REQUESTS):
            answer = store.post([statement() for _ in range(BATCH)])
            assert answer.status_code == 200
            acknowledged += answer.json
        return acknowledged

    def follow() -> None:
        while not writing.is_set():
            poller.look()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follow)
        acknowledged = {each for done in [pool.submit(write, store) for store in stores] for each in done.result()}
        writing.set()
        following.result()
    poller.look()
    assert len(acknowledged) == WRITERS * REQUESTS * BATCH
    assert acknowledged - poller.seen == set()


def test_every_answer_about_statements_names_what_was_stored_up_to_then(store: Store) -> None:
    posted = store.post(statement())
    stored = store.get(statementId=posted.json[0]).json["stored"]
    assert posted.headers[THROUGH] == stored
    put = store.send("PUT", "statements", statement(id=None), statementId=new_id())
    assert put.headers[THROUGH] > stored
    for answer in (
        store.post({"not": "a statement"}),
        store.get(nonsense="1"),
        store.get(statementId=new_id()),
        store.send("DELETE", "statements"),
        store.send("GET", "statements", headers={"Authorization": None}),
    ):
        assert answer.status_code >= 400
        assert answer.headers[THROUGH] >= put.headers[THROUGH]


def test_a_store_names_its_own_moment_and_not_that_of_another(
    lrs_app: Flask, make_store: Callable[..., Store], store: Store, database_kind: str
) -> None:
    def add() -> None:
        db.session.add(LrsStore(number=2, name="other"))

    with lrs_app.app_context():
        run_in_transaction(db.session, add, write=True)
        other_id = run_in_transaction(
            db.session, lambda: db.session.query(LrsStore.id).filter_by(number=2).scalar(), write=False
        )
    other = make_store(store_id=other_id)
    first = other.post(statement())
    later = store.post(statement())
    assert later.headers[THROUGH] > first.headers[THROUGH]
    refused = other.post({"not": "a statement"}).headers[THROUGH]
    if database_kind == "postgresql":
        assert refused == first.headers[THROUGH]
    else:
        # Where nobody writes, the present moment holds for every store.
        assert refused > later.headers[THROUGH]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_refused_client_that_waits_for_the_moment_to_pass_its_own_need_not_wait_for_another_statement(
    store: Store,
) -> None:
    store.post(statement())
    asked = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for answer in (store.get(nonsense="1"), store.get(statementId=new_id()), store.send("DELETE", "statements")):
        assert answer.status_code >= 400
        assert answer.headers[THROUGH] > asked
