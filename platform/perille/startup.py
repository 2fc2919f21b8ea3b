"""What happens before the first request: migrations, packs, the installation's own name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from perille.config import Config
from perille.database import run_in_transaction
from perille.enrolment.tombstones import FILE_NAME, synchronise_tombstone_file
from perille.errors import SettingError
from perille.extensions import db
from perille.packs.services import SyncReport, synchronise
from perille.paths import migrations
from perille.tracking.services import ensure_installation

if TYPE_CHECKING:
    from perille.packs.discovery import Found


def _alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    return config


@cache
def newest_revision() -> str:
    """Return the revision that this version of the program needs."""
    head = ScriptDirectory.from_config(_alembic_config()).get_current_head()
    assert head is not None
    return head


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate() -> None:
    """Bring the database to this version; refuse one that a newer version has changed. Needs an app context."""
    config = _alembic_config()
    try:
        with db.engine.begin() as connection:
            current = revision_of(connection)
            if current == newest_revision():
                return
            _refuse_newer(config, current)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise SettingError(f"PERILLE_DATABASE_URL: the database cannot be used: {_first_line(error)}") from error


def _refuse_newer(config: AlembicConfig, current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SettingError(
            f"The database is from a newer version of Perille (revision {current}). Install that version, or restore a backup."
        )


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


def prepare(app: Flask, progress: Callable[[str, int, int], None] | None = None) -> SyncReport:
    """Migrate, name the installation and publish the packs that have changed. *progress*: pack id, how many done, how many in all."""
    config: Config = app.config["PERILLE"]
    found: Found = app.extensions["perille_sources"]
    with app.app_context():
        migrate()
        run_in_transaction(db.session, lambda: ensure_installation(db.session, config.actor_home), write=True)
        tombstones = config.data_dir / FILE_NAME
        run_in_transaction(db.session, lambda: synchronise_tombstone_file(db.session, tombstones), write=False)
        report = run_in_transaction(
            db.session,
            lambda: synchronise(
                db.session,
                found.sources,
                app.extensions["perille_interactions"],
                production=config.production,
                progress=progress or _silent,
                problems=found.problems,
            ),
            write=True,
        )
        app.extensions["perille_shelf"].reload(db.session)
    return report


def _silent(_pack: str, _done: int, _all: int) -> None:
    """Show nothing."""
