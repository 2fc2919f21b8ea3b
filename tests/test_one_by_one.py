"""Work for many rows: what goes wrong with one of them is logged and told at the end, and keeps nobody else waiting."""

from __future__ import annotations

import errno
import logging
import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from perille.core.database import run_in_transaction, utcnow
from perille.core.fault_isolation import one_by_one
from perille.core.job_runs import JobRun, Outcome


def add(session: Session, name: str) -> int:
    """Write a row; one whose name is "twice" is refused by the database, and "bad" by the program, after it was written."""
    session.add(JobRun(job=name, started_at=utcnow(), milliseconds=0, outcome=Outcome.DONE, attempt=1))
    session.flush()
    if name == "bad":
        raise ValueError(f"words of a row: {name}")
    if name == "twice":
        kept = session.scalars(select(JobRun).limit(1)).one()
        session.expunge(kept)
        session.add(JobRun(id=kept.id, job=name, started_at=utcnow(), milliseconds=0, outcome="done", attempt=1))
        session.flush()
    return 1


def names(session: Session) -> list[str]:
    found = run_in_transaction(session, lambda: session.scalars(select(JobRun.job)).all(), write=False)
    return sorted(found)


def test_one_that_fails_is_left_out_and_told_once_the_others_are_done(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="words of a row"):
        one_by_one(session, ["first", "bad", "last"], lambda name: add(session, name), job="many")
    assert names(session) == ["first", "last"]
    (told,) = [each.getMessage() for each in caplog.records]
    assert told.startswith("many: one was left out: ValueError ")
    assert "words of a row" not in told


def test_a_row_that_the_database_refuses_ends_nobody_elses(session: Session) -> None:
    with pytest.raises(IntegrityError):
        one_by_one(session, ["first", "twice", "last"], lambda name: add(session, name), job="many")
    assert names(session) == ["first", "last"]


def test_what_the_others_would_meet_too_ends_the_walk_at_once(session: Session) -> None:
    tried = []

    def work(name: str) -> int:
        tried.append(name)
        error = sqlite3.OperationalError("disk full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise OperationalError("INSERT", {}, error)

    with pytest.raises(OperationalError):
        one_by_one(session, ["first", "last"], work, job="many")
    assert tried == ["first"]


@pytest.mark.parametrize(
    ("error", "tried"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1),
        (NoConnection("QueuePool limit reached"), 1),
        (FileNotFoundError(errno.ENOENT, "one's own file"), 2),
    ],
    ids=["disk full", "no connection", "one file"],
)
def test_a_full_disk_and_an_empty_pool_end_the_walk_and_a_missing_file_does_not(
    session: Session, error: Exception, tried: int
) -> None:
    seen = []

    def work(name: str) -> int:
        seen.append(name)
        raise error

    with pytest.raises(type(error)):
        one_by_one(session, ["first", "last"], work, job="many")
    assert len(seen) == tried


def test_the_sum_is_returned(session: Session) -> None:
    assert one_by_one(session, ["a", "b"], lambda name: add(session, name), job="many") == 2
