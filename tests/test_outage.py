"""A database that cannot be used: the page says what is true, `/readyz` says why, the log says it once, and it ends by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from perille.backup.postgresql import conninfo
from perille.core import outage
from perille.core.extensions import db
from perille.core.outage import MIN_FREE, OutageCause, cause_of
from support.visitor import Page, Visitor
from support.whole import Whole, dispose

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def failing(**about: str) -> OperationalError:
    fault = Exception("words that quote a row")
    for name, value in about.items():
        setattr(fault, name, value)
    return OperationalError("", {}, fault)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (failing(sqlite_errorname="SQLITE_BUSY_SNAPSHOT"), OutageCause.BUSY),
        (failing(sqlite_errorname="SQLITE_LOCKED_SHAREDCACHE"), OutageCause.BUSY),
        (failing(sqlite_errorname="SQLITE_CORRUPT_INDEX"), OutageCause.DAMAGED),
        (failing(sqlite_errorname="SQLITE_NOTADB"), OutageCause.DAMAGED),
        (failing(sqlite_errorname="SQLITE_FULL"), OutageCause.FULL),
        (failing(sqlite_errorname="SQLITE_IOERR_WRITE"), OutageCause.UNREADABLE),
        (failing(sqlite_errorname="SQLITE_READONLY_DIRECTORY"), OutageCause.READ_ONLY),
        (failing(sqlite_errorname="SQLITE_CANTOPEN"), OutageCause.AWAY),
        (failing(sqlite_errorname="SQLITE_ERROR"), OutageCause.REFUSED),
        (failing(sqlstate="40001"), OutageCause.BUSY),
        (failing(sqlstate="53300"), OutageCause.BUSY),
        (failing(sqlstate="53100"), OutageCause.FULL),
        (failing(sqlstate="57P01"), OutageCause.AWAY),
        (failing(sqlstate="08006"), OutageCause.AWAY),
        (failing(sqlstate="25006"), OutageCause.READ_ONLY),
        (failing(sqlstate="XX001"), OutageCause.DAMAGED),
        (failing(sqlstate="58030"), OutageCause.UNREADABLE),
        (failing(sqlstate="23505"), OutageCause.REFUSED),
        (failing(), OutageCause.AWAY),
        (IntegrityError("", {}, Exception()), OutageCause.REFUSED),
    ],
)
def test_each_error_of_a_database_has_one_meaning(error: DBAPIError, trouble: OutageCause) -> None:
    assert cause_of(error) is trouble


def ready(whole: Whole) -> tuple[int, str]:
    answer = whole.visitor().get("/readyz")
    body = answer.response.json
    assert body is not None
    return answer.status, body.get("reason", "")


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log says of the database."""
    return [record.getMessage() for record in caplog.records if "database" in record.getMessage()]


def check_page(page: Page, words: str) -> None:
    assert page.status == 503
    assert words in page.text
    assert "busy" not in page.text
    assert "Nothing was lost" not in page.text
    assert page.one("button", id="quick-exit")


@pytest.fixture
def limit(whole: Whole) -> Iterator[Callable[[str], None]]:
    """Set a pragma on every connection of the site, until it is lifted with an empty one."""
    pragma = [""]

    def apply(raw: sqlite3.Connection, _record: object) -> None:
        if pragma[0]:
            raw.execute(f"PRAGMA {pragma[0]}")

    def set_limit(sql: str) -> None:
        pragma[0] = sql
        dispose(whole.app)

    event.listen(whole.engine, "connect", apply)
    yield set_limit
    event.remove(whole.engine, "connect", apply)


def add_view(whole: Whole, name: str, sql: str) -> None:
    """Give the site an address /<lang>/x-<name> that sends SQL to the database."""

    def view(lang: str) -> str:
        db.session.execute(text(sql))
        return ""

    whole.app.add_url_rule(f"/<lang:lang>/x-{name}", f"x-{name}", view, methods=["POST"])


@SQLITE
@pytest.mark.parametrize(("pragma", "reason"), [("max_page_count=1", "disk full"), ("query_only=ON", "read-only")])
def test_a_database_that_takes_no_more_says_so_and_recovers(
    whole: Whole, limit: Callable[[str], None], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    pragma: str, reason: str,
) -> None:  # fmt: skip
    add_view(whole, "big", "INSERT INTO pack_media (sha256, mime, size, body) VALUES ('a', 'b', 1, zeroblob(9000000))")
    assert ready(whole) == (200, "")
    limit(pragma)
    for _time in range(3):
        check_page(whole.visitor().post("/en/x-big"), "cannot save anything")
    assert whole.visitor().get("/en/courses/way").status == 200, "who only reads goes on"
    monkeypatch.setattr(outage, "_try_to_write", lambda engine, now: None)
    assert ready(whole) == (503, reason)
    monkeypatch.undo()
    assert told(caplog) == [f"the database cannot be used: {reason}"]
    limit("")
    assert whole.visitor().start().status == 303
    assert ready(whole) == (200, "")
    assert told(caplog)[1:] == ["the database can be used again"]


@SQLITE
def test_a_disk_that_has_space_again_is_noticed_without_a_visitor(
    whole: Whole, limit: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [MIN_FREE - 1]
    monkeypatch.setattr(outage, "_free_bytes", lambda path: free[0])
    assert ready(whole) == (503, "disk full")
    free[0] = MIN_FREE
    assert ready(whole) == (200, "")


def spoil(whole: Whole, table: str) -> bytes:
    """Overwrite the first page of a table; return what was there."""
    dispose(whole.app)
    path = Path(whole.engine.url.database or "")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        before = file.read(size)
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    return before


@SQLITE
def test_a_damaged_page_is_told_to_whoever_meets_it_and_to_the_watch(
    whole: Whole, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(whole, "learner")
    for _time in range(3):
        check_page(whole.visitor().post("/en/courses/way/start"), "cannot be read")
    assert ready(whole) == (503, "damaged")
    assert ready(whole) == (503, "damaged")
    assert told(caplog) == ["the database cannot be used: damaged"]


@SQLITE
def test_damage_that_nobody_has_met_is_found_by_the_daily_check(whole: Whole) -> None:
    spoil(whole, "learner")
    assert ready(whole) == (200, "")
    with whole.app.app_context():
        outage.check_integrity(whole.engine)
    assert ready(whole) == (503, "damaged")


def admit(engine: Engine, *, allowed: bool) -> None:
    """Let the server take connections to the database, or send all away and take none."""
    url = make_url(str(engine.url.render_as_string(hide_password=False)))
    name = url.database
    with psycopg.connect(conninfo(url.set(database="postgres").render_as_string()), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}'.encode())
        if not allowed:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


@POSTGRESQL
def test_postgresql_away_is_503_and_one_line_and_it_comes_back_by_itself(
    whole: Whole, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.start()
    admit(whole.engine, allowed=False)
    try:
        for _time in range(3):
            check_page(whole.visitor().post("/en/courses/way/start"), "cannot reach its data")
        assert ready(whole) == (503, "away")
        assert whole.visitor().get("/healthz").status == 200
    finally:
        admit(whole.engine, allowed=True)
    assert visitor.post("/en/courses/way/hello/next").status == 303
    assert ready(whole) == (200, "")
    assert told(caplog) == ["the database cannot be used: away", "the database can be used again"]


def test_our_own_mistake_is_a_500_and_says_nothing_of_the_database(whole: Whole) -> None:
    add_view(whole, "wrong", "SELECT nothing FROM nowhere")
    page = whole.visitor().post("/en/x-wrong")
    assert page.status == 500
    assert "may not be saved" in page.text
    assert ready(whole) == (200, "")
