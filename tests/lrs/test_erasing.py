"""An actor is erased from every table, and nobody else is (proved by search)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from lrs.attachments import described, multipart
from lrs.conftest import Store
from lrs.samples import ACTIVITY, agent, new_id, ref, statement
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.storage import compression, postings

SECRET = "anna-the-only-one"


@pytest.fixture(autouse=True, params=["tail", "lists"])
def _where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "FLUSH_AT", 1000 if request.param == "tail" else 1)


def words(app: Flask) -> Iterator[str]:
    """Yield every value of every table of the record store, bodies unpacked."""
    metadata = MetaData()
    with app.app_context(), db.engine.connect() as connection:
        metadata.reflect(connection)
        for name, table in metadata.tables.items():
            if not name.startswith("lrs_"):
                continue
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    whole = (
                        compression.decompress(row["dictionary"], value)
                        if name == "lrs_statement" and column == "body"
                        else value
                    )
                    yield whole.decode("utf-8", "replace") if isinstance(whole, bytes) else str(whole)


def erase(app: Flask) -> services.ErasureReport:
    """Erase the actor with the secret name."""

    def work() -> services.ErasureReport:
        store_id = services.default_store(db.session())
        return services.erase_actor(db.session(), store_id, "https://people.example", SECRET)

    with app.app_context():
        return run_in_transaction(db.session(), work, write=True)


def test_everything_of_an_actor_goes_and_all_else_stays(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store, anna, registration = make_store(), agent(SECRET), new_id()
    content = b"essay of " + SECRET.encode()
    own = statement(
        actor={**anna, "name": SECRET}, attachments=[described(content)], context={"registration": registration}
    )
    store.post(multipart(own, content), headers={"Content-Type": "multipart/mixed; boundary=cut"})
    store.post(statement(context={"instructor": anna}))
    pointing, other = statement(object=ref(own["id"])), statement()
    store.post([pointing, other])
    state = {"activityId": ACTIVITY["id"], "stateId": "s"}
    store.send("PUT", "activities/state", {"who": SECRET}, agent=anna, registration=registration, **state)
    store.send("PUT", "activities/state", {"who": "bo"}, agent=agent("bo"), **state)
    store.send("PUT", "agents/profile", {"who": SECRET}, {"If-None-Match": "*"}, agent=anna, profileId="p")

    assert any(SECRET in word for word in words(lrs_app))
    report = erase(lrs_app)
    assert (report.statements, report.documents, report.attachments) == (2, 2, 1)
    assert [word for word in words(lrs_app) if SECRET in word or registration in word] == []

    assert store.found() == [other["id"], pointing["id"]]
    assert store.found(agent=anna) == []
    assert store.get("activities/state", agent=agent("bo"), **state).json == {"who": "bo"}
    assert erase(lrs_app) == services.ErasureReport(0, 0, 0, 0)


def test_an_erased_actor_may_come_back_as_somebody_new(lrs_app: Flask, make_store: Callable[..., Store]) -> None:
    store = make_store()
    store.post(statement(actor=agent(SECRET)))
    erase(lrs_app)
    again = statement(actor=agent(SECRET))
    store.post(again)
    assert store.found(agent=agent(SECRET)) == [again["id"]]
