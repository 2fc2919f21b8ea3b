"""Plain SQL on the transaction's own connection: the record store's hot path, one text for both databases.

The driver's cursor is used as it is: SQLAlchemy's execution costs ten times what SQLite needs for a small statement. Transactions stay
SQLAlchemy's: the connection is a session's or a `Work`'s, and a driver's error is raised as SQLAlchemy would raise it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction, scoped_session

from perille.database import Session

Row = Sequence[Any]
Acts = list[Callable[[], None]]
_KEPT, _COMMITTED, _ENDED = "perille_lrs_driver", "perille_lrs_committed", "perille_lrs_ended"


class Driver:
    """A transaction's connection, taking SQL with `?` for parameters. The SQL here is constant text, never a client's words."""

    __slots__ = ("_dialect", "_info", "_raw", "connection", "engine", "postgresql")

    def __init__(self, connection: Connection, info: dict[Any, Any]) -> None:
        self._raw: Any = connection.connection.dbapi_connection
        self._dialect = connection.dialect
        #: What belongs to the transaction and outlives this object.
        self._info = info
        self.connection = connection
        self.engine = connection.engine
        #: Whether this is PostgreSQL (the other one is SQLite).
        self.postgresql = connection.dialect.name == "postgresql"

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Run a query and return all rows."""
        rows: list[Row] = self._do(sql, values).fetchall()
        return rows

    def one(self, sql: str, *values: object) -> Row | None:
        """Run a query and return its first row."""
        row: Row | None = self._do(sql, values).fetchone()
        return row

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; returns how many rows it touched."""
        return int(self._do(sql, values).rowcount)

    def many(self, sql: str, rows: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for many rows; returns how many it touched."""
        if not rows:
            return 0
        if len(rows) == 1:
            return int(self._do(sql, rows[0]).rowcount)
        return int(self._do(sql, rows, many=True).rowcount)

    def _do(self, sql: str, values: Sequence[object], *, many: bool = False) -> Any:
        cursor = self._raw.cursor()
        text = _percent(sql) if self.postgresql else sql
        try:
            if many:
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values)
        except Exception as error:
            dbapi_error = self._dialect.loaded_dbapi.Error
            if not isinstance(error, dbapi_error):
                raise
            raise DBAPIError.instance(sql, None, error, dbapi_error, dialect=self._dialect) from error
        return cursor

    def when_committed(self, act: Callable[[], None]) -> None:
        """Run *act* once the transaction is committed; never if it is rolled back."""
        self._info.setdefault(_COMMITTED, []).append(act)

    def when_ended(self, act: Callable[[], None]) -> None:
        """Run *act* when the transaction has ended, either way."""
        self._info.setdefault(_ENDED, []).append(act)


def _settle(info: dict[Any, Any], *, committed: bool) -> None:
    """Run what waited for the end of a transaction."""
    acts: Acts = info.pop(_COMMITTED, [])
    for act in [*(acts if committed else ()), *info.pop(_ENDED, ())]:
        act()


class _Transaction:
    """What a `Work` holds; called, it makes the session. A thing apart, so that a `Work` is gone when nobody refers to it any more."""

    __slots__ = ("engine", "info", "opened")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.info: dict[Any, Any] = {}
        self.opened: Driver | None = None

    def driver(self) -> Driver:
        if self.opened is None:
            connection = self.engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
            self.opened = Driver(connection, self.info)
        return self.opened

    def __call__(self) -> OrmSession:
        driver = self.driver()
        return OrmSession(bind=driver.connection, info={_KEPT: driver})


class Work(scoped_session[Any]):
    """A transaction of the store's own door. The store needs its driver alone; a session is made of it when a listener asks for one.

    Making a session and going through its states costs as much as storing a statement.
    """

    def __init__(self, engine: Engine) -> None:
        self._held = _Transaction(engine)
        super().__init__(self._held)  # type: ignore[arg-type]  # anything that makes a session will do

    @property
    def driver(self) -> Driver:
        """The driver; the first call begins the transaction."""
        return self._held.driver()

    def commit(self) -> None:
        """Commit what was done, the session's part too."""
        driver = self._held.opened
        if driver is not None:
            if self.registry.has():
                self.registry().flush()
            driver.connection.commit()
            self._end(committed=True)

    def rollback(self) -> None:
        """Undo what was done."""
        self._end(committed=False)

    def _end(self, *, committed: bool) -> None:
        driver, self._held.opened = self._held.opened, None
        try:
            if self.registry.has():
                self.remove()
            if driver is not None:
                driver.connection.close()
        finally:
            _settle(self._held.info, committed=committed)


def driver_of(session: Session) -> Driver:
    """Return the driver of a session or a `Work`, one for each transaction; the first call begins the transaction."""
    if isinstance(session, Work):
        return session.driver
    real = session if isinstance(session, OrmSession) else session()
    driver: Driver | None = real.info.get(_KEPT)
    if driver is None:
        driver = real.info[_KEPT] = Driver(real.connection(), real.info)
    return driver


@event.listens_for(OrmSession, "after_commit")
def _committed(session: OrmSession) -> None:
    if not session.in_nested_transaction():
        _settle(session.info, committed=True)


@event.listens_for(OrmSession, "after_soft_rollback")
def _undone(session: OrmSession, previous: SessionTransaction) -> None:
    # What only a savepoint undid may have been among what was to be remembered: nothing of it is.
    session.info.pop(_COMMITTED, None)
    if previous.parent is None:
        _settle(session.info, committed=False)


@event.listens_for(OrmSession, "after_transaction_end")
def _transaction_ended(session: OrmSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_KEPT, None)
        _settle(session.info, committed=False)


@lru_cache(maxsize=512)
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def marks(values: Iterable[object]) -> str:
    """Return `?,?,?`, one for each value: for an IN list."""
    return ",".join("?" for _ in values)
