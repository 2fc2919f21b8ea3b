"""The store's row: which store it is, and the hold that a writer has on it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from perille.core.database import Session, run_in_transaction
from perille.core.errors import NotFound
from perille.lrs.storage.connection import RawConnection, StoreSession, raw_connection
from perille.lrs.storage.memory import Known, memories, remember
from perille.lrs.storage.models import LrsStore
from perille.lrs.storage.writer_flag import idle_since, mark_writing

DEFAULT = "default"


@dataclass(slots=True)
class StoreLock:
    """A writer's hold of a store: nobody else writes to it until the transaction ends, so that `seq` grows in the order of commits.

    That is why a reader who sees `last_stored` has everything stored up to it, and why two batches about the same agents cannot
    lock each other out.
    """

    number: int
    seq: int
    stored: int
    term: int
    epoch: int
    folded: int
    #: Whether there may be statements that point to others.
    references: bool
    #: What this process remembers of the store's committed rows.
    known: Known
    #: Rows that become known to this process once they are committed.
    fresh: Known = field(default_factory=dict)

    def next_moment(self, wish: int | None = None) -> int:
        """Return the time for the next statement: the clock's, and later than all before it even if the clock went back.

        *wish*: a time that an import keeps, where it fits: after all that is stored, and not in the future.
        """
        now = time.time_ns() // 1000
        fits = wish is not None and self.stored < wish <= now
        self.stored = wish if wish is not None and fits else max(now, self.stored + 1)
        return self.stored

    def next_term(self) -> int:
        """Return a number no term has."""
        self.term += 1
        return self.term


_HOLD = (
    "SELECT last_seq, last_stored, last_term, epoch, folded, EXISTS (SELECT 1 FROM lrs_reference WHERE store_id = number)"
    " FROM lrs_store WHERE number = ?"
)
#: Who waits for the row sees it as it is then, but all else as it was before: whether there are references is not known yet.
_HOLD_POSTGRESQL = (
    "SELECT last_seq, last_stored, last_term, epoch, folded, TRUE FROM lrs_store WHERE number = ? FOR UPDATE"
)


def lock_store(raw: RawConnection, number: int) -> StoreLock:
    """Take the store for writing, until the transaction ends. Raise NotFound where there is none of that number."""
    row = raw.one(_HOLD_POSTGRESQL if raw.postgresql else _HOLD, number)
    if row is None:
        raise NotFound(f"There is no record store {number}.")
    mark_writing(raw)
    seq, stored, term, epoch, folded, references = row
    known = memories.of(raw.engine).of(number, epoch)
    return StoreLock(number, seq, stored, term, epoch, folded, bool(references), known)


def save_counters(raw: RawConnection, lock: StoreLock) -> None:
    """Write back what the writer used up."""
    raw.run(
        "UPDATE lrs_store SET last_seq = ?, last_stored = ?, last_term = ?, folded = ? WHERE number = ?",
        lock.seq, lock.stored, lock.term, lock.folded, lock.number,
    )  # fmt: skip
    remember(raw, lock.number, lock.epoch, lock.fresh)


def _fixed(session: Session) -> Known:
    return memories.of(raw_connection(session).engine).fixed


def store_number(session: Session, store_id: UUID) -> int:
    """Return the short number of a store; raise NotFound where there is none of that id."""
    fixed = _fixed(session)
    number: int | None = fixed.get(store_id)
    if number is None:
        number = session.scalar(select(LrsStore.number).where(LrsStore.id == store_id))
        if number is None:
            raise NotFound(f"There is no record store {store_id}.")
        fixed[store_id] = number
    return number


def store_id_of(session: Session, number: int) -> UUID:
    """Return the id of a store, by its short number; raise NotFound where there is none."""
    fixed = _fixed(session)
    found: UUID | None = fixed.get(number)
    if found is None:
        found = session.scalar(select(LrsStore.id).where(LrsStore.number == number))
        if found is None:
            raise NotFound(f"There is no record store {number}.")
        fixed[number] = found
    return found


def default_store(session: Session) -> UUID:
    """Return the id of the installation's own store; the migration made its row, a database made otherwise gets it here."""
    fixed = _fixed(session)
    found: UUID | None = fixed.get(DEFAULT)
    if found is None:
        found = session.scalar(select(LrsStore.id).where(LrsStore.name == DEFAULT))
        if found is None:
            made = LrsStore(number=1, name=DEFAULT)
            session.add(made)
            session.flush()
            return made.id
        fixed[DEFAULT] = found
    return found


#: Numbers of stores fill an integer of 32 bits; the small ones belong to the installation.
_FIRST_DRAWN, _LAST_DRAWN = 1000, 2**31 - 1


def make_store(session: Session, name: str) -> UUID:
    """Make a store under a name that no other has; return its id."""
    # Drawn, not counted: two that are made at once would count to the same number.
    made = LrsStore(number=_FIRST_DRAWN + secrets.randbelow(_LAST_DRAWN - _FIRST_DRAWN), name=name)
    session.add(made)
    session.flush()
    return made.id


def consistent_through(raw: RawConnection, number: int, quiet: int = 0) -> int:
    """Return up to which moment (microseconds) all statements can be seen from now on.

    A writer holds the row until it commits, so `last_stored` is that of the last commit, and whoever comes later gets a later time.
    On PostgreSQL that is all that can be said: no snapshot proves that nobody writes, for the newest transaction at work is not in it.
    *quiet*: a moment before this transaction's first query at which nobody was writing, else 0 (see `quiet`).
    Raise NotFound where there is no store of that number.
    """
    row = raw.one("SELECT last_stored FROM lrs_store WHERE number = ?", number)
    if row is None:
        raise NotFound(f"There is no record store {number}.")
    return max(int(row[0]), quiet)


def stored_through(engine: Engine, number: int | None) -> int:
    """Return the moment (microseconds) for an answer that has asked the store nothing; *number* None: the installation's own store.

    0, which promises nothing, where the database is away. Also here it is the present moment where nobody writes: a client that is
    refused and waits for the moment to pass its own would wait for somebody else's statement otherwise.
    """
    work = StoreSession(engine)
    quiet = idle_since(engine)

    def read() -> int:
        return consistent_through(work.raw, number or store_number(work, default_store(work)), quiet)

    try:
        return run_in_transaction(work, read, write=False)
    except (DBAPIError, NotFound):
        return 0
