"""Migrations: both directions on both databases, and the models are what they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    Uuid,
    column,
    create_engine,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy import table as table_of

from perille.core.database import prepare_engine
from perille.core.errors import ConfigError
from perille.core.schema import alembic_config, migration_transaction, newest_revision, revision_of, upgrade
from perille.features import metadata
from support.filling import fill, rows_of

_read = ScriptDirectory.from_config


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Alembic read the migrations once for all tests, not again for each step."""
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: migrations())


@cache
def migrations() -> ScriptDirectory:
    """Return all migrations."""
    return _read(alembic_config())


@pytest.fixture
def connection(empty_db_url: str) -> Iterator[Connection]:
    """An open transaction on a database without tables."""
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with migration_transaction(engine) as opened:
        yield opened
    engine.dispose()


def move(connection: Connection, revision: str) -> None:
    """Go up or down to a revision: "head", "base", or one by its name."""
    config = alembic_config(connection)
    go = command.downgrade if revision in ("base", *earlier(connection)) else command.upgrade
    go(config, revision)


def earlier(connection: Connection) -> list[str]:
    """Return the revisions before the database's own."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return []
    script = migrations()
    return [each.revision for each in script.walk_revisions("base", current) if each.revision != current]


def schema(connection: Connection) -> dict[str, object]:
    """Return everything that the database tells of its tables.

    SQLite is asked six questions a table and keeps its tables as text: one whose text has been there before is told from it.
    """
    if connection.dialect.name != "sqlite":
        return described(connection)
    texts: dict[str, list[str]] = {}
    for name, sql in connection.exec_driver_sql("SELECT tbl_name, sql FROM sqlite_master ORDER BY type, name"):
        texts.setdefault(name, []).append(str(sql))
    keys = {name: (name, *text) for name, text in texts.items() if not name.startswith("sqlite_")}
    new = [name for name, key in keys.items() if key not in _described]
    if new:
        _described.update((keys[name], told) for name, told in described(connection, new).items())
    return {name: _described[key] for name, key in keys.items()}


#: A table and the texts that SQLite keeps of it and its indexes -> what the database tells of it.
_described: dict[tuple[str, ...], object] = {}


def described(connection: Connection, names: Sequence[str] | None = None) -> dict[str, object]:
    """Return what the database tells of some tables, or of all; they are asked of at once, where it can tell so."""
    inspector = inspect(connection)
    columns, keys = (
        inspector.get_multi_columns(filter_names=names),
        inspector.get_multi_pk_constraint(filter_names=names),
    )
    indexes, unique = (
        inspector.get_multi_indexes(filter_names=names),
        inspector.get_multi_unique_constraints(filter_names=names),
    )
    checks, foreign = (
        inspector.get_multi_check_constraints(filter_names=names),
        inspector.get_multi_foreign_keys(filter_names=names),
    )
    return {
        key[1]: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in columns[key]),
            "key": keys[key]["constrained_columns"],
            "indexes": sorted((str(i["name"]), tuple(i["column_names"])) for i in indexes[key]),
            "unique": sorted((str(u["name"]), tuple(u["column_names"])) for u in unique[key]),
            "checks": sorted(str(c["name"]) for c in checks[key]),
            "foreign": sorted((str(f["name"]), f["referred_table"]) for f in foreign[key]),
        }
        for key in columns
    }


def test_up_down_and_up_again_gives_the_same_tables(connection: Connection) -> None:
    move(connection, "head")
    first = schema(connection)
    move(connection, "base")
    assert list(schema(connection)) == ["alembic_version"]
    move(connection, "head")
    assert schema(connection) == first


def test_polls_that_were_shown_stay_shown_and_others_stay_hidden(connection: Connection) -> None:
    move(connection, "0003")
    add = text("INSERT INTO poll_count (pack_id, unit, item, level, count) VALUES ('p', 'u', :item, :level, :count)")
    counts = [("many", "yes", 6), ("many", "no", 1), ("few", "yes", 4)]
    connection.execute(add, [{"item": item, "level": level, "count": count} for item, level, count in counts])
    move(connection, "0004")
    found = connection.execute(text("SELECT item, level, count, shown FROM poll_count ORDER BY item, level")).all()
    assert [tuple(row) for row in found] == [("few", "yes", 4, 0), ("many", "no", 1, 1), ("many", "yes", 6, 6)]


ACCOUNTS = {"eva@example.org": "administrator", "bo@example.org": "trainer", "Eva@example.org": "author"}


def test_roles_become_memberships_and_roles_again(connection: Connection) -> None:
    move(connection, "0020")
    for number, (email, role) in enumerate(ACCOUNTS.items(), 1):
        add_account(connection, number, email, role)
    move(connection, "0021")
    query = text(
        "SELECT a.email, m.role, o.name FROM membership m JOIN account a ON a.id = m.account_id"
        " LEFT JOIN organisation o ON o.id = m.organisation_id ORDER BY a.created_at, a.id"
    )
    own = "This installation's own"
    places = [
        ("eva@example.org", "administrator", None),
        ("bo@example.org", "trainer", own),
        ("Eva@example.org", "author", own),
    ]
    assert [tuple(row) for row in connection.execute(query)] == places
    keys = connection.execute(text("SELECT email_key FROM account ORDER BY id")).scalars().all()
    assert keys == ["eva@example.org", "bo@example.org", None], (
        "two spellings are one address: the older account has it"
    )
    assert count_in(connection, "organisation") == count_in(connection, "lrs_store") - 1 == 1
    move(connection, "0020")
    rows = connection.execute(text("SELECT email, role FROM account"))
    assert {row.email: row.role for row in rows} == ACCOUNTS


def test_the_store_of_an_organisation_that_is_closed_is_closed_with_it(connection: Connection) -> None:
    move(connection, "0037")
    fill(connection, without=("sync_office",))
    organisations = table_of("organisation", column("store_id", Uuid()), column("closed_at", DateTime(timezone=True)))
    stores = table_of("lrs_store", column("id", Uuid()), column("closed_at", DateTime(timezone=True)))
    before = {row[0]: row[1] for row in connection.execute(select(organisations))}
    assert {each is None for each in before.values()} == {True, False}
    move(connection, "head")
    after = {row[0]: row[1] for row in connection.execute(select(stores))}
    assert {number: after[number] for number in before} == before
    assert {after[number] for number in after.keys() - before.keys()} == {None}


def test_administrators_alone_need_no_organisation(connection: Connection) -> None:
    move(connection, "0020")
    add_account(connection, 1, "eva@example.org", "administrator")
    move(connection, "0021")
    assert (count_in(connection, "organisation"), count_in(connection, "membership")) == (0, 1)


def test_old_audit_entries_lose_every_name_and_address(connection: Connection) -> None:
    move(connection, "0020")
    number, key = str(UUID(int=7)), "0f" * 16
    names = [column(name, Uuid()) for name in ("id", "target_id")]
    names += [column("at", DateTime(timezone=True)), column("details", JSON()), column("action"), column("target")]
    entries = table_of("audit_entry", *names)
    for index, (action, target, details) in enumerate(
        [
            ("account.invited", "aino.odd@example.org", {}),
            ("lrs-client.made", key, {"name": "Oddname", "scopes": ["all"], "last_day": None}),
            ("lrs-statement.opened", number, {}),
            ("assessment.regraded", "way:test", {"attempts": 2, "question": "odd words"}),
        ]
    ):
        values = {"id": UUID(int=index + 1), "at": datetime(2026, 11, 1, tzinfo=UTC), "target": target}
        connection.execute(entries.insert().values(action=action, details=details, **values))
    move(connection, "0021")
    rows = connection.execute(select(entries.c.target_id, entries.c.details).order_by(entries.c.id)).all()
    details = [{}, {"scopes": ["all"], "client": key}, {}, {"attempts": 2, "pack": "way", "unit": "test"}]
    assert [row.details for row in rows] == details
    assert [row.target_id and row.target_id.int for row in rows] == [None, None, 7, None]
    assert "odd" not in repr(rows_of(connection)["audit_entry"]).lower()


def add_account(connection: Connection, number: int, email: str, role: str) -> None:
    values = {"id": UUID(int=number), "email": email, "role": role, "created_at": datetime(2026, 11, 1, tzinfo=UTC)}
    names = [column("id", Uuid()), column("email"), column("role"), column("created_at", DateTime(timezone=True))]
    connection.execute(table_of("account", *names).insert().values(**values))


def count_in(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(table_of(name))) or 0


def test_the_models_are_what_the_migrations_make(connection: Connection) -> None:
    move(connection, "head")
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "render_as_batch": connection.dialect.name == "sqlite"}
    )
    assert compare_metadata(context, metadata) == []


def test_impossible_rows_are_refused_by_named_checks_in_models_and_database_alike(connection: Connection) -> None:
    move(connection, "head")
    inspector = inspect(connection)
    name_of = connection.dialect.identifier_preparer.format_constraint
    for table in metadata.sorted_tables:
        wished = {name_of(each) for each in table.constraints if isinstance(each, CheckConstraint)}
        there = {str(each["name"]) for each in inspector.get_check_constraints(table.name)}
        assert wished == there, table.name


def test_there_is_one_chain_with_dated_names_and_plain_sentences() -> None:
    script = migrations()
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert re.fullmatch(r"\d{8}_\d{4}_\w+\.py", Path(revision.path).name)
        assert re.match(r"[A-Z][a-z]+ .+\.$", revision.doc), revision.doc


Rows = list[dict[str, object]]
#: (revision, table) -> columns whose values a step changes on purpose, up or down.
CHANGED: dict[tuple[str, str], set[str]] = {
    # What could hold a name goes; an account without an address gets one that leads nowhere in the older version.
    ("0021", "audit_entry"): {"details"},
    ("0021", "account"): {"email"},
}

#: (revision, table): a step may add rows of its own.
GROWN = {("0021", "lrs_store")}

#: (revision, table): rows of nobody's account, which the older version cannot hold and nobody misses.
NOBODYS = {("0028", "sign_in_link")}


def revisions() -> list[str]:
    """Return all revisions, the oldest first."""
    return [each.revision for each in migrations().walk_revisions()][::-1]


def check_step(connection: Connection, target: str, changing: str, before: dict[str, Rows]) -> dict[str, Rows]:
    """Go to a revision, hold every row of every table that is there before and after to what it was, and return all rows."""
    move(connection, target)
    after = rows_of(connection)
    for table in before.keys() & after.keys():
        rows, kept = after[table], before[table]
        if (changing, table) in NOBODYS:
            kept = [row for row in kept if row["account_id"] is not None]
        shared = rows[0].keys() & kept[0].keys() if rows and kept else set()
        shared -= CHANGED.get((changing, table), set())
        now, then = only(shared, rows), only(shared, kept)
        if (changing, table) in GROWN:
            now = [row for row in now if row in then]
        assert now == then, (table, target)
    return after


def only(columns: set[str], rows: Rows) -> list[str]:
    """Return rows with some of their columns, as text and in an order of their own."""
    return sorted(repr({name: row[name] for name in sorted(columns)}) for row in rows)


def test_each_step_can_be_taken_back_and_none_loses_or_changes_a_row(connection: Connection) -> None:
    """Each table is filled when it is made; at the end each has rows in all its columns; then all steps go down and up again."""
    seen: dict[str, Rows] = {}
    tables: dict[str, dict[str, object]] = {}
    for revision in revisions():
        seen = check_step(connection, revision, revision, seen)
        tables[revision] = schema(connection)
        # The one record store of a new database is not enough for two organisations.
        fill(connection, without=[name for name, rows in seen.items() if len(rows) > 1])
        seen = rows_of(connection)
    fill(connection, offset=110)
    seen = rows_of(connection)
    assert all(seen.values())
    for newer, older in pairwise(revisions()[::-1]):
        seen = check_step(connection, older, newer, seen)
        assert schema(connection) == tables[older], older
    for revision in revisions()[1:]:
        seen = check_step(connection, revision, revision, seen)
    assert schema(connection) == tables[revision]


def test_an_upgrade_keeps_every_answer_of_every_test(empty_db_url: str) -> None:
    """The step that once deleted them: it rebuilds the table to which the answers refer."""
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with migration_transaction(engine) as connection:
        move(connection, "0002_lrs")
        for number in range(3):
            fill(connection, offset=100 + 10 * number)
    answers = count_of(engine, "attempt_answer")
    assert answers == 6
    upgrade(engine)
    assert count_of(engine, "attempt_answer") == answers
    with migration_transaction(engine) as connection:
        move(connection, "0002_lrs")
    assert count_of(engine, "attempt_answer") == answers
    engine.dispose()


def count_of(engine: Engine, name: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table_of(name))) or 0


def test_a_migration_that_fails_changes_nothing(empty_db_url: str) -> None:
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with migration_transaction(engine) as connection:
        move(connection, "0002_lrs")
        fill(connection)
        before, tables = rows_of(connection), schema(connection)

    def fail() -> None:
        with migration_transaction(engine) as connection:
            move(connection, "head")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with engine.connect() as connection:
        assert revision_of(connection) == "0002_lrs"
        assert (rows_of(connection), schema(connection)) == (before, tables)
    upgrade(engine)
    with engine.connect() as connection:
        assert revision_of(connection) == newest_revision()
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_migration_that_breaks_a_reference_is_refused_and_undone(empty_db_url: str) -> None:
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    upgrade(engine)

    def lose_learners() -> None:
        with migration_transaction(engine) as connection:
            fill(connection)
            connection.execute(text("DELETE FROM learner"))

    with pytest.raises(ConfigError, match=r"enrolment -> learner.*Nothing was changed"):
        lose_learners()
    assert count_of(engine, "enrolment") == 0
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_two_processes_that_start_at_once_migrate_once(empty_db_url: str) -> None:
    engines = [create_engine(empty_db_url) for _number in range(3)]
    for engine in engines:
        prepare_engine(engine)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, engines))
    with engines[0].connect() as connection:
        assert revision_of(connection) == newest_revision()
    for engine in engines:
        engine.dispose()
