"""What the record store has to say at `/metrics`: what is not indexed yet, and what waits to go to other stores."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from perille.core.database import Session, utcnow
from perille.core.metrics import Gauge
from perille.lrs.storage.lock import default_store
from perille.lrs.storage.models import LrsStore
from perille.lrs.transfer.forwards import forward_statuses


def store_gauges(session: Session) -> Iterator[Gauge]:
    """Yield the figures of all stores together."""
    stored, indexed = session.execute(select(func.sum(LrsStore.last_seq), func.sum(LrsStore.folded))).one()
    yield Gauge("perille_store_statements", "Statements stored so far", float(stored or 0))
    yield Gauge(
        "perille_store_unindexed",
        "Statements that a search looks through one by one",
        float((stored or 0) - (indexed or 0)),
    )
    statuses = forward_statuses(session, default_store(session))
    since = [each.waiting_since for each in statuses if each.waiting_since is not None and not each.paused]
    lag = (utcnow() - min(since)).total_seconds() if since else 0.0
    yield Gauge(
        "perille_forward_waiting",
        "Statements that wait to go to other stores",
        float(sum(each.waiting for each in statuses)),
    )
    yield Gauge("perille_forward_lag_seconds", "Seconds that the oldest of them waits", max(0.0, lag))
    yield Gauge(
        "perille_forward_refused",
        "Statements that other stores did not take",
        float(sum(each.refused for each in statuses)),
    )
