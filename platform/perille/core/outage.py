"""What is wrong with the database, in words that are true: busy, away, full, read-only, unreadable, damaged, or our own mistake.

A trouble that lasts is remembered for the application and logged once, when it begins and when it ends, and `/readyz` names it. Whether it
has ended is tried out: a database that cannot be written to is written to, and a damaged one is checked.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)
_KEY = "perille_outage"
#: Bytes that must be free beside an SQLite database: its log may grow by that much before it is written back.
MIN_FREE = 8 * 1024 * 1024
#: Seconds between two checks of a damaged database: each reads all of it.
_CHECK_PAUSE = 60.0


class OutageCause(StrEnum):
    """Why the database did not do what was asked of it."""

    #: Others were writing; the same request may succeed in a moment.
    BUSY = "busy"
    #: It cannot be reached.
    AWAY = "away"
    FULL = "disk full"
    READ_ONLY = "read-only"
    #: The system cannot read or write its files.
    UNREADABLE = "input/output error"
    DAMAGED = "damaged"
    #: A constraint or a statement of ours: the database is well.
    REFUSED = "refused"


_SQLITE = {
    "BUSY": OutageCause.BUSY, "LOCKED": OutageCause.BUSY, "FULL": OutageCause.FULL, "READONLY": OutageCause.READ_ONLY,
    "PERM": OutageCause.READ_ONLY, "CORRUPT": OutageCause.DAMAGED, "NOTADB": OutageCause.DAMAGED, "IOERR": OutageCause.UNREADABLE,
    "CANTOPEN": OutageCause.AWAY, "NOLFS": OutageCause.FULL, "PROTOCOL": OutageCause.BUSY, "INTERRUPT": OutageCause.BUSY,
    "NOMEM": OutageCause.BUSY,
}  # fmt: skip
#: SQLSTATE, or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "08": OutageCause.AWAY, "57P01": OutageCause.AWAY, "57P02": OutageCause.AWAY, "57P03": OutageCause.AWAY, "57P04": OutageCause.AWAY,
    "57014": OutageCause.BUSY, "53100": OutageCause.FULL, "53": OutageCause.BUSY, "40": OutageCause.BUSY, "55P03": OutageCause.BUSY,
    "25006": OutageCause.READ_ONLY, "58": OutageCause.UNREADABLE, "XX001": OutageCause.DAMAGED, "XX002": OutageCause.DAMAGED,
    "28": OutageCause.AWAY, "3D": OutageCause.AWAY,
}  # fmt: skip


def cause_of(error: DBAPIError) -> OutageCause:
    """Tell what an error of the database means."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return _SQLITE.get(name.removeprefix("SQLITE_").partition("_")[0], OutageCause.REFUSED)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2], OutageCause.REFUSED)
    # A connection that was not made or broke has no state.
    return OutageCause.AWAY if _is_operational(error) else OutageCause.REFUSED


def _is_operational(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError")


#: What passes by itself, or says nothing of the database.
_PASSING = frozenset({OutageCause.BUSY, OutageCause.REFUSED})


@dataclass(slots=True)
class Outage:
    """The trouble that an application's database has now, if any."""

    trouble: OutageCause | None = None
    checked_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, trouble: OutageCause) -> None:
        """Remember a trouble that lasts, and log it if it is new."""
        with self.lock:
            if trouble in _PASSING or self.trouble is trouble:
                return
            self.trouble = trouble
        log.error("the database cannot be used: %s", trouble.value)

    def end(self) -> None:
        """Remember that all is well."""
        with self.lock:
            if self.trouble is None:
                return
            self.trouble = None
        log.warning("the database can be used again")


def init_outage(app: Flask) -> None:
    """Give an application its memory of troubles."""
    app.extensions[_KEY] = Outage()


def outage() -> Outage:
    """Return the present application's memory of troubles."""
    found: Outage = current_app.extensions[_KEY]
    return found


def note_trouble(error: DBAPIError) -> OutageCause:
    """Remember what an error of the database means, and return it. Needs an app context."""
    trouble = cause_of(error)
    outage().begin(trouble)
    return trouble


def note_success(*, wrote: bool) -> None:
    """Remember that the database did what was asked; cheap, for every request. Needs an app context."""
    now = outage()
    if now.trouble is not None and (
        now.trouble is OutageCause.AWAY or (wrote and now.trouble is not OutageCause.DAMAGED)
    ):
        now.end()


def present_trouble(engine: Engine) -> OutageCause | None:
    """Return what is wrong now, after trying whether it has ended; None where nothing is. Needs an app context."""
    now = outage()
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return now.trouble
    if now.trouble is OutageCause.DAMAGED:
        check_integrity(engine)
    elif now.trouble is not None:
        _try_to_write(engine, now)
    elif _free_bytes(engine.url.database) < MIN_FREE:
        now.begin(OutageCause.FULL)
    elif not os.access(engine.url.database, os.W_OK):
        now.begin(OutageCause.READ_ONLY)
    return now.trouble


def trouble_before_writing(engine: Engine) -> OutageCause | None:
    """Return what would keep the next write from a disk of ours; None also where only another server knows. Needs an app context."""
    return present_trouble(engine) if engine.dialect.name == "sqlite" else None


def _free_bytes(path: str) -> int:
    found = os.statvfs(os.path.dirname(path) or ".")
    return found.f_bavail * found.f_frsize


def _try_to_write(engine: Engine, now: Outage) -> None:
    """Write one page as it is, down to the disk."""
    if _free_bytes(engine.url.database or "") < MIN_FREE:
        return
    try:
        with closing(sqlite3.connect(engine.url.database or "", timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version={int(version)}")
    except sqlite3.Error:
        return
    now.end()


def check_integrity(engine: Engine) -> None:
    """Look for damage in an SQLite database, at most once a minute, and remember what was found. Reads all of it."""
    now = outage()
    if engine.dialect.name != "sqlite" or not engine.url.database or time.monotonic() - now.checked_at < _CHECK_PAUSE:
        return
    now.checked_at = time.monotonic()
    try:
        with closing(sqlite3.connect(engine.url.database, timeout=1, isolation_level=None)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        note_trouble(DBAPIError.instance("quick_check", None, error, sqlite3.Error, dialect=engine.dialect))  # type: ignore[arg-type]
        return
    if verdict != "ok":
        now.begin(OutageCause.DAMAGED)
    elif now.trouble is OutageCause.DAMAGED:
        now.end()
