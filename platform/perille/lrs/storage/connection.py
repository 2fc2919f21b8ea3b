"""Plain SQL on the transaction's own connection: the record store's hot path, one text for both databases.

The driver's cursor is used as it is: SQLAlchemy's execution costs ten times what SQLite needs for a small statement. Transactions stay
SQLAlchemy's: the connection is a session's or a `StoreSession`'s, and a driver's error is raised as SQLAlchemy would raise it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import SessionTransaction, scoped_session

from perille.core.database import Session, acquire_writer_lock, begin_transaction

T = TypeVar("T")
Row = Sequence[Any]
#: What SQLAlchemy lets others note at a connection.
_Info = dict[Any, Any]
Acts = list[Callable[[], None]]
#: Values in one list of a query.
_AT_ONCE = 500
_KEPT, _COMMITTED, _ENDED = "perille_lrs_driver", "perille_lrs_committed", "perille_lrs_ended"


class Insert:
    """An INSERT of many rows: row by row on SQLite, by arrays on PostgreSQL, where to send a row costs more than to store it."""

    __slots__ = ("by_arrays", "by_rows")

    def __init__(self, table: str, columns: dict[str, str], conflict: str = "") -> None:
        into = f"INSERT INTO {table} ({', '.join(columns)})"
        arrays = ", ".join(f"?::{kind}[]" for kind in columns.values())
        self.by_rows = f"{into} VALUES ({marks(columns)}) {conflict}"
        self.by_arrays = f"{into} SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608 - constants


class RawConnection:
    """A transaction's connection, taking SQL with `?` for parameters. The SQL here is constant text, never a client's words."""

    __slots__ = ("_dialect", "_info", "_raw", "engine", "postgresql")

    def __init__(self, engine: Engine, raw: Any, info: _Info) -> None:
        self._raw = raw
        self._dialect = engine.dialect
        #: What belongs to the transaction and outlives this object.
        self._info = info
        self.engine = engine
        #: Whether this is PostgreSQL (the other one is SQLite).
        self.postgresql = engine.dialect.name == "postgresql"

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

    def insert(self, how: Insert, rows: Sequence[tuple[object, ...]]) -> int:
        """Insert rows; returns how many went in."""
        if not self.postgresql or len(rows) < 2:
            return self.many(how.by_rows, rows)
        return self.run(how.by_arrays, *(list(column) for column in zip(*rows, strict=True)))

    def _do(self, sql: str, values: Sequence[object], *, many: bool = False) -> Any:
        cursor = self._raw.cursor()
        text = _percent(sql) if self.postgresql else sql
        try:
            if many:
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values)
        except Exception as error:
            raise self._known(sql, error) from error
        return cursor

    def _known(self, sql: str, error: Exception) -> Exception:
        """Return a driver's error as SQLAlchemy raises it."""
        dbapi_error = self._dialect.loaded_dbapi.Error
        if not isinstance(error, dbapi_error):
            return error
        return DBAPIError.instance(sql, None, error, dbapi_error, dialect=self._dialect)

    def commit(self) -> None:
        """Commit the transaction; for whoever has begun it on this connection."""
        try:
            self._raw.commit()
        except Exception as error:
            raise self._known("COMMIT", error) from error

    def when_committed(self, act: Callable[[], None]) -> None:
        """Run *act* once the transaction is committed; never if it is rolled back."""
        self._info.setdefault(_COMMITTED, []).append(act)

    def when_ended(self, act: Callable[[], None]) -> None:
        """Run *act* when the transaction has ended, either way."""
        self._info.setdefault(_ENDED, []).append(act)


def _settle(info: _Info, *, committed: bool) -> None:
    """Run what waited for the end of a transaction."""
    acts: Acts = info.pop(_COMMITTED, [])
    for act in [*(acts if committed else ()), *info.pop(_ENDED, ())]:
        act()


class _Transaction:
    """Make the session of a `StoreSession` at its first use.

    A class apart, so that a `StoreSession` is freed with its last reference.
    """

    __slots__ = ("connection", "raw", "engine", "info", "pooled")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.info: _Info = {}
        self.raw: RawConnection | None = None
        self.pooled: PoolProxiedConnection | None = None
        self.connection: Connection | None = None

    def begun(self) -> RawConnection:
        if self.raw is None:
            acquire_writer_lock(self.engine.dialect)
            self.pooled = _connect(self.engine)
            try:
                begin_transaction(self.engine.dialect, self.pooled.dbapi_connection)
            except BaseException:
                self.pooled.close()
                raise
            self.raw = RawConnection(self.engine, self.pooled.dbapi_connection, self.info)
        return self.raw

    def __call__(self) -> OrmSession:
        raw = self.begun()
        # SQLAlchemy's connection over the one that is open; to begin on it is to note that it has begun.
        self.connection = Connection(self.engine, connection=self.pooled)
        self.connection.begin()
        return OrmSession(bind=self.connection, info={_KEPT: raw})

    def release(self) -> None:
        """Give the connection back; what is not committed is undone."""
        held, pooled = self.connection or self.pooled, self.pooled
        self.connection = self.pooled = self.raw = None
        if pooled is not None and getattr(pooled.dbapi_connection, "closed", False):
            # The database has gone away: to roll back on it would be one more fault, and one more line in the log.
            if isinstance(held, Connection):
                held.invalidate()
            else:
                pooled.invalidate()
        if held is not None:
            held.close()


def _connect(engine: Engine) -> PoolProxiedConnection:
    """Take a connection; what the driver complains of is raised as SQLAlchemy raises it."""
    dialect: Any = engine.dialect
    try:
        return engine.raw_connection()
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance("CONNECT", None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


class StoreSession(scoped_session[Any]):
    """A transaction of the record store's middleware. It needs the driver alone; a session is made when a listener asks for one.

    Making a session and a connection of SQLAlchemy's, and going through their states, costs as much as storing a statement.
    """

    def __init__(self, engine: Engine) -> None:
        self._held = _Transaction(engine)
        super().__init__(self._held)  # type: ignore[arg-type]  # anything that makes a session will do

    @property
    def raw(self) -> RawConnection:
        """The driver; the first call begins the transaction."""
        return self._held.raw or self._held.begun()

    def commit(self) -> None:
        """Commit what was done, the session's part too."""
        held = self._held
        if held.raw is None:
            return
        if held.connection is not None:
            self.registry().flush()
            held.connection.commit()
        else:
            held.raw.commit()
        self._end(committed=True)

    def rollback(self) -> None:
        """Undo what was done."""
        self._end(committed=False)

    def _end(self, *, committed: bool) -> None:
        try:
            if self._held.connection is not None:
                self.remove()
            self._held.release()
        finally:
            _settle(self._held.info, committed=committed)


def raw_connection(session: Session) -> RawConnection:
    """Return the driver of a session or a `StoreSession`, one for each transaction; the first call begins the transaction."""
    if isinstance(session, StoreSession):
        return session.raw
    real = session if isinstance(session, OrmSession) else session()
    raw: RawConnection | None = real.info.get(_KEPT)
    if raw is None:
        connection = real.connection()
        raw = RawConnection(connection.engine, connection.connection.dbapi_connection, real.info)
        real.info[_KEPT] = raw
    return raw


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


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield values a few hundred at a time: a query takes 65,535 parameters on PostgreSQL, on SQLite as many as it was built for."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
