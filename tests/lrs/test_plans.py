"""No filter and no pair of filters reads a table from end to end: the databases' own plans, looked at."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from lrs.conftest import Store
from lrs.samples import agent, statement
from perille.core.extensions import db
from perille.lrs.storage import postings, query
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.unindexed import TailFilter

WAYS = {
    "agent": {"agent": 3},
    "related agent": {"agent": 3, "related_agents": True},
    "verb": {"verb": 2},
    "activity": {"activity": 5},
    "related activity": {"activity": 5, "related_activities": True},
    "registration": {"registration": 7},
    "mine": {"mine": 1, "verb": 2},
}
#: What SQLite writes of a large table that it reads all of, under the names the queries give it.
ALIASES = {"SCAN s", "SCAN p", "SCAN q", "SCAN v"}
PAIRS = [*((name,) for name in WAYS), *itertools.combinations(WAYS, 2)]


def wanted(names: tuple[str, ...]) -> TailFilter:
    """Return a filter in numbers."""
    values: dict[str, int] = dict.fromkeys(
        ("agent", "verb", "activity", "registration", "related_agents", "related_activities", "mine"), 0
    )
    for name in names:
        values.update(WAYS[name])
    return TailFilter(**values, low=0, high=10_000, folded=9_000)  # type: ignore[arg-type]


@pytest.fixture
def filled(lrs_app: Flask, make_store: Callable[..., Store], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A store with enough rows that a planner has a choice."""
    monkeypatch.setattr(postings, "FLUSH_AT", 100)
    store = make_store()
    for start in range(0, 3000, 500):
        store.post([statement(actor=agent(f"p{place % 40}")) for place in range(start, start + 500)])
    with lrs_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return lrs_app


def test_every_filter_and_pair_goes_along_an_index(filled: Flask) -> None:
    scans = []
    with filled.app_context():
        raw = raw_connection(db.session())
        for names, ascending in itertools.product(PAIRS, (True, False)):
            sql, values = query.listed_sql(1, ascending, 51, wanted(names), postgresql=raw.postgresql)
            plan = plan_of(raw.rows, sql, values, raw.postgresql)
            scans += [(names, line) for line in plan if reads_all(line)]
    assert scans == []


def test_the_newest_and_one_by_id_go_along_an_index(filled: Flask) -> None:
    queries = (
        f"SELECT {query.COLUMNS} FROM {query.TABLES} WHERE s.store_id = ? AND s.seq BETWEEN ? AND ? ORDER BY s.seq DESC LIMIT 51",
        f"SELECT {query.COLUMNS} FROM {query.TABLES} WHERE s.store_id = ? AND s.id = ? AND s.seq < ?",
        "SELECT seq, stored FROM lrs_statement WHERE store_id = ? AND seq >= ? AND seq < ? ORDER BY seq LIMIT 1",
    )
    with filled.app_context():
        raw = raw_connection(db.session())
        plans = [
            plan_of(raw.rows, sql, [1, b"x" * 16 if "s.id = ?" in sql else 1, 9999], raw.postgresql) for sql in queries
        ]
    assert [line for plan in plans for line in plan if reads_all(line)] == []


def plan_of(rows: Callable[..., list[object]], sql: str, values: list[object], postgresql: bool) -> list[str]:
    """Return the lines of a query's plan."""
    explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
    return [str(row[-1]) for row in rows(explain + sql, *values)]  # type: ignore[index]


def reads_all(line: str) -> bool:
    """Tell whether a step reads all of one of the large tables."""
    large = ("lrs_statement", "lrs_posting")
    scans = tuple(f"SCAN {name}" for name in large)
    return ("Seq Scan" in line and any(name in line for name in large)) or line in ALIASES or line.startswith(scans)
