"""Rows that were replaced by later ones of their table, as an issue of a certificate is by its correction.

The later one travels first, so that an earlier one finds what it leads to, and says which ones it replaces: the other side may hold one
of those as the one that counts. The order of numbers says nothing of that, since they follow a clock that may have been set back.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table

from perille.sync.wire import Row


def latest_first(table: Table, rows: Sequence[Row]) -> list[Row]:
    """Return rows in an order in which each comes after the one that replaced it."""
    column = _column(table)
    if not column:
        return list(rows)
    later = {row["id"]: row[column] for row in rows}
    return sorted(rows, key=lambda row: len(_way(later, row["id"])))


def replaced(table: Table, rows: Sequence[Row]) -> dict[object, list[str]]:
    """Return number -> the numbers of the rows that it replaced, one after the other; nothing of tables that know no such thing."""
    column = _column(table)
    found = dict[object, list[str]]()
    later = {row["id"]: row[column] for row in rows} if column else {}
    for earlier in later:
        for number in _way(later, earlier):
            found.setdefault(number, []).append(str(earlier))
    return found


def _column(table: Table) -> str:
    """Return the column that leads to another row of the same table, "" where there is none."""
    return next((str(key.parent.name) for key in table.foreign_keys if key.column.table is table), "")


def _way(later: dict[object, object], number: object) -> list[object]:
    """Return the rows to which one leads, one after the other; a ring, which nothing here makes, ends where it began."""
    way: list[object] = []
    while (following := later.get(number)) is not None and following not in way and following in later:
        way.append(following)
        number = following
    return way
