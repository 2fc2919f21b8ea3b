"""SQLite's write-ahead log: on the disk before an answer goes out, and back in the main file soon after.

With `synchronous=NORMAL` SQLite leaves it to the system when a commit reaches the disk: after a power cut the last commits may be gone.
With `synchronous=FULL` it waits for the disk in every commit, while all other writers wait too. `GroupSync` does a third thing: a writer
commits without waiting, lets the next one write, and then waits for a sync of the log that began after its commit. Writers who
wait at the same time share one sync. So an answered write is on the disk, and the disk is asked once for many of them.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import DBAPIError

#: Bytes that the log keeps at most when nobody writes. A busy one may be larger for a while.
WAL_LIMIT = 4 * 1024 * 1024


class SyncFailed(sqlite3.OperationalError):
    """The system could not write the log to the disk: what was committed may be lost in a power cut."""

    sqlite_errorname = "SQLITE_IOERR_FSYNC"


class GroupSync:
    """Waits until the log of one database is on the disk, once for all threads that wait at the same time."""

    def __init__(self, wal: Path) -> None:
        self._wal = wal
        self._changed = threading.Condition()
        self._running = False
        self._asked = 0
        self._done = 0

    def wait(self) -> None:
        """Return when all that this thread has committed is on the disk; raise SyncFailed if it cannot be."""
        with self._changed:
            self._asked += 1
            mine = self._asked
            while self._done < mine:
                if self._running:
                    # The sync at work may have begun before this thread's commit: the next one counts.
                    self._changed.wait()
                else:
                    self._sync_for_all()

    def _sync_for_all(self) -> None:
        """Sync for every thread that has asked until now; called with the condition held, which is free meanwhile."""
        self._running, upto = True, self._asked
        self._changed.release()
        try:
            _sync_file(self._wal)
        finally:
            self._changed.acquire()
            self._running = False
            self._changed.notify_all()
        # Not where it failed: each who waits then tries for itself, and hears of it.
        self._done = max(self._done, upto)


def _sync_file(path: Path) -> None:
    # Of the log alone: closing a descriptor of the main file would drop the locks that this process has on it, which POSIX keeps by
    # process and file (https://sqlite.org/howtocorrupt.html, 2.2). Nothing locks the log.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        # A checkpoint has written all of it to the main file, and synced that.
        return
    try:
        os.fdatasync(descriptor)
    except OSError as error:
        raise SyncFailed(f"{path}: {error.strerror}") from error
    finally:
        os.close(descriptor)


_group_syncs: WeakKeyDictionary[Dialect, GroupSync] = WeakKeyDictionary()


def sync_commits(engine: Engine) -> None:
    """Let every writer on this SQLite database wait until its commit is on the disk."""
    if (path := wal_of(engine)) is not None:
        _group_syncs[engine.dialect] = GroupSync(path)


def wait_for_disk(dialect: Dialect) -> None:
    """Wait until this thread's last commit on the database of *dialect* is on the disk, where that was asked for."""
    sync = _group_syncs.get(dialect)
    if sync is None:
        return
    try:
        sync.wait()
    except SyncFailed as error:
        raise DBAPIError.instance("COMMIT", None, error, sqlite3.Error, dialect=dialect) from error


def wal_of(engine: Engine) -> Path | None:
    """Return the path of a database's log; None where the database is no SQLite file."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    return Path(f"{path}-wal")


def checkpoint(engine: Engine, *, wait: float = 0.0) -> bool:
    """Write the log back into the main file and empty it; tell whether that could be done whole.

    *wait*: seconds to wait for readers and writers. With 0 nobody is kept waiting, and the next call does the rest.
    """
    wal = wal_of(engine)
    try:
        if wal is None or wal.stat().st_size == 0:
            return True
    except FileNotFoundError:
        return True
    with closing(sqlite3.connect(engine.url.database or "", timeout=wait, isolation_level=None)) as connection:
        try:
            busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise DBAPIError.instance("checkpoint", None, error, sqlite3.Error, dialect=engine.dialect) from error
            return False
    return not busy
