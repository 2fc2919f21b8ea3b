"""Background jobs: what the installation does by itself, in `perille serve` or in a process of its own (`perille jobs`).

Several processes may be started on one data folder; a lock lets one of them run the jobs, and another takes over when it ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille.core.config import Config
from perille.core.current import config_of
from perille.core.extensions import db
from perille.core.job import Job
from perille.core.outage import Trouble, note_trouble

log = logging.getLogger(__name__)
#: Seconds between two tries to take over from a process that ran the jobs.
_TAKE_OVER_PAUSE = 5.0
#: Seconds that a stop waits for a job that is at work.
_STOP_PATIENCE = 10.0
LOCK_FILE = "jobs.lock"


class JobsLock:
    """A lock on a file, held for as long as its process lives."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / LOCK_FILE
        self._file = -1

    def acquire(self) -> bool:
        """Take the lock if nobody holds it; tell whether it is ours."""
        if self._file < 0:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._file = file
        return True

    def release(self) -> None:
        """Let another process take it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def is_held(self) -> bool:
        """Tell whether any process holds it, this one too."""
        try:
            file = os.open(self._path, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False


def jobs_are_running(config: Config) -> bool:
    """Tell whether a process runs the jobs of this data folder."""
    return JobsLock(config.data_dir).is_held()


class JobRunner:
    """Runs jobs in threads beside whatever else the process does, once no other process runs them."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...]) -> None:
        self._app = app
        self._jobs = jobs
        config = config_of(app)
        self._lock = JobsLock(config.data_dir)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, or wait in the background until the process that runs the jobs has ended."""
        self._spawn("jobs", self._begin)

    def stop(self) -> None:
        """Begin no job any more, and wait a moment for those at work; one that takes longer ends with the process."""
        self._stop.set()
        for thread in list(self._threads):
            thread.join(_STOP_PATIENCE)
        self._lock.release()

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _begin(self) -> None:
        while not self._lock.acquire():
            if self._stop.wait(_TAKE_OVER_PAUSE):
                return
        for job in self._jobs:
            self._spawn(job.name, lambda job=job: self._repeat(job))  # type: ignore[misc]  # bound now

    def _repeat(self, job: Job) -> None:
        while not self._stop.is_set():
            run_once(self._app, job)
            self._stop.wait(job.every.total_seconds())


def run_once(app: Flask, job: Job) -> bool:
    """Do a job once; what goes wrong is logged and ends nothing. Tell whether it went well."""
    try:
        with app.app_context():
            job.run(db.session)
    except DBAPIError as error:
        with app.app_context():
            trouble = note_trouble(error)
        if trouble in (Trouble.BUSY, Trouble.REFUSED):
            # Its own words quote the row.
            log.warning("%s: the database did not do it (%s)", job.name, type(error.orig).__name__)
    except Exception:
        log.exception("%s", job.name)
    else:
        return True
    return False
