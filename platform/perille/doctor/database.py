"""What the doctor looks at in the database and through it: whether it is whole, of this version, and what runs on it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

import perille
from perille.core.config import Config, shown_url, sqlite_file
from perille.core.database import Session, utcnow
from perille.core.feature import jobs_of
from perille.core.job_runs import Outcome, job_states
from perille.core.jobs import jobs_are_running
from perille.core.schema import known_revisions, newest_revision, revision_of
from perille.core.wal import wal_of
from perille.doctor.findings import Finding, fault, ok, warning
from perille.lrs.services import default_store, last_stored
from perille.packs.published.library import current_library
from perille.packs.services import problems
from perille.packs.source.diagnostics import Level

_MB = 1024**2
#: Bytes of the write-ahead log above which somebody hinders that it is written back.
_LONG_WAL = 64 * _MB
#: The oldest server on which the migrations are tried.
_OLDEST_POSTGRESQL = 14
#: Seconds by which two clocks may differ.
_SAME_TIME = 5.0


def check_database(engine: Engine, config: Config) -> Iterator[Finding]:
    """Look whether the database can be used, and has the tables of this version; yield nothing more of one that cannot."""
    if config.sqlite and not sqlite_file(config).is_file():
        # To connect would make one.
        yield fault("database", f"there is no file {sqlite_file(config)}", "run `perille prepare`")
        return
    try:
        with engine.connect() as connection:
            revision = revision_of(connection)
            server = connection.scalar(
                text("SHOW server_version_num" if not config.sqlite else "SELECT sqlite_version()")
            )
    except DBAPIError as error:
        yield fault(
            "database",
            f"{shown_url(config)} cannot be used ({type(error.orig).__name__})",
            "start it, or see PERILLE_DATABASE_URL",
        )
        return
    yield from _version(str(server), sqlite=config.sqlite)
    if revision is None:
        yield fault("database", "it has no tables", "run `perille prepare`")
    elif revision not in known_revisions():
        yield fault(
            "database", f"a newer version of Perille has changed it (revision {revision})", "install that version"
        )
    elif revision != newest_revision():
        yield fault("database", f"its tables are of an older version (revision {revision})", "run `perille prepare`")
    else:
        yield ok("database", f"tables of this version (revision {revision})")


def _version(server: str, *, sqlite: bool) -> Iterator[Finding]:
    if sqlite:
        yield ok("database", f"SQLite {server}")
    elif int(server) // 10_000 < _OLDEST_POSTGRESQL:
        yield warning(
            "database", f"PostgreSQL {int(server) // 10_000} is old", f"upgrade it to {_OLDEST_POSTGRESQL} or newer"
        )
    else:
        yield ok("database", f"PostgreSQL {int(server) // 10_000}")


def check_file(engine: Engine, config: Config) -> Iterator[Finding]:
    """Look for damage in an SQLite database, at its log and at its safety; nothing for PostgreSQL, which checks itself."""
    wal = wal_of(engine)
    if wal is None or not Path(engine.url.database or "").is_file():
        return
    verdict = _quick_check(engine.url.database or "")
    if verdict == "ok":
        yield ok("database", "the file is whole")
    else:
        yield fault("database", "the file is damaged", "stop the site and restore the newest backup: `perille restore`")
    size = wal.stat().st_size if wal.exists() else 0
    if size > _LONG_WAL:
        yield warning(
            "database", f"its write-ahead log has {size // _MB} MB", "stop whatever reads the database for hours"
        )
    if not config.durable:
        yield warning(
            "database", "PERILLE_DURABLE is off: the last answers are lost in a power cut", "take the setting away"
        )


def _quick_check(path: str) -> str:
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return type(error).__name__


def check_clock(session: Session, engine: Engine) -> Iterator[Finding]:
    """Compare the clock with the database's, with the newest record and with files; no other machine is asked."""
    now = utcnow()
    if engine.dialect.name == "postgresql":
        apart = abs((session.scalar(text("SELECT now()")) - now).total_seconds())
        if apart > _SAME_TIME:
            yield fault(
                "clock",
                f"it differs from the database's by {apart:.0f} s",
                "let both set their clocks by the same servers (NTP)",
            )
    newest = last_stored(session, default_store(session))
    built = datetime.fromtimestamp(Path(perille.__file__).stat().st_mtime, UTC)
    ahead = max([built, *([newest] if newest else [])]) - now
    if ahead > timedelta(seconds=_SAME_TIME):
        yield fault(
            "clock", f"it says {now:%Y-%m-%d %H:%M} UTC, before the program or the newest record was made", "set it"
        )
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, time zone of this machine {time.strftime('%z')}")


def check_packs(session: Session) -> Iterator[Finding]:
    """Look whether packs are published, and which could not be."""
    count = len(current_library().summaries())
    broken = [each for each in problems(session) if each.level is Level.ERROR]
    if not count:
        yield fault("packs", "none is published", "run `perille prepare`")
    else:
        yield ok("packs", f"{count} published")
    for each in broken[:10]:
        yield fault("packs", str(each), "mend the pack, then run `perille prepare`")


def check_jobs(session: Session) -> Iterator[Finding]:
    """Look whether a process runs the background jobs, and which fail."""
    if jobs_are_running():
        yield ok("jobs", "a process runs them")
    else:
        yield fault(
            "jobs", "no process runs them, so nothing expires or is erased", "run `perille serve` or `perille jobs`"
        )
    for state in job_states(session, jobs_of(current_app)):
        if state.last is not None and state.last.outcome != Outcome.DONE:
            yield warning(
                "jobs",
                f"{state.job.name}: {state.last.outcome} ({state.last.error})",
                "see Manage > Background jobs, and the log",
            )
