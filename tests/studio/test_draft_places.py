"""What the migration makes of drafts that belonged to nobody: each goes where its authors were, and none is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, Uuid, create_engine, literal, select, text

from perille.core.database import prepare_engine
from perille.core.schema import alembic_config, migration_transaction

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OFFICE, SCHOOL = UUID(int=1), UUID(int=2)
ANNA, BEN, EVA, GONE = (UUID(int=number) for number in (11, 12, 13, 14))


def add(connection: Connection, table_name: str, /, **values: object) -> None:
    table = Table(table_name, MetaData(), autoload_with=connection, resolve_fks=False)
    made = {key: literal(value, Uuid()) if isinstance(value, UUID) else value for key, value in values.items()}
    connection.execute(table.insert().values(made))


def add_places(connection: Connection, *places: UUID) -> None:
    for place in places:
        store = UUID(int=place.int + 100)
        counts = dict.fromkeys(("last_seq", "last_stored", "last_term", "folded", "epoch"), 0)
        add(connection, "lrs_store", id=store, number=store.int, name=f"store {place.int}", **counts)
        add(
            connection,
            "organisation",
            id=place,
            name=f"Place {place.int}",
            kind="office",
            languages=[],
            countries=[],
            store_id=store,
            created_at=NOW,
        )


def add_person(connection: Connection, person: UUID, role: str, *places: UUID) -> None:
    add(connection, "account", id=person, email=f"{person.int}@example.org", name="", locale="", created_at=NOW)
    for place in places:
        number = UUID(int=person.int * 1000 + place.int)
        add(
            connection,
            "membership",
            id=number,
            account_id=person,
            organisation_id=place,
            role=role,
            created_at=NOW,
        )


def add_draft(connection: Connection, number: int, *writers: UUID) -> UUID:
    draft = UUID(int=1000 + number)
    words = {"pack_id": "course_x", "title": "X", "origin": "", "revision": len(writers)}
    add(connection, "studio_draft", id=draft, created_at=NOW, changed_at=NOW, **words)
    for at, writer in enumerate(writers, 1):
        saved = {"draft_id": draft, "number": at, "at": NOW, "account_id": writer, "deed": "words", "restores": 0}
        add(connection, "studio_revision", **saved)
    return draft


@pytest.mark.parametrize("places", [(OFFICE, SCHOOL), (OFFICE,)], ids=["two", "one"])
def test_drafts_go_to_the_organisation_of_their_authors_and_no_draft_is_lost(
    empty_db_url: str, places: tuple[UUID, ...]
) -> None:
    engine = create_engine(empty_db_url)
    prepare_engine(engine)
    with migration_transaction(engine) as connection:
        config = alembic_config(connection)
        command.upgrade(config, "0033")
        add_places(connection, *places)
        add_person(connection, ANNA, "author", OFFICE)
        add_person(connection, BEN, "trainer", *places)
        add_person(connection, EVA, "translator", OFFICE)
        drafts = [
            add_draft(connection, number, *writers)
            for number, writers in enumerate([(ANNA,), (BEN,), (BEN, ANNA), (EVA,), (GONE,), (ANNA, GONE)])
        ]
        command.upgrade(config, "0034")
        tables = MetaData()
        tables.reflect(connection, only=["studio_draft"])
        table = tables.tables["studio_draft"]
        rows = connection.execute(select(table.c.id, table.c.organisation_id)).all()
        found = {UUID(str(row.id)): row.organisation_id and UUID(str(row.organisation_id)) for row in rows}
        only = OFFICE if len(places) == 1 else None
        assert [found[draft] for draft in drafts] == [OFFICE, only, OFFICE, only, only, OFFICE]
        command.downgrade(config, "0033")
        assert connection.scalar(text("SELECT count(*) FROM studio_draft")) == len(drafts)
        assert connection.scalar(text("SELECT count(*) FROM studio_revision")) == 8
    engine.dispose()
