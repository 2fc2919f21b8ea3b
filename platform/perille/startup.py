"""What happens before the first request: migrations, packs, the installation's own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille.backup.working import RESTORING
from perille.config import Config
from perille.database import run_in_transaction
from perille.enrolment.tombstones import FILE_NAME, synchronise_tombstone_file
from perille.errors import SettingError
from perille.extensions import db
from perille.packs.services import SyncReport, synchronise
from perille.schema import revision_of, upgrade
from perille.tracking.services import ensure_installation

if TYPE_CHECKING:
    from perille.packs.discovery import Found


def migrate() -> None:
    """Bring the database to this version; refuse one that a newer version has changed. Needs an app context."""
    try:
        upgrade(db.engine)
    except DBAPIError as error:
        raise _unusable(error) from error


def is_empty() -> bool:
    """Tell whether the database has no tables of ours yet. Needs an app context."""
    try:
        with db.engine.connect() as connection:
            return revision_of(connection) is None
    except DBAPIError as error:
        raise _unusable(error) from error


def _unusable(error: DBAPIError) -> SettingError:
    return SettingError(f"PERILLE_DATABASE_URL: the database cannot be used: {_first_line(error)}")


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


def prepare(app: Flask, progress: Callable[[str, int, int], None] | None = None) -> SyncReport:
    """Migrate, name the installation and publish the packs that have changed. *progress*: pack id, how many done, how many in all."""
    config: Config = app.config["PERILLE"]
    found: Found = app.extensions["perille_sources"]
    if (config.data_dir / RESTORING).exists():
        raise SettingError("A restore was broken off here. Run `perille restore` with the same backup again")
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
