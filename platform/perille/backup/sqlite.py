"""Backing up and restoring an SQLite database: a consistent copy while others write, and a swap that is done whole or not at all."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from perille.backup.digests import TableDigest, digest_sqlite
from perille.backup.errors import BackupError
from perille.backup.temporary_files import sync_to_disk

#: Where SQLite's locks lie in the file: whoever has a connection open holds a read lock here (os_unix.c, SHARED_FIRST and SHARED_SIZE).
_SHARED_FIRST, _SHARED_SIZE = 0x40000000 + 2, 510
_SUFFIXES = ("-wal", "-shm", "-journal")


def snapshot(source: Path, target: Path) -> dict[str, TableDigest]:
    """Copy a database that others may be writing to, as it was at one moment; return the digests of the copy's tables.

    The copy is made in one step of SQLite's backup API: readers and writers go on, and what they commit meanwhile is left out. Raise
    BackupError for a database that is damaged: a copy of it would hide that.
    """
    with closing(_open(source)) as live, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        try:
            live.backup(copy)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            check_whole(copy)
            return digest_sqlite(copy)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{source}: the database cannot be copied: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise BackupError(
            f"{path}: there is no database here. Name the folder of the installation with PERILLE_DATA_DIR"
        )
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None)


def check_whole(connection: sqlite3.Connection) -> None:
    """Raise BackupError where SQLite finds damage."""
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise BackupError(f"the database is damaged: {' '.join(str(verdict).split())}")


def read_digests(path: Path) -> dict[str, TableDigest]:
    """Check a copy and return the digests of its tables; raise BackupError where it is damaged."""
    with closing(_open(path)) as connection:
        try:
            check_whole(connection)
            return digest_sqlite(connection)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"the database in the backup is damaged: {error}") from error


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Keep every other process from opening a database; raise BackupError where one has it open."""
    if not path.exists():
        yield
        return
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            raise BackupError(f"{path}: the database is in use. Stop `perille serve` first") from error
        yield


def replace(path: Path, restored: Path) -> None:
    """Put a restored database in the place of another one; after a crash either the old one or the new one is there, whole.

    Call it inside `exclusive`. What the old one's log still held is written back first, so that it is never read into the new one.
    """
    sync_to_disk(restored)
    for suffix in _SUFFIXES:
        stale = Path(f"{path}{suffix}")
        if stale.exists():
            stale.replace(f"{stale}.replaced")
    restored.replace(path)
    sync_to_disk(path.parent)
    for suffix in _SUFFIXES:
        Path(f"{path}{suffix}.replaced").unlink(missing_ok=True)


def empty_log(path: Path) -> None:
    """Write a database's log back into it, as far as it can be read. Not inside `exclusive`: that shuts this process out too."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        # It is damaged or in use; `exclusive` tells which.
        return
