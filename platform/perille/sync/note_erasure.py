"""Who is erased leaves no note of what both sides agreed on about them, nor of the codes on paper that were carried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select

from perille.core.database import Session
from perille.sync import codes
from perille.sync.models import SyncBase
from perille.sync.scope import carried_tables, table_of
from perille.sync.statements import TABLE
from perille.sync.wire import base_key, key_of


def forget_notes(session: Session, learners: Sequence[UUID]) -> None:
    """Delete what is noted of the rows of one person, while these are still there to say under what it is."""
    if session.scalar(select(SyncBase.key).limit(1)) is None:
        return
    keys = [base_key(each) for each in _keys(session, learners)]
    for at in range(0, len(keys), 500):
        session.execute(delete(SyncBase).where(SyncBase.key.in_(keys[at : at + 500])))


def _keys(session: Session, learners: Sequence[UUID]) -> Iterator[str]:
    yield from (f"{codes.TABLE} {each}" for each in learners)
    found = dict[str, Select[Any]]()
    for name, carried in carried_tables().items():
        table = table_of(carried)
        where = table.c.id.in_(learners) if name == "learner" else _hangs_on(table, found)
        if where is None:
            continue
        if "id" in table.c:
            found[name] = select(table.c.id).where(where)
        for row in session.execute(select(table).where(where)).mappings():
            yield key_of(table, dict(row))
            if name == "enrolment":
                yield f"{TABLE} {row['registration']}"


def _hangs_on(table: Table, found: dict[str, Select[Any]]) -> ColumnElement[bool] | None:
    """Return which rows of a table hang on rows that were found; None where none can."""
    ways = [
        key.parent.in_(found[key.column.table.name]) for key in table.foreign_keys if key.column.table.name in found
    ]
    return or_(*ways) if ways else None
