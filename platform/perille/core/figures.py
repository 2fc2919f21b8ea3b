"""What the ground has to say at `/metrics`: version, room on the disk, waits for the writers' lock, background jobs."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import current_app

from perille import __version__
from perille.core.current import current_config
from perille.core.database import Session
from perille.core.extensions import db
from perille.core.feature import jobs_of
from perille.core.job_runs import Outcome, job_states
from perille.core.jobs import jobs_are_running
from perille.core.metrics import Gauge
from perille.core.writer_lock import writer_lock_of


def core_gauges(session: Session) -> Iterator[Gauge]:
    """Yield the figures. Needs an app context."""
    yield Gauge("perille_build_info", "The version of Perille", 1.0, {"version": __version__})
    room = os.statvfs(current_config().data_dir)
    yield Gauge("perille_disk_free_bytes", "Bytes that are free where the data is", room.f_bavail * room.f_frsize)
    lock = writer_lock_of(db.engine.dialect)
    yield Gauge("perille_writer_lock_waits_total", "Writes that waited for another one", lock.waits, counter=True)
    yield Gauge("perille_writer_lock_seconds_total", "Seconds that writes waited", lock.waited, counter=True)
    yield Gauge("perille_jobs_running", "Whether a process runs the background jobs", float(jobs_are_running()))
    for state in job_states(session, jobs_of(current_app)):
        labels = {"job": state.job.name}
        last = 0.0 if state.last_success is None else state.last_success.timestamp()
        yield Gauge(
            "perille_job_last_success_seconds",
            "When it went well last, in seconds of Unix time; 0: never",
            last,
            labels,
        )
        failed = state.last is not None and state.last.outcome != Outcome.DONE
        yield Gauge("perille_job_failing", "Whether its last run failed", float(failed), labels)
