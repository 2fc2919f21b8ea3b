"""The job that lists the tail of each store: a store that gets few statements would search through its newest row by row for ever."""

from __future__ import annotations

from sqlalchemy import select

from perille.core.database import Session, run_in_transaction
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import lock_store, save_counters
from perille.lrs.storage.models import LrsStore
from perille.lrs.storage.postings import flush


def index_tail(session: Session) -> int:
    """List the tail of every store, each in a transaction of its own; return how many statements were listed."""
    stores = run_in_transaction(session, lambda: list(session.scalars(select(LrsStore.number))), write=False)

    def index(number: int) -> int:
        raw = raw_connection(session)
        lock = lock_store(raw, number)
        count = lock.seq - lock.folded
        if count:
            flush(raw, lock)
            save_counters(raw, lock)
        return count

    return sum(run_in_transaction(session, lambda n=number: index(n), write=True, program=True) for number in stores)  # type: ignore[misc]  # bound now
