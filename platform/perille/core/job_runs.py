"""The last runs of each background job: when, how long, how it went."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from perille.core.database import Base, Session, UtcDateTime
from perille.core.job import Job

#: Runs of a job that are kept.
KEPT = 30
#: Seconds between two runs of one job that are written down while all goes well: some jobs run every few seconds.
PAUSE = 60.0


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    #: Its process ended, or lost the database, before it did.
    BROKEN_OFF = "broken off"


class JobRun(Base):
    """One run of a background job."""

    __tablename__ = "job_run"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'failed', 'broken off')", name="outcome"),
        Index("ix_job_run_job_id", "job", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    job: Mapped[str] = mapped_column(String(60))
    #: The time of the job that was run, as its schedule has it; none where somebody asked for it.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(10))
    #: 1 for the first try.
    attempt: Mapped[int] = mapped_column(Integer)
    #: The kind of the failure and the place in the program; never its words, which may quote a row.
    error: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True, slots=True)
class JobState:
    """What an administrator is shown of a job."""

    job: Job
    last: JobRun | None
    #: When a run that went well began.
    last_success: datetime | None
    #: Among the runs that are kept.
    failures: int
    #: The newest of them.
    last_failure: JobRun | None


class RunLog:
    """Decides which runs of this process are written down: every failure, and what goes well at most once a minute."""

    def __init__(self) -> None:
        self._written: dict[str, float] = {}

    def is_due(self, job: str, outcome: Outcome) -> bool:
        """Tell whether a run is to be written down, and count it as written if so."""
        now = time.monotonic()
        if outcome is Outcome.DONE and now - self._written.get(job, -PAUSE) < PAUSE:
            return False
        # After a failure the next run that goes well is news.
        self._written[job] = now if outcome is Outcome.DONE else -PAUSE
        return True


def keep_run(session: Session, run: JobRun) -> None:
    """Write a run down, and forget all but the newest of the same job."""
    session.add(run)
    session.flush()
    oldest = select(JobRun.id).where(JobRun.job == run.job).order_by(JobRun.id.desc()).offset(KEPT - 1).limit(1)
    first_kept = session.scalar(oldest)
    if first_kept is not None:
        session.execute(delete(JobRun).where(JobRun.job == run.job, JobRun.id < first_kept))


def job_states(session: Session, jobs: Sequence[Job]) -> list[JobState]:
    """Return the state of each job, in their order."""
    runs: dict[str, list[JobRun]] = {}
    for run in session.scalars(select(JobRun).order_by(JobRun.id.desc())):
        runs.setdefault(run.job, []).append(run)
    return [_state(job, runs.get(job.name, [])) for job in jobs]


def _state(job: Job, runs: Sequence[JobRun]) -> JobState:
    done = [run for run in runs if run.outcome == Outcome.DONE]
    failed = [run for run in runs if run.outcome != Outcome.DONE]
    return JobState(
        job,
        last=runs[0] if runs else None,
        last_success=done[0].started_at if done else None,
        failures=len(failed),
        last_failure=failed[0] if failed else None,
    )
