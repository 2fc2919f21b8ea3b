"""A store that is emptied for good, some rows at a time: one with a million statements would keep all others from writing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Table, delete, exists, or_, select, tuple_, update

from perille.core.database import Base, Session
from perille.lrs.clients import forget_clients
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import lock_store, store_number
from perille.lrs.storage.models import LrsStore

#: Rows of each table that one transaction takes.
ROWS = 2000


def empty_store(session: Session, store_id: UUID) -> bool:
    """Delete up to `ROWS` rows of each table of a closed store, its clients too; return whether it is empty now.

    Raise NotFound for none.
    """
    number = store_number(session, store_id)
    lock_store(raw_connection(session), number)
    most = max([_delete_some(session, table, number) for table in _tables()])
    if most < ROWS:
        nothing = {"last_seq": 0, "last_stored": 0, "last_term": 0, "folded": 0, "epoch": LrsStore.epoch + 1}
        session.execute(update(LrsStore).where(LrsStore.number == number).values(nothing))
    forget_clients(session)
    return most < ROWS


def holds_rows() -> ColumnElement[bool]:
    """Return which stores hold something: not `last_term` alone, as clients and what they were refused have no term."""
    some = [exists().where(table.c.store_id == LrsStore.number) for table in _tables()]
    return or_(LrsStore.last_term > 0, *some)


def _tables() -> list[Table]:
    """Return the tables whose rows belong to a store: those that say its number."""
    tables = Base.metadata.sorted_tables
    return [each for each in tables if "store_id" in each.c and isinstance(each.c.store_id.type, Integer)]


def _delete_some(session: Session, table: Table, number: int) -> int:
    same = table.alias()
    some = select(*(same.c[key.name] for key in table.primary_key)).where(same.c.store_id == number).limit(ROWS)
    gone = delete(table).where(tuple_(*table.primary_key).in_(some)).returning(table.c.store_id)
    return len(session.execute(gone).all())
