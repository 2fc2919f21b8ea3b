"""Background jobs: one process of a data folder runs them, another takes over, and what goes wrong ends nothing."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from perille.core import jobs
from perille.core.config import Config
from perille.core.job import Job
from perille.core.jobs import JobRunner, JobsLock, jobs_are_running, run_once
from perille.core.outage import init_outage

PATIENCE = 60.0
_SOON = timedelta(milliseconds=10)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application with settings."""
    made = Flask("jobs")
    made.config["PERILLE"] = Config(data_dir=tmp_path, database_url="sqlite://", secret_keys=("k" * 32,))
    init_outage(made)
    return made


def test_a_job_is_done_again_and_again_until_the_stop(app: Flask) -> None:
    times = threading.Semaphore(0)
    runner = JobRunner(app, (Job("count", lambda _session: times.release(), timedelta()),))
    runner.start()
    assert all(times.acquire(timeout=PATIENCE) for _time in range(5))
    assert jobs_are_running(app.config["PERILLE"])
    runner.stop()
    assert not jobs_are_running(app.config["PERILLE"])


def test_a_job_that_fails_is_logged_without_its_values_and_done_again(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Semaphore(0)
    errors = [IntegrityError("INSERT a secret answer", {}, Exception("a secret answer")), ZeroDivisionError()]

    def fail(_session: object) -> None:
        failed.release()
        if errors:
            raise errors.pop(0)

    runner = JobRunner(app, (Job("fails", fail, timedelta()),))
    with caplog.at_level(logging.WARNING):
        runner.start()
        assert all(failed.acquire(timeout=PATIENCE) for _time in range(3))
        runner.stop()
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "a secret answer" not in caplog.text


def test_one_of_two_runs_the_jobs_and_the_other_takes_over(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_TAKE_OVER_PAUSE", 0.01)
    first_did, second_did = threading.Event(), threading.Event()
    first = JobRunner(app, (Job("first", lambda _session: first_did.set(), _SOON),))
    second = JobRunner(app, (Job("second", lambda _session: second_did.set(), _SOON),))
    first.start()
    assert first_did.wait(PATIENCE)
    second.start()
    assert not second_did.wait(0.2)
    first.stop()
    assert second_did.wait(PATIENCE)
    second.stop()


def test_nobody_runs_jobs_where_nothing_was_started(tmp_path: Path) -> None:
    lock = JobsLock(tmp_path)
    assert not lock.is_held()
    assert lock.acquire()
    assert lock.acquire()
    assert lock.is_held()
    assert not JobsLock(tmp_path).acquire()
    lock.release()
    assert not lock.is_held()


def test_a_single_time_tells_how_it_went(app: Flask) -> None:
    assert run_once(app, Job("well", lambda _session: None, _SOON))
    assert not run_once(app, Job("badly", lambda _session: 1 / 0, _SOON))
