"""Statements go in and come out (Communication 2.1)."""

from __future__ import annotations

from lrs.conftest import Store
from lrs.samples import VOIDED, new_id, ref, statement


def test_a_statement_comes_back_under_its_id(store: Store) -> None:
    sent = statement()
    assert store.post(sent).json == [sent["id"]]
    got = store.get(statementId=sent["id"]).json
    assert got["actor"] == sent["actor"]
    assert got["stored"] == got["timestamp"]


def test_a_batch_returns_ids_in_its_order(store: Store) -> None:
    batch = [statement() for _ in range(5)]
    assert store.post(batch).json == [one["id"] for one in batch]
    assert store.found(limit="10") == [one["id"] for one in reversed(batch)]


def test_an_unreadable_statement_names_path_rule_and_clause(store: Store) -> None:
    answer = store.post(statement(actor={"mbox": "nobody"}))
    assert answer.status_code == 400
    assert answer.json["path"] == "$.actor.mbox"
    assert answer.json["clause"] == "xAPI 1.0.3 Data 2.4.2.3"


def test_put_and_repeat_and_conflict(store: Store) -> None:
    sent = statement()
    assert store.send("PUT", "statements", sent, statementId=sent["id"]).status_code == 204
    assert store.send("PUT", "statements", sent, statementId=sent["id"]).status_code == 204
    other = sent | {"result": {"success": True}}
    assert store.send("PUT", "statements", other, statementId=sent["id"]).status_code == 409
    assert "result" not in store.get(statementId=sent["id"]).json


def test_a_voided_statement_is_found_as_voided_only(store: Store) -> None:
    sent = statement()
    store.post(sent)
    store.post(statement(verb=VOIDED, object=ref(sent["id"])))
    assert store.get(statementId=sent["id"]).status_code == 404
    assert store.get(voidedStatementId=sent["id"]).json["id"] == sent["id"]
    assert sent["id"] not in store.found()


def test_voiding_may_come_before_what_it_voids(store: Store) -> None:
    target = new_id()
    store.post(statement(verb=VOIDED, object=ref(target)))
    store.post(statement(id=target))
    assert store.get(statementId=target).status_code == 404
