"""Rows for every table of a database, made from what the database tells of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, MetaData, Table, Uuid, inspect, select
from sqlalchemy.types import BigInteger, Boolean, Date, DateTime, Float, Integer, LargeBinary, Numeric

#: Tables that hold one row at most.
_SINGLE = frozenset({"installation", "retention_state", "sync_office"})
_SKIPPED = "alembic_version"
Row = tuple[Any, ...]


def tables_of(connection: Connection, without: Collection[str] = ()) -> dict[str, Table]:
    """Return the tables of a database as they are now, but those of *without*, the ones that are referred to first."""
    metadata, left_out = MetaData(), {_SKIPPED, *without}
    metadata.reflect(connection, only=lambda name, _metadata: name not in left_out)  # and what these refer to
    return {table.name: table for table in metadata.sorted_tables if table.name not in left_out}


def fill(connection: Connection, *, offset: int = 100, without: Collection[str] = ()) -> None:
    """Add two rows to each table but those of *without*: in one every column has a value, in the other what may be absent is.

    *offset* tells the rows of one call from those of another.
    """
    for name, table in tables_of(connection, without).items():
        checks = [str(check["sqltext"]) for check in inspect(connection).get_check_constraints(name)]
        if name not in _SINGLE:
            for index in (1, 2):
                connection.execute(table.insert(), _row(connection, table, index + offset, checks, sparse=index == 2))
        elif not connection.execute(select(table)).all():
            connection.execute(table.insert(), _row(connection, table, 1, checks, sparse=False))


def _row(connection: Connection, table: Table, index: int, checks: list[str], *, sparse: bool) -> dict[str, Any]:
    return {
        column.name: None if sparse and column.nullable else _value(connection, column, index, checks)
        for column in table.columns
    }


def _value(connection: Connection, column: Column[Any], index: int, checks: list[str]) -> Any:
    if column.primary_key and column.table.name in _SINGLE:
        return 1
    for key in column.foreign_keys:
        # The newest rows: each new row refers to a new one.
        found = connection.scalars(select(key.column).order_by(key.column)).all()
        if [column.name] in (
            each["column_names"] for each in inspect(connection).get_unique_constraints(column.table.name)
        ):
            taken = set(connection.scalars(select(column)))
            return next(each for each in found if each not in taken)
        if key.column.table is column.table and len(found) < 2:
            return None  # it refers to rows of its own table, of which there are none yet
        return found[-1 if index % 2 else -2]
    if any(re.search(rf"\b{column.name} > [a-z_]", check) for check in checks):
        return _plain_value(column, index) + timedelta(hours=1)  # a time after that of another column
    for check in checks:
        if match := re.search(rf"\b{column.name}\b[^']*'([^']+)'", check):
            return match[1]
    return _plain_value(column, index)


def _plain_value(column: Column[Any], index: int) -> Any:
    kind = column.type
    length = getattr(kind, "length", None)
    if isinstance(kind, Uuid):
        return UUID(int=index)
    if isinstance(kind, Boolean):
        return bool(index % 2)
    if isinstance(kind, BigInteger | Integer):
        return index
    if isinstance(kind, Float | Numeric):
        return 0.25 + index / 1000
    if isinstance(kind, DateTime):
        return datetime(2026, 11, 26, 9, index % 60, tzinfo=UTC if getattr(kind, "timezone", False) else None)
    if isinstance(kind, Date):
        return date(2026, 11, 1 + index % 28)
    if isinstance(kind, LargeBinary):
        return bytes([index % 256, 0, 255]) * 4
    if isinstance(kind, JSON):
        return {"said": ["صلاح", index]}
    # SQLite keeps a UUID as 32 letters.
    return f"{index:032x}" if length == 32 else f"{column.name[:8]} ك{index}"[-(length or 200) :]


def rows_of(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables as the driver gives them, in an order that depends on the values alone."""
    found = {}
    for name in inspect(connection).get_table_names():
        if name != _SKIPPED:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()
            found[name] = sorted((dict(row) for row in rows), key=repr)
    return found
