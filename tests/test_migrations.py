"""Migrations: both directions on both databases, and the models are what they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text

from perille.database import prepare_engine
from perille.models import metadata
from perille.paths import migrations


def alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations()))
    return config


@pytest.fixture
def connection(empty_db_url: str) -> Iterator[Connection]:
    """An open transaction on a database without tables."""
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def move(connection: Connection, revision: str) -> None:
    """Go up or down to a revision: "head", "base", or one by its name."""
    config = alembic_config()
    config.attributes["connection"] = connection
    go = command.downgrade if revision in ("base", *earlier(connection)) else command.upgrade
    go(config, revision)


def earlier(connection: Connection) -> list[str]:
    """Return the revisions before the database's own."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return []
    script = ScriptDirectory.from_config(alembic_config())
    return [each.revision for each in script.walk_revisions("base", current) if each.revision != current]


def schema(connection: Connection) -> dict[str, object]:
    """Return everything that the database tells of its tables."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)),
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted((str(i["name"]), tuple(i["column_names"])) for i in inspector.get_indexes(table)),
            "unique": sorted(
                (str(u["name"]), tuple(u["column_names"])) for u in inspector.get_unique_constraints(table)
            ),
            "checks": sorted(str(c["name"]) for c in inspector.get_check_constraints(table)),
            "foreign": sorted((str(f["name"]), f["referred_table"]) for f in inspector.get_foreign_keys(table)),
        }
        for table in inspector.get_table_names()
    }


def test_up_down_and_up_again_gives_the_same_tables(connection: Connection) -> None:
    move(connection, "head")
    first = schema(connection)
    move(connection, "base")
    assert list(schema(connection)) == ["alembic_version"]
    move(connection, "head")
    assert schema(connection) == first


def test_each_step_can_be_taken_back(connection: Connection) -> None:
    revisions = [each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]
    seen = {"base": schema(connection)}
    for revision in revisions:
        move(connection, revision)
        seen[revision] = schema(connection)
    for revision in revisions[-2::-1]:
        move(connection, revision)
        assert schema(connection) == seen[revision], revision


def test_polls_that_were_shown_stay_shown_and_others_stay_hidden(connection: Connection) -> None:
    move(connection, "0003")
    add = text("INSERT INTO poll_count (pack_id, unit, item, level, count) VALUES ('p', 'u', :item, :level, :count)")
    counts = [("many", "yes", 6), ("many", "no", 1), ("few", "yes", 4)]
    connection.execute(add, [{"item": item, "level": level, "count": count} for item, level, count in counts])
    move(connection, "0004")
    found = connection.execute(text("SELECT item, level, count, shown FROM poll_count ORDER BY item, level")).all()
    assert [tuple(row) for row in found] == [("few", "yes", 4, 0), ("many", "no", 1, 1), ("many", "yes", 6, 6)]


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
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert re.fullmatch(r"\d{8}_\d{4}_\w+\.py", Path(revision.path).name)
        assert re.match(r"[A-Z][a-z]+ .+\.$", revision.doc), revision.doc
