"""Background jobs: what the installation does by itself, in `perille serve` or in processes of their own (`perille jobs`).

Each process runs Huey's consumer: a scheduler, which puts a job into the queue when it is due, and workers. Every job has times, counted
from the epoch by its `every`; of all processes the first to claim a time enqueues it. A worker acquires the job before it runs it, so that
two times of one job never overlap, and says while it runs that it is still there: when it goes away, the job is enqueued again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from flask import Flask
from huey import Huey
from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import DBAPIError

from perille.core.database import run_in_transaction, utcnow
from perille.core.errors import ConfigError
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.job import Job
from perille.core.job_queue import UNREACHABLE, JobQueue, current_queue
from perille.core.job_runs import JobRun, Outcome, RunLog, keep_run
from perille.core.outage import OutageCause, note_trouble
from perille.core.traceback_places import place_of

log = logging.getLogger(__name__)
#: Threads that run jobs in one process: one job that waits for another site keeps no other waiting.
WORKERS = 3
#: Tries of a job that fails, the pause before the second in seconds, and by what it grows.
TRIES, PAUSE, GROWTH = 5, 30.0, 4.0
#: Seconds that a stop waits for a job that is at work.
_STOP_PATIENCE = 10.0
#: Seconds between two signs of life.
_SIGN_OF_LIFE = 5.0
_run_log = AppSlot("job_run_log", RunLog)


class _Ticker(Scheduler):  # type: ignore[misc]  # Huey has no types
    """Huey's scheduler, which looks every second for what is due; Huey's own periodic tasks know minutes only."""

    periodic_task_seconds = 1

    def __init__(self, huey: Huey, stop_flag: threading.Event, tick: Callable[[], None]) -> None:
        super().__init__(huey, stop_flag, interval=1, periodic=True)
        self._tick = tick

    def enqueue_periodic_tasks(self, _now: object) -> None:
        """Look for what is due; a queue that cannot be reached is asked again in a second."""
        try:
            self._tick()
        except UNREACHABLE as error:
            log.warning("the queue of jobs cannot be used (%s)", type(error).__name__)


class _Consumer(Consumer):  # type: ignore[misc]
    """Huey's consumer in threads of this process, which has handlers of signals of its own."""

    def __init__(self, huey: Huey, tick: Callable[[], None]) -> None:
        self._tick = tick
        super().__init__(huey, workers=WORKERS, max_delay=1.0)

    def _create_scheduler(self) -> _Ticker:
        return _Ticker(self.huey, self.stop_flag, self._tick)

    def _set_signal_handlers(self) -> None:
        """Leave them alone."""


class JobRunner:
    """Runs the jobs of an application in threads of this process, together with all other processes of the installation."""

    def __init__(self, app: Flask, jobs: Sequence[Job]) -> None:
        """Open the queue; raise ConfigError where it cannot be used."""
        self._app = app
        self._jobs = {job.name: job for job in jobs}
        self._queue = open_queue(app)
        self._queue.run = self._run
        self._consumer = _Consumer(self._queue.huey, self._tick)
        self._at_work: set[str] = set()
        self._signed_at = -_SIGN_OF_LIFE

    def start(self) -> None:
        """Begin: what was due while no process ran jobs is run at once."""
        self._queue.say_alive()
        self._consumer.start()

    def stop(self) -> None:
        """Begin no job any more, and wait a moment for those at work; one that takes longer is run again by another process."""
        self._consumer.stop_flag.set()
        deadline = time.monotonic() + _STOP_PATIENCE
        for thread in [self._consumer.scheduler, *(thread for _worker, thread in self._consumer.worker_threads)]:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        with suppress(*UNREACHABLE):
            self._queue.say_goodbye()
        self._queue.close()

    def _tick(self) -> None:
        """Once a second: say that we are there, and enqueue what is due or was broken off."""
        self._sign()
        now = time.time()
        for job in self._jobs.values():
            slot = int(now // job.every.total_seconds())
            if self._queue.claim(job.name, slot):
                self._queue.put(job.name, due=slot * job.every.total_seconds())
        for name in self._queue.broken_off():
            log.warning("%s: the process that ran it is gone, it runs again", name)
            self._write_down(
                JobRun(job=name, started_at=utcnow(), milliseconds=0, outcome=Outcome.BROKEN_OFF, attempt=1)
            )
            self._queue.put(name)

    def _sign(self) -> None:
        if time.monotonic() - self._signed_at < _SIGN_OF_LIFE:
            return
        self._signed_at = time.monotonic()
        self._queue.say_alive()
        for name in tuple(self._at_work):
            self._queue.renew(name)

    def _run(self, name: str, due: float | None, attempt: int) -> None:
        job = self._jobs.get(name)
        # A newer version may have left a job that this one does not know; and what runs now need not run twice.
        if job is None or not self._queue.acquire(name):
            return
        self._at_work.add(name)
        try:
            went_well = run_once(self._app, job, due=due, attempt=attempt)
        finally:
            self._at_work.discard(name)
            self._queue.release(name)
        pause = PAUSE * GROWTH ** (attempt - 1)
        if not went_well and attempt < TRIES and pause < job.every.total_seconds():
            self._queue.put(name, due=due, attempt=attempt + 1, delay=pause)

    def _write_down(self, run: JobRun) -> None:
        with self._app.app_context():
            _write_down(run)


def open_queue(app: Flask) -> JobQueue:
    """Return the queue of an application; raise ConfigError where it cannot be used."""
    with app.app_context():
        try:
            return current_queue()
        except UNREACHABLE as error:
            raise ConfigError(f"The queue of background jobs cannot be used: {type(error).__name__}") from error


def close_queue(app: Flask) -> None:
    """Close the queue's connection, if there is one: a server that forks must not share it."""
    queue = current_queue.made(app)
    if queue is not None:
        queue.close()


def jobs_are_running() -> bool:
    """Tell whether any process runs the jobs of this installation. Needs an app context."""
    try:
        return current_queue().is_served()
    except UNREACHABLE:
        return False


def run_once(app: Flask, job: Job, *, due: float | None = None, attempt: int = 1) -> bool:
    """Run a job once and write down how it went; what goes wrong is logged and ends nothing. Tell whether it went well."""
    started, began = utcnow(), time.monotonic()
    with app.app_context():
        error = _failure(job)
        run = JobRun(
            job=job.name,
            due_at=None if due is None else datetime.fromtimestamp(due, UTC),
            started_at=started,
            milliseconds=round((time.monotonic() - began) * 1000),
            outcome=Outcome.DONE if error is None else Outcome.FAILED,
            attempt=attempt,
            error=error or "",
        )
        if due is None or _run_log().is_due(job.name, Outcome(run.outcome)):
            _write_down(run)
    return error is None


def _failure(job: Job) -> str | None:
    """Run a job; return what went wrong, without any word that may quote a row, or None."""
    try:
        job.run(db.session())
    except DBAPIError as error:
        trouble = note_trouble(error)
        if trouble in (OutageCause.BUSY, OutageCause.REFUSED):
            # Its own words quote the row.
            log.warning("%s: the database did not do it (%s)", job.name, type(error.orig).__name__)
        return f"{type(error.orig).__name__} {place_of(error)}"
    except Exception as error:
        log.error("%s failed: %s %s", job.name, type(error).__name__, place_of(error))
        return f"{type(error).__name__} {place_of(error)}"
    finally:
        db.session.remove()
    return None


def _write_down(run: JobRun) -> None:
    """Write a run down, where the database lets us: that it does not is known already, or will be at once."""
    try:
        run_in_transaction(db.session, lambda: keep_run(db.session(), run), write=True)
    except DBAPIError as error:
        note_trouble(error)
    finally:
        db.session.remove()
