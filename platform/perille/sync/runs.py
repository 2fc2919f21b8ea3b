"""What was carried, when and which way, and what was in conflict: for the trainer's page, on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from perille.core.database import Session, utcnow
from perille.enrolment.models import Learner
from perille.people.audit import audit
from perille.sync.models import SyncConflict, SyncRun
from perille.sync.response_schemas import Conflict
from perille.sync.wire import SyncRefusal

#: How long lines are shown.
KEPT = timedelta(days=180)
_MOST = 50
#: Seconds by which two clocks may differ without a word.
CLOCK = 300


def run_of(session: Session, run_id: UUID, organisation_id: UUID, direction: str, label: str, clock: int) -> SyncRun:
    """Return a run, made at its first request; raise SyncRefusal for one of another organisation."""
    run = session.get(SyncRun, run_id)
    if run is None:
        run = SyncRun(id=run_id, organisation_id=organisation_id, direction=direction, label=label, counts={})
        session.add(run)
    if run.organisation_id != organisation_id or run.direction != direction:
        raise SyncRefusal("organisation", "This run belongs to another organisation.", 403)
    run.clock = clock
    session.flush()
    return run


def count(run: SyncRun, counts: Mapping[str, int]) -> None:
    """Add to what a run has carried."""
    run.counts = {name: run.counts.get(name, 0) + counts.get(name, 0) for name in {*run.counts, *counts}}


def end_run(session: Session, run: SyncRun, by: UUID | None = None) -> None:
    """Note that a run came to its end."""
    if run.ended_at is None:
        run.ended_at = utcnow()
        total = sum(run.counts.values())
        audit(session, by, f"sync.{run.direction}", run.organisation_id, run.id, count=total)
    session.flush()


def keep_conflicts(session: Session, organisation_id: UUID, told: Iterable[Conflict]) -> None:
    """Keep on the laptop what the office said was in conflict.

    Not of a learner who is not here, as whom somebody counts at the office: it would not go with them. The office shows it.
    """
    for each in told:
        is_here = each.learner is None or session.get(Learner, each.learner) is not None
        if is_here and session.get(SyncConflict, each.id) is None:
            values = {name: getattr(each, name) for name in ("row", "field", "stands", "other")}
            session.add(SyncConflict(id=each.id, organisation_id=organisation_id, learner_id=each.learner, **values))
    session.flush()


def runs_of(session: Session, organisation_id: UUID) -> Sequence[SyncRun]:
    """Return the newest runs."""
    query = select(SyncRun).where(SyncRun.organisation_id == organisation_id)
    return session.scalars(query.order_by(SyncRun.began_at.desc(), SyncRun.id).limit(_MOST)).all()


def conflicts_of(session: Session, organisation_id: UUID) -> Sequence[SyncConflict]:
    """Return the newest conflicts."""
    query = select(SyncConflict).where(SyncConflict.organisation_id == organisation_id)
    return session.scalars(query.order_by(SyncConflict.at.desc(), SyncConflict.id).limit(_MOST)).all()


def forget_old(session: Session, now: datetime) -> int:
    """Delete lines that are older than they are kept; return how many."""
    gone = 0
    for model, column in ((SyncRun, SyncRun.began_at), (SyncConflict, SyncConflict.at)):
        gone += len(session.scalars(delete(model).where(column < now - KEPT).returning(model.id)).all())
    return gone
