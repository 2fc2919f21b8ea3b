"""The database's schema: which revision it has, and how it gets to the one that this version of the program needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from perille.core.database import LOCK_TIMEOUT, begin_writing
from perille.core.errors import ConfigError
from perille.core.logs import get_logger
from perille.core.paths import migrations

log = get_logger(__name__)
#: Key of the advisory lock under which PostgreSQL migrates: two processes that start at once migrate once.
_MIGRATION_LOCK = 7_237_119_502
#: How long a process waits while another one migrates: much data takes longer than a request may wait for a lock.
_PATIENCE_MS = 600_000


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Return Alembic's configuration for our migrations, to run on *connection*."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str:
    """Return the revision that this version of the program needs."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None
    return head


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision that this version of the program can upgrade."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_newer(revision: str | None) -> None:
    """Raise ConfigError for a revision that a newer version of the program made."""
    if revision is not None and revision not in known_revisions():
        raise ConfigError(
            f"The database is from a newer version of Perille (revision {revision}). Install that version, or restore a backup."
        )


def upgrade(engine: Engine) -> None:
    """Bring a database to this version's revision, in one transaction; raise ConfigError for one of a newer version."""
    with engine.connect() as connection:
        current = revision_of(connection)
        if current == newest_revision():
            return
    refuse_newer(current)
    with migration_transaction(engine) as connection:
        # Another process may have been quicker.
        if revision_of(connection) != newest_revision():
            command.upgrade(alembic_config(connection), "head")
            log.info("database migrated", before=current, now=newest_revision())


@contextmanager
def migration_transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection on which migrations may run: all that happens on it is committed at the end, or nothing.

    SQLite cannot alter a column, so Alembic copies the table and drops the old one. While foreign keys are enforced, dropping it deletes
    the rows that refer to it (https://sqlite.org/lang_altertable.html#otheralter, step 1), so they are not enforced here; before the
    commit every reference is checked instead. Raise ConfigError if a migration breaks one.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            with _without_foreign_keys(connection), begin_writing(), connection.begin():
                before = _broken_references(connection)
                yield connection
                _check_references(before, _broken_references(connection))
        else:
            with connection.begin():
                connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}"))
                yield connection


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    # Inside a transaction this pragma does nothing, so it is given to the driver before one begins.
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={patience}")
        raw.execute("PRAGMA foreign_keys=ON")


def _broken_references(connection: Connection) -> Counter[tuple[str, str]]:
    """Return how many rows of a table refer to a row of another one that is not there: (table, referred) -> count."""
    rows = connection.execute(text("PRAGMA foreign_key_check"))
    return Counter((str(row[0]), str(row[2])) for row in rows)


def _check_references(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> None:
    worse = [f"{table} -> {referred}" for (table, referred), count in after.items() if count > before[table, referred]]
    if worse:
        raise ConfigError(
            f"The upgrade of the database would break references ({', '.join(sorted(worse))}). Nothing was changed."
        )


@dataclass(frozen=True, slots=True)
class PluginMigrations:
    """The migrations of a plugin: a history of its own, with a table of versions of its own, that outlives the plugin."""

    package: str
    #: Alembic's version files.
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that says which revision the plugin's tables have."""
        return f"plugin_{self.package}_version"

    def config(self, connection: Connection | None = None) -> AlembicConfig:
        """Return Alembic's configuration for these migrations, to run on *connection*."""
        config = alembic_config(connection)
        config.set_main_option("version_locations", str(self.folder).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes["version_table"] = self.version_table
        return config

    def newest(self) -> str | None:
        """Return the newest revision."""
        return ScriptDirectory.from_config(self.config()).get_current_head()

    def revision_of(self, connection: Connection) -> str | None:
        """Return the revision that a database has, None before the first."""
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        return context.get_current_revision()


def upgrade_plugin(engine: Engine, migrations: PluginMigrations) -> None:
    """Bring the tables of a plugin to their newest revision, in one transaction of their own."""
    with migration_transaction(engine) as connection:
        if migrations.revision_of(connection) != migrations.newest():
            command.upgrade(migrations.config(connection), "head")


def plugin_is_migrated(engine: Engine, migrations: PluginMigrations) -> bool:
    """Tell whether the tables of a plugin have their newest revision."""
    with engine.connect() as connection:
        return migrations.revision_of(connection) == migrations.newest()
