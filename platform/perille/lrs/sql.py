"""Plain SQL through the session's own connection: the record store's hot path, one text for both databases.

The driver's cursor is used as it is: SQLAlchemy's execution costs ten times what SQLite needs for a small statement. Transactions stay
SQLAlchemy's: the connection is the session's, and a driver's error is raised as SQLAlchemy would raise it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from perille.database import Session

Row = Sequence[Any]
_KEPT = "perille_lrs_driver"


class Driver:
    """The session's connection, taking SQL with `?` for parameters. The SQL here is constant text, never a client's words."""

    __slots__ = ("_dialect", "_raw", "engine", "postgresql", "session")

    def __init__(self, session: OrmSession) -> None:
        connection = session.connection()
        self._raw: Any = connection.connection.dbapi_connection
        self._dialect = connection.dialect
        self.session = session
        self.engine = connection.engine
        #: Whether this is PostgreSQL (the other one is SQLite).
        self.postgresql = connection.dialect.name == "postgresql"

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Run a query and return all rows."""
        rows: list[Row] = self._do(lambda cursor, text: cursor.execute(text, values), sql).fetchall()
        return rows

    def one(self, sql: str, *values: object) -> Row | None:
        """Run a query and return its first row."""
        row: Row | None = self._do(lambda cursor, text: cursor.execute(text, values), sql).fetchone()
        return row

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; returns how many rows it touched."""
        return int(self._do(lambda cursor, text: cursor.execute(text, values), sql).rowcount)

    def many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for many rows; returns how many it touched."""
        if not rows:
            return 0
        return int(self._do(lambda cursor, text: cursor.executemany(text, rows), sql).rowcount)

    def _do(self, work: Callable[[Any, str], object], sql: str) -> Any:
        cursor = self._raw.cursor()
        try:
            work(cursor, _percent(sql) if self.postgresql else sql)
        except Exception as error:
            dbapi_error = self._dialect.loaded_dbapi.Error
            if not isinstance(error, dbapi_error):
                raise
            raise DBAPIError.instance(sql, None, error, dbapi_error, dialect=self._dialect) from error
        return cursor


def driver_of(session: Session) -> Driver:
    """Return the session's driver, one for each transaction; the first call begins the transaction."""
    real = session if isinstance(session, OrmSession) else session()
    driver = real.info.get(_KEPT)
    if driver is None:
        driver = real.info[_KEPT] = Driver(real)
    return driver


@event.listens_for(OrmSession, "after_transaction_end")
def _transaction_ended(session: OrmSession, _transaction: object) -> None:
    session.info.pop(_KEPT, None)


@lru_cache(maxsize=512)
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def marks(values: Iterable[object]) -> str:
    """Return `?,?,?`, one for each value: for an IN list."""
    return ",".join("?" for _ in values)
