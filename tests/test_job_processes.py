"""Three processes on one database: each time of a job is run once, and the job of a process that was killed is run by another."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from perille.core.job_runs import JobRun, Outcome
from support.commands import Started, start_process
from support.places import ROOT
from support.site import clean_environment

PATIENCE = 120.0
#: Times of the job that are looked at.
ENOUGH = 6


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def processes(db_url: str, tmp_path: Path, runs: Path) -> Iterator[list[Started]]:
    """Three processes that run the jobs of `support.job_process`."""
    words = [sys.executable, "-m", "support.job_process", db_url, str(tmp_path), str(runs), "4"]
    environ = clean_environment(PYTHONPATH=os.pathsep.join(str(ROOT / each) for each in ("tests", "platform")))
    with (tmp_path / "log").open("wb") as log:
        started = [start_process(words, cwd=ROOT, env=environ, stderr=log) for _process in range(3)]
        try:
            yield started
        finally:
            for process in started:
                process.kill()
                process.wait()
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


def test_no_time_of_a_job_is_run_twice_and_no_two_overlap(
    processes: list[Started], runs: Path, session: Session
) -> None:
    _until(lambda: _words(runs, "end")[ENOUGH:] != [])
    counted = [line for line in runs.read_text().splitlines() if line.startswith(("begin", "end"))]
    begun, ended = counted[0::2], counted[1::2]
    assert all(line.startswith("begin") for line in begun)
    assert [line.split()[1] for line in begun[: len(ended)]] == [line.split()[1] for line in ended]
    due = list(session.scalars(select(JobRun.due_at).where(JobRun.job == "count")))
    assert len(due) >= ENOUGH - 1
    assert [moment for moment, count in Counter(due).items() if count > 1] == []


def test_the_job_of_a_killed_process_is_run_by_another(processes: list[Started], runs: Path, session: Session) -> None:
    _until(lambda: _words(runs, "stuck-begin") != [])
    (stuck,) = _words(runs, "stuck-begin")
    os.kill(int(stuck), signal.SIGKILL)
    _until(lambda: _words(runs, "stuck-end") != [])
    assert _words(runs, "stuck-end") != [stuck]
    _until(lambda: _outcomes(session) == [Outcome.BROKEN_OFF, Outcome.DONE])
    assert len(_words(runs, "stuck-begin")) == 2


def _words(runs: Path, word: str) -> list[str]:
    """Return which processes wrote a word, in order."""
    lines = runs.read_text().splitlines() if runs.exists() else []
    return [process for kind, process in (line.split() for line in lines) if kind == word]


def _outcomes(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(JobRun.outcome).where(JobRun.job == "stuck").order_by(JobRun.id)))


def _until(condition: Callable[[], bool]) -> None:
    """Wait until the processes have done something."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the processes did not do it"
        time.sleep(0.05)
