"""References are found by what they point to, and following them costs a bounded number of queries and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lrs.conftest import Store
from lrs.samples import VOIDED, agent, new_id, ref, statement
from perille.lrs.storage import statement_refs
from perille.lrs.storage.connection import RawConnection

CHAIN = 400


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the record store asks of the database."""
    asked: list[str] = []
    plain = RawConnection._do

    def do(self: RawConnection, sql: str, values: Sequence[object], *, many: bool = False) -> Any:
        asked.append(sql)
        return plain(self, sql, values, many=many)

    monkeypatch.setattr(RawConnection, "_do", do)
    return asked


def chain(length: int, **first: Any) -> list[dict[str, Any]]:
    """Return statements of which each points to the one before."""
    made = [statement(**first)]
    for _ in range(length - 1):
        made.append(statement(actor=agent("pointer"), object=ref(made[-1]["id"])))
    return made


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_chain_costs_a_bounded_number_of_queries(store: Store, queries: list[str], backwards: bool) -> None:
    batch = chain(CHAIN)
    store.post(statement(object=ref(new_id())))
    queries.clear()
    assert store.post(batch[::-1] if backwards else batch).status_code == 200
    assert len(queries) < 100


def test_a_chain_is_found_by_its_first_statement_as_far_as_it_is_followed(store: Store) -> None:
    batch = chain(statement_refs.MAX_CHAIN + 5, actor=agent("anna"))
    assert store.post(batch).status_code == 200
    ids = [each["id"] for each in batch]
    assert store.found(agent=agent("anna"), ascending="true") == ids[: statement_refs.MAX_CHAIN + 1]


def test_a_chain_that_came_one_by_one_and_last_first_is_found_too(store: Store) -> None:
    batch = chain(5, actor=agent("anna"))
    for each in reversed(batch):
        assert store.post(each).status_code == 200
    assert set(store.found(agent=agent("anna"))) == {each["id"] for each in batch}


def test_no_more_references_are_listed_again_than_are_bearable(
    store: Store, queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_refs, "MAX_POINTERS", 10)
    target = statement(actor=agent("anna"))
    for _ in range(3):
        store.post([statement(actor=agent("p"), object=ref(target["id"])) for _ in range(10)])
    assert store.post(target).status_code == 200
    found = store.found(agent=agent("anna"))
    assert target["id"] in found
    assert len(found) == 11


def test_a_request_writes_no_more_entries_than_are_bearable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_refs, "MAX_LISTED", 20)
    assert store.post(chain(50, actor=agent("anna"))).status_code == 200
    assert 1 < len(store.found(agent=agent("anna"))) < 20


@pytest.mark.parametrize("first", ["target", "voiding"])
def test_a_crowd_of_references_hides_no_voiding(
    store: Store, make_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr(statement_refs, "MAX_POINTERS", 3)
    target = statement()
    voiding = statement(verb=VOIDED, object=ref(target["id"]))
    other = make_store()
    other.post([statement(object=ref(target["id"])) for _ in range(10)])
    for each in (target, voiding) if first == "target" else (voiding, target):
        assert store.post(each).status_code == 200
    assert store.get(voidedStatementId=target["id"]).status_code == 200
