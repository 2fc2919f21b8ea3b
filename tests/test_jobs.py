"""Background jobs: each is run when it is due, what goes wrong ends nothing and is tried again, and all of it is written down."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from perille.core import job_queue, job_runs
from perille.core.current import config_of
from perille.core.extensions import db
from perille.core.job import Job
from perille.core.job_queue import JobQueue, current_queue
from perille.core.job_runs import KEPT, JobRun, Outcome, job_states
from perille.core.jobs import GROWTH, PAUSE, JobRunner, close_queue, jobs_are_running, run_once
from support.job_site import make_job_site

LONG = 60.0
DAY = timedelta(days=1)


@pytest.fixture
def app(db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(job_runs, "PAUSE", 0.0)
    made = make_job_site(db_url, tmp_path)
    yield made
    close_queue(made)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def queue(app: Flask) -> JobQueue:
    with app.app_context():
        return current_queue()


def test_a_job_is_run_when_it_is_due_and_again(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    times = threading.Semaphore(0)
    runner = JobRunner(app, [Job("count", lambda _session: times.release(), timedelta(seconds=1))])
    runner.start()
    assert all(times.acquire(timeout=LONG) for _time in range(3))
    with app.app_context():
        assert jobs_are_running()
        runner.stop()
        assert not jobs_are_running()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_job_that_fails_stops_no_other(app: Flask, session: Session) -> None:
    well = threading.Semaphore(0)
    jobs = [
        Job("badly", lambda _session: 1 / 0, timedelta(seconds=1)),
        Job("well", lambda _: well.release(), timedelta(seconds=1)),
    ]
    runner = JobRunner(app, jobs)
    runner.start()
    assert all(well.acquire(timeout=LONG) for _time in range(2))
    runner.stop()
    badly, fine = job_states(session, jobs)
    assert (fine.failures, badly.last_success) == (0, None)
    assert badly.failures >= 1
    assert badly.last_failure is not None
    assert badly.last_failure.error.startswith("ZeroDivisionError test_jobs.py:")


def test_what_is_written_of_a_failure_quotes_no_value(
    app: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [IntegrityError("INSERT a secret answer", {}, Exception("a secret answer")), ValueError("a secret answer")]

    def fail(_session: object) -> None:
        raise errors.pop(0)

    job = Job("fails", fail, DAY)
    with caplog.at_level(logging.DEBUG):
        assert [run_once(app, job), run_once(app, job)] == [False, False]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "secret" not in caplog.text
    runs = session.scalars(select(JobRun).order_by(JobRun.id)).all()
    assert [run.outcome for run in runs] == [Outcome.FAILED] * 2
    assert not [run for run in runs if "secret" in run.error]


def test_a_failed_job_is_tried_again_after_longer_and_longer_pauses_and_then_given_up(
    app: Flask, queue: JobQueue
) -> None:
    runner = JobRunner(
        app, [Job("badly", lambda _session: 1 / 0, DAY), Job("often", lambda _session: 1 / 0, timedelta(seconds=5))]
    )
    pauses = []
    for attempt in range(1, 7):
        runner._run("badly", 0.0, attempt)
        runner._run("often", 0.0, attempt)
        pauses += [round(task.eta.replace(tzinfo=UTC).timestamp() - time.time()) for task in queue.huey.pending()]
        assert not queue.is_waiting("badly"), "who asks for it need not wait for the next try"
        queue.huey.storage.flush_queue()
    assert pauses == [round(PAUSE * GROWTH**number) for number in range(4)]
    runner.stop()


def test_each_time_of_a_job_is_claimed_once_by_whichever_process_comes_first(queue: JobQueue, app: Flask) -> None:
    other = JobQueue(config_of(app))
    assert [queue.claim("a", 7), other.claim("a", 7), queue.claim("a", 7)] == [True, False, False]
    assert [other.claim("a", 8), queue.claim("a", 8), queue.claim("b", 8)] == [True, False, True]
    assert not queue.claim("a", 6), "a process whose clock is behind"
    assert queue.claim("a", 3), "the clock was set back"
    assert queue.claim("a", 4)
    other.close()


def test_a_job_is_acquired_by_one_process_until_it_is_released_or_its_process_is_gone(
    queue: JobQueue, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = JobQueue(config_of(app))
    assert [queue.acquire("a"), other.acquire("a"), queue.acquire("a")] == [True, False, False]
    other.release("a")
    assert not other.acquire("a")
    queue.release("a")
    assert other.acquire("a")
    assert list(queue.broken_off()) == []
    monkeypatch.setattr(job_queue, "STALE_AFTER", -1.0)
    assert list(queue.broken_off()) == ["a"]
    assert list(other.broken_off()) == []
    assert queue.acquire("a")
    other.close()


def test_the_job_of_a_process_that_is_gone_is_put_back_and_written_down(
    app: Flask, queue: JobQueue, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = JobRunner(app, [Job("a", lambda _session: None, DAY)])
    runner._tick()
    queue.huey.storage.flush_queue()
    assert queue.acquire("a")
    monkeypatch.setattr(job_queue, "STALE_AFTER", -1.0)
    runner._tick()
    assert queue.is_waiting("a")
    assert session.scalars(select(JobRun.outcome)).all() == [Outcome.BROKEN_OFF]
    runner.stop()


def test_a_job_that_runs_is_not_run_beside_itself_and_an_unknown_one_is_left(app: Flask, queue: JobQueue) -> None:
    ran: list[str] = []
    runner = JobRunner(app, [Job("a", lambda _session: ran.append("a"), DAY)])
    assert queue.acquire("a")
    runner._run("a", None, 1)
    runner._run("of a newer version", None, 1)
    assert ran == []
    queue.release("a")
    runner._run("a", None, 1)
    assert ran == ["a"]
    runner.stop()


def test_of_each_job_the_newest_runs_are_kept(app: Flask, session: Session) -> None:
    job, other = Job("a", lambda _session: None, DAY), Job("b", lambda _session: None, DAY)
    run_once(app, other)
    for _time in range(KEPT + 5):
        assert run_once(app, job)
    counts = [len(session.scalars(select(JobRun).where(JobRun.job == name)).all()) for name in ("a", "b")]
    assert counts == [KEPT, 1]


def test_a_job_that_goes_well_every_few_seconds_is_written_down_once_a_minute(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "PAUSE", 60.0)
    errors: list[Exception] = []

    def work(_session: object) -> None:
        if errors:
            raise errors.pop()

    job = Job("often", work, timedelta(seconds=5))
    for moment in range(4):
        run_once(app, job, due=float(moment))
    errors.append(ValueError())
    for moment in range(4, 8):
        run_once(app, job, due=float(moment))
    outcomes = session.scalars(select(JobRun.outcome).order_by(JobRun.id)).all()
    assert outcomes == [Outcome.DONE, Outcome.FAILED, Outcome.DONE]


def test_nobody_runs_jobs_where_nothing_was_started(app: Flask) -> None:
    with app.app_context():
        assert not jobs_are_running()


def test_the_queue_takes_no_task_that_another_installation_has_signed(
    app: Flask, queue: JobQueue, caplog: pytest.LogCaptureFixture
) -> None:
    forged = queue.huey.serializer.serialize("anything").replace(b":", b":0")
    queue.huey.storage.enqueue(forged)
    with pytest.raises(ValueError, match="mismatch"):
        queue.huey.dequeue()
