"""Plain SQL through the session's own connection: the record store's hot path, one text for both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from perille.database import Session

Row = Sequence[Any]


class Driver:
    """The session's connection, taking SQL with `?` for parameters. The SQL here is constant text, never a client's words."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        #: Whether this is PostgreSQL (the other one is SQLite).
        self.postgresql = self._connection.dialect.name == "postgresql"
        self.engine = self._connection.engine

    def rows(self, sql: str, *values: object) -> Sequence[Row]:
        """Run a query and return all rows."""
        return self._connection.exec_driver_sql(self._dialect(sql), values).fetchall()

    def one(self, sql: str, *values: object) -> Row | None:
        """Run a query and return its first row."""
        return self._connection.exec_driver_sql(self._dialect(sql), values).fetchone()

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; returns how many rows it touched."""
        return self._connection.exec_driver_sql(self._dialect(sql), values).rowcount

    def many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for many rows; returns how many it touched."""
        if not rows:
            return 0
        return self._connection.exec_driver_sql(self._dialect(sql), list(rows)).rowcount

    def _dialect(self, sql: str) -> str:
        return _percent(sql) if self.postgresql else sql


@lru_cache(maxsize=512)
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def marks(values: Iterable[object]) -> str:
    """Return `?,?,?`, one for each value, rounded up by none: for an IN list."""
    return ",".join("?" for _ in values)
