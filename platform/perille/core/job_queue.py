"""The queue of background jobs, and what the processes that run them tell each other.

The queue is Huey's: in a file of its own in the data folder with SQLite, in tables of the same database with PostgreSQL. Beside the tasks
it holds who is alive, who runs which job now, and which times of a job have been claimed. So any number of processes, on any number of
machines with PostgreSQL, share the work and no time of a job is run twice.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import psycopg
from huey import Huey
from huey.serializer import SignedSerializer
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy.engine import make_url

from perille.core.config import Config
from perille.core.current import current_config
from perille.core.extension_state import AppSlot
from perille.core.private_file import create_private_file

FILE = "jobs.sqlite3"
#: Seconds after which a process that has not said that it is alive counts as gone, and the job that it ran as broken off.
STALE_AFTER = 60.0
#: What a queue raises that cannot be reached, is damaged, or was never made.
UNREACHABLE = (sqlite3.Error, psycopg.Error, OSError)
#: Tables of the queue in PostgreSQL begin with this.
_PREFIX = "perille_jobs"
#: Key of the advisory lock under which PostgreSQL makes them.
_CREATE_LOCK = 7_237_119_503


class _PrivateSqliteStorage(SqliteStorage):  # type: ignore[misc]  # Huey has no types
    """A file that its owner alone can read, whole after a power cut; the last tasks may be lost with it, and are due again."""

    def _create_connection(self) -> sqlite3.Connection:
        create_private_file(self.filename)
        connection: sqlite3.Connection = super()._create_connection()
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


class _PostgresStorage(PostgresStorage):  # type: ignore[misc]
    """Tables that several processes may make at the same moment."""

    def initialize_schema(self) -> None:
        """Make the tables where they are not there."""
        with psycopg.connect(self.dsn, connect_timeout=5) as connection:
            # CREATE IF NOT EXISTS fails where two do it at once.
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_CREATE_LOCK,))
            for statement in self.ddl:
                connection.execute(statement)

    def close_listening(self) -> None:
        """Close the connection on which this worker's thread waits for tasks; the other one is shared."""
        connection = getattr(self._listen_local, "conn", None)
        if connection is not None:
            self._close_quiet(connection)
            self._listen_local.conn = None


class JobQueue:
    """The queue of one installation, as one process sees it."""

    def __init__(self, config: Config) -> None:
        """Open the queue, made where it is not there; raise one of UNREACHABLE."""
        #: The name of this process among all that run jobs.
        self.owner = uuid4().hex
        self.huey = _make_huey(config)
        #: What runs a job: its name, the time it is due (seconds since the epoch) or None, and the number of the try.
        self.run: Callable[[str, float | None, int], None] = _run_nothing
        self._task = self.huey.task(name="run_job")(self._run_task)

    def put(self, job: str, *, due: float | None = None, attempt: int = 1, delay: float = 0.0) -> None:
        """Let some process run a job. *due*: the time it was due, None where somebody asks for it. *delay*: not before so many seconds."""
        if delay:
            self._task.schedule((job, due, attempt), delay=delay)
        else:
            self._task(job, due, attempt)

    def is_waiting(self, job: str) -> bool:
        """Tell whether a run of a job waits for the next process that is free; a later try after a failure does not count."""
        return any(task.args[0] == job and self.huey.ready_to_run(task) for task in self.huey.pending())

    def _run_task(self, job: str, due: float | None, attempt: int) -> None:
        self.run(job, due, attempt)

    def close(self) -> None:
        """Close the connection; it is opened again when it is needed. A process that forks closes it before."""
        self.huey.storage.close()

    def claim(self, job: str, slot: int) -> bool:
        """Tell whether nobody has claimed this time of a job before. *slot*: its number, counted from the epoch."""
        last: int | None = self.huey.get(f"slot:{job}", peek=True)
        # Far behind the last one means that the clock was set back: jobs go on by the new time.
        if last is not None and slot <= last <= slot + 2:
            return False
        if self.huey.storage.incr(f"{job}:{slot}") != 1:
            return False
        self.huey.put(f"slot:{job}", slot)
        if last is not None:
            # Not the one before: a process may have looked and not yet claimed.
            self.huey.storage.delete_counter(f"{job}:{last - 1}")
        return True

    def acquire(self, job: str) -> bool:
        """Take a job for this process; False while another one, or this one, runs it."""
        return bool(self.huey.put_if_empty(f"lease:{job}", (self.owner, time.time())))

    def renew(self, job: str) -> None:
        """Say that this process is still at work on a job that it has acquired."""
        self.huey.put(f"lease:{job}", (self.owner, time.time()))

    def release(self, job: str) -> None:
        """Give a job back; nothing happens where another process has taken it over."""
        held = self.huey.get(f"lease:{job}", peek=True)
        if held is not None and held[0] == self.owner:
            self.huey.delete(f"lease:{job}")

    def broken_off(self) -> Iterator[str]:
        """Yield the jobs whose process went away while it ran them; each is yielded to one process alone."""
        for key, (_owner, seen) in self._all("lease:"):
            if time.time() - seen < STALE_AFTER:
                continue
            taken = self.huey.get(key)
            if taken is None:
                continue
            if time.time() - taken[1] < STALE_AFTER:
                self.huey.put_if_empty(key, taken)  # its process was slow, and has just said that it is there
            else:
                yield key.removeprefix("lease:")

    def say_alive(self) -> None:
        """Say that this process runs jobs."""
        self.huey.put(f"alive:{self.owner}", time.time())
        for key, seen in self._all("alive:"):
            if time.time() - seen > 24 * 3600:
                self.huey.delete(key)

    def say_goodbye(self) -> None:
        """Say that this process runs jobs no longer."""
        self.huey.delete(f"alive:{self.owner}")

    def is_served(self) -> bool:
        """Tell whether any process runs jobs."""
        return any(abs(time.time() - seen) < STALE_AFTER for _key, seen in self._all("alive:"))

    def _all(self, prefix: str) -> list[tuple[str, Any]]:
        items = cast(dict[str, bytes], self.huey.all_results())
        return [
            (key, self.huey.serializer.deserialize(value)) for key, value in items.items() if key.startswith(prefix)
        ]


def _run_nothing(job: str, _due: float | None, _attempt: int) -> None:
    raise RuntimeError(f"this process runs no jobs, and was given {job}")


def _make_huey(config: Config) -> Any:
    # What lies in the queue is unpickled: only what this installation has signed.
    options = {
        "results": False,
        "serializer": SignedSerializer(secret=config.secret_keys[0], salt="perille jobs"),
    }
    if config.sqlite:
        huey = Huey("perille", storage_class=_PrivateSqliteStorage, filename=str(queue_file(config)), **options)
    else:
        dsn = make_url(config.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        huey = Huey("perille", storage_class=_PostgresStorage, dsn=dsn, table_prefix=_PREFIX, **options)
        huey.on_shutdown(name="close")(huey.storage.close_listening)
    return huey


def queue_file(config: Config) -> Path:
    """Return the file of the queue, with SQLite."""
    return config.data_dir / FILE


#: The queue of an application; opened when it is first asked for.
current_queue = AppSlot("job_queue", lambda: JobQueue(current_config()))
