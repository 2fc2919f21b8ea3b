"""Databases as the program makes them at its first start: migrated, and with the installed packs published.

To publish the packs takes 6 s of the processor, so that a test run does it once, on SQLite; PostgreSQL gets the same rows.
That packs are published on both is held by `tests/packs`, with packs that are small.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import make_url

from perille.core.config import Config
from perille.core.database import prepare_engine
from perille.core.extensions import db
from perille.core.jobs import close_queue
from perille.features import metadata
from perille.startup import migrate, prepare
from support.applications import make_app
from support.shared import made_once

Application = TypeVar("Application", bound=Flask)
#: Name of the template that holds the installed packs.
PACKS = "packs"


def plain_config(url: str, folder: Path) -> Config:
    """Settings of a site of the test's own."""
    return Config(
        data_dir=folder, database_url=url, secret_keys=("a key that only tests have ever seen",), testing=True
    )


def make_migrated(url: str) -> None:
    """Bring a database up to date; the smallest application is enough for that."""
    plain = Flask("migration")
    plain.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(plain)
    with opened(plain), plain.app_context():
        prepare_engine(db.engine)
        migrate()


#: The template of a database that is migrated and holds nothing else.
MIGRATED = "migrated", make_migrated


def migrated_file() -> Path:
    """Return a SQLite file that is migrated and holds nothing else, which is to be copied."""
    return made_once(f"{MIGRATED[0]}.sqlite3", lambda path: make_migrated(f"sqlite:///{path}"))


def make_published(url: str) -> None:
    """Migrate a database and publish the installed packs in it."""
    if make_url(url).get_backend_name() == "sqlite":
        with opened(make_app(plain_config(url, Path()))) as made:
            prepare(made)
    else:
        make_migrated(url)
        _copy_rows(f"sqlite:///{published_file()}", url)


def published_file() -> Path:
    """Return a SQLite file with the installed packs, which is to be copied."""
    return made_once(f"{PACKS}.sqlite3", lambda path: make_published(f"sqlite:///{path}"))


def _copy_rows(source: str, target: str) -> None:
    """Copy all rows to a PostgreSQL database that has the same tables, and let its numbers go on after them."""
    read, write = create_engine(source), create_engine(target)
    with read.connect() as reading, write.begin() as writing:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(table.delete())
                writing.execute(table.insert(), rows)
            number = table.autoincrement_column
            if rows and number is not None:
                sequence = func.pg_get_serial_sequence(table.name, number.name)
                writing.execute(select(func.setval(sequence, select(func.max(number)).scalar_subquery())))
    read.dispose()
    write.dispose()


@contextmanager
def opened(app: Application) -> Iterator[Application]:
    """Close an application's connections at the end: a database that is to be removed or copied must be free."""
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
            close_queue(app)
