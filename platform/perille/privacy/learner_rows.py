"""Everything that the tables keep of one learner, found by the tables' own foreign keys: what a feature adds later is found too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Table,
    TypeDecorator,
    Uuid,
    and_,
    delete,
    false,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError

from perille.core.database import Session
from perille.core.tables import PLUGIN, known_tables
from perille.core.type_aliases import JsonObject, RowValues
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Enrolment, Learner
from perille.people.models import Account

Rows = dict[str, list[JsonObject]]
LEARNER, ACCOUNT = Learner.__tablename__, Account.__tablename__
#: Tables of the floors below know no enrolment; they name its registration.
REGISTRATION = "registration"


def delete_of_plugins(session: Session, rows: Rows) -> None:
    """Delete those of some rows that are in tables of plugins."""
    for table in reversed(known_tables(session)):
        if PLUGIN in table.info:
            for row in rows.get(table.name, ()):
                session.execute(delete(table).where(*(column == row[column.name] for column in table.primary_key)))


def rows_of(session: Session, learner_id: UUID) -> Rows:
    """Return the learner's row and all rows that hang on it, directly or by others, by the name of their table.

    With the rows of who was merged into the learner.
    """
    person = [learner_id, *(each.id for each in merged_into(session, learner_id))]
    tables = known_tables(session)
    found = _from(session, tables, LEARNER, person)
    numbers = [row[REGISTRATION] for row in found.get(Enrolment.__tablename__, ())]
    for table in tables:
        if REGISTRATION in table.c and table.name not in found:
            _add(session, found, table, table.c[REGISTRATION].in_(numbers))
    return found


def account_rows_of(session: Session, account_id: UUID) -> Rows:
    """Return an account's row and all rows that hang on it. What is kept of its learner is in `rows_of`."""
    return _from(session, known_tables(session), ACCOUNT, [account_id])


def _from(session: Session, tables: Sequence[Table], start: str, ids: Sequence[UUID]) -> Rows:
    found: Rows = {}
    for table in tables:
        where = table.c.id.in_(ids) if table.name == start else _hanging_on(table, found)
        _add(session, found, table, where)
    return found


def _hanging_on(table: Table, found: Rows) -> ColumnElement[bool]:
    """Return which rows of a table refer to rows that were found."""
    ways = [
        key.parent.in_([row[key.column.name] for row in found[key.column.table.name]])
        for key in table.foreign_keys
        if key.column.table.name in found
    ]
    return or_(false(), *ways)


def _add(session: Session, found: Rows, table: Table, where: ColumnElement[bool]) -> None:
    rows = [dict(row._mapping) for row in session.execute(select(table).where(where))]
    if rows:
        found[table.name] = rows


def put_back(session: Session, rows: Rows) -> int:
    """Insert rows that are not there, in the order of the foreign keys; return how many could not be: what came since goes before."""
    refused = 0
    for table in known_tables(session):
        for row in rows.get(table.name, ()):
            values = {name: _value(table, name, value) for name, value in row.items() if name in table.c}
            key = and_(*(column == values[column.name] for column in table.primary_key))
            if session.execute(select(table).where(key)).first() is None:
                refused += not _inserted(session, table, values)
    return refused


def _inserted(session: Session, table: Table, values: RowValues) -> bool:
    try:
        with session.begin_nested():
            session.execute(table.insert().values(**values))
    except IntegrityError:
        return False
    return True


def _value(table: Table, name: str, value: object) -> object:
    """Return a value as its column takes it: identifiers and days come back from the archive as text."""
    kind = table.c[name].type
    kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(value, str) and isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(value, str) and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    return value
