"""What a site still lacks before it can serve: named on the page, at /readyz and in the log, with the command that brings it."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from perille.core.current import published_packs
from perille.core.extensions import db
from perille.core.jobs import close_queue, jobs_are_running
from perille.core.outage import OutageCause, note_success, note_trouble
from perille.core.schema import newest_revision, revision_of

log = logging.getLogger(__name__)
#: The command that brings what is missing.
COMMAND = "perille prepare"
_NO_JOBS = "No background jobs are running: nothing expires, is forwarded or finished erasing. Run `perille jobs` beside this server."


def readiness(app: Flask) -> tuple[dict[str, bool], OutageCause | None]:
    """Return for database, migrations and packs whether each is there, and what the database answered where it failed.

    Needs an app context; what fails counts as missing.
    """
    checks = {"database": False, "migrations": False, "packs": False}
    try:
        db.session.execute(text("SELECT 1"))
        checks["database"] = True
        checks["migrations"] = revision_of(db.session.connection()) == newest_revision()
        checks["packs"] = published_packs.of(app).has_packs()
        note_success(wrote=False)
    except DBAPIError as error:
        db.session.rollback()
        return checks, note_trouble(error)
    return checks, None


#: What an operator does about each trouble that lasts.
_REMEDIES = {
    OutageCause.AWAY: "The database cannot be reached: start it, or see PERILLE_DATABASE_URL.",
    OutageCause.FULL: "The disk is full: nothing can be saved until there is room.",
    OutageCause.READ_ONLY: "The database is read-only: give this user the right to write to it.",
    OutageCause.UNREADABLE: "The system cannot read or write the database's files: look at the disk.",
    OutageCause.DAMAGED: "The database is damaged: stop the site and restore the newest backup.",
}


def what_to_look_at() -> list[str]:
    """Return in English sentences for operators what does not keep the site from serving. Needs an app context."""
    return [] if jobs_are_running() else [_NO_JOBS]


def what_is_missing(checks: dict[str, bool], trouble: OutageCause | None = None) -> str:
    """Say in one English sentence for operators what is missing, or what troubles the database; "" where nothing does."""
    if trouble in _REMEDIES:
        return _REMEDIES[trouble]
    if not checks["database"]:
        return "The database cannot be reached: see PERILLE_DATABASE_URL and PERILLE_DATA_DIR."
    if not checks["migrations"]:
        return f"The database has no tables, or those of another version: run `{COMMAND}`."
    return "" if checks["packs"] else f"No pack is published: run `{COMMAND}`."


def unprepared(app: Flask) -> bool:
    """Tell whether a fault of the database has no other reason than that the site was never prepared for this version."""
    checks, _trouble = readiness(app)
    return checks["database"] and not checks["migrations"]


def announce(app: Flask) -> None:
    """Say in the log what the site lacks and that this server runs no background jobs; for servers that are not ours."""
    with app.app_context():
        missing = what_is_missing(readiness(app)[0])
        served = jobs_are_running()
        db.session.remove()
        # A server may fork after this: no connection may be shared.
        db.engine.dispose()
        close_queue(app)
    if missing:
        log.error("not ready: %s", missing)
    if not served:
        log.warning(_NO_JOBS)


__all__ = ["announce", "readiness", "unprepared", "what_is_missing", "what_to_look_at"]
