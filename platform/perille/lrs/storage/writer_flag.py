"""Whether a writer is at work just now: what makes Consistent-Through both safe and near (Communication 2.1.3).

While no writer is at work, everything stored before this moment can be seen. While one is, only what its forerunners committed is certain.
For SQLite every writer, of any process, holds a lock on a file beside the database. PostgreSQL has no such proof (see `store`).
"""

from __future__ import annotations

import fcntl
import os
import threading
import time

from sqlalchemy import Engine

from perille.lrs.storage.connection import RawConnection

_local = threading.local()


def _file(engine: Engine) -> int | None:
    """Return this thread's descriptor of the lock file; None where the database is no file."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    files: dict[str, int] | None = getattr(_local, "files", None)
    if files is None:
        files = _local.files = {}
    if path not in files:
        files[path] = os.open(f"{path}-writing", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return files[path]


def mark_writing(raw: RawConnection) -> None:
    """Show that a writer is at work, until the session commits or rolls back. The database's own lock is held already, so nobody waits."""
    descriptor = _file(raw.engine)
    if descriptor is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        raw.when_ended(lambda: fcntl.flock(descriptor, fcntl.LOCK_UN))


def idle_since(engine: Engine) -> int:
    """Return the present moment in microseconds if no writer is at work, else 0. To be asked before the first query of a reader."""
    descriptor = _file(engine)
    if descriptor is None:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    moment = time.time_ns() // 1000
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return moment
