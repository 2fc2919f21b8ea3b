"""Database ground: base class, times, row ids, and the one place where a request's work is committed.

SQLite needs care to serve many threads: the driver's own transactions are switched off, readers begin deferred, writers begin
immediate under one lock of the process, so that nobody loses an update and nobody meets "database is locked".
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.orm import Session as OrmSession

from perille.core.private_file import create_private_file
from perille.core.wal import WAL_LIMIT, sync_commits, wait_for_disk
from perille.core.writer_lock import WriterLock, share_writer_lock, writer_lock_of

T = TypeVar("T")
#: A session, or a thread's own one. Any: scoped_session takes no subclass for its class, and Flask's session is a subclass.
Session = OrmSession | scoped_session[Any]

#: How often the work of one request is tried before a passing fault becomes an error.
TRIES = 3
#: SQLSTATE of PostgreSQL: serialization failure, deadlock detected, lock not available, and unique violation. Of two presses that come at
#: once, the later one sees the row of the first only when both have written it (SQLite lets one write at a time): run again, it finds it.
_PASSING_STATES = frozenset({"40001", "40P01", "55P03", "23505"})

#: Milliseconds that a statement of PostgreSQL waits for a row that another transaction holds.
LOCK_TIMEOUT = 5000

_writing: ContextVar[bool] = ContextVar("perille_writing", default=False)
#: Whether a program writes, and no learner: it waits for learners, and not for long.
_program: ContextVar[bool] = ContextVar("perille_program", default=False)
_held = threading.local()


class LockTimeout(DBAPIError):
    """Nobody let this transaction write in time. It is not tried again: whoever asked is told when to come back."""

    def __init__(self) -> None:
        super().__init__("BEGIN IMMEDIATE", None, _BusyCause("other writers took too long"))


class _BusyCause(Exception):
    """What lies under a `LockTimeout`, as a driver would name it."""

    sqlite_errorname = "SQLITE_BUSY"


class Base(DeclarativeBase):
    """Base of all models; constraint names are fixed so that migrations can name them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite would give back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raise ValueError for a naive time: its zone would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without a zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utcnow() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def uuid7() -> uuid.UUID:
    """Make a UUIDv7 (RFC 9562 5.7): milliseconds first, so that new rows lie side by side in an index."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (noise >> 68) << 64 | 0b10 << 62 | noise & (1 << 62) - 1
    return uuid.UUID(int=value)


def made_at(number: uuid.UUID) -> datetime:
    """Return when a UUIDv7 was made, to the millisecond.

    >>> made_at(uuid.UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).isoformat()
    '2022-02-22T19:22:22+00:00'
    """
    return datetime.fromtimestamp((number.int >> 80) / 1000, UTC)


def prepare_engine(engine: Engine, *, durable: bool = False) -> None:
    """Give an engine the transaction settings of its database.

    *durable*: on SQLite, a write returns only when it is on the disk (see `perille.core.wal`). PostgreSQL has a setting of its own.
    """
    share_writer_lock(engine)
    if engine.dialect.name == "sqlite":
        if durable:
            sync_commits(engine)
        event.listen(engine, "do_connect", _create_private_file)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)


def _create_private_file(_dialect: Dialect, _record: object, arguments: Sequence[Any], _parameters: object) -> None:
    if not os.path.isabs(arguments[0]):  # a URI or memory
        return
    with suppress(OSError):  # connecting will name the fault
        create_private_file(arguments[0])


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        # Read as memory: where a call to the system is dear, a search of a thousand rows takes a tenth. Written as before.
        "mmap_size=1073741824",
        "journal_mode=WAL",
        "secure_delete=ON",  # what is deleted is overwritten, and not only forgotten
        "synchronous=NORMAL",
        f"wal_autocheckpoint={WAL_LIMIT // 4096}",  # pages
        f"journal_size_limit={WAL_LIMIT}",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    begin_transaction(connection.dialect, connection.connection.dbapi_connection)


def begin_transaction(dialect: Dialect, raw: Any) -> None:
    """Begin a transaction on a driver's own connection, in the manner of its database; not where one has begun.

    The word is given to the driver: SQLAlchemy's execution of it costs five times what it does.
    """
    if dialect.name != "sqlite" or raw.in_transaction:
        return
    acquire_writer_lock(dialect)
    word = "BEGIN IMMEDIATE" if _writing.get() else "BEGIN"
    try:
        raw.execute(word)
    except sqlite3.Error as error:
        raise DBAPIError.instance(word, None, error, sqlite3.Error, dialect=dialect) from error


def acquire_writer_lock(dialect: Dialect) -> None:
    """Wait until no other thread writes, where this one is about to and the database bears one writer: `run_in_transaction` ends it.

    A transaction's beginning does this. Who does it before taking a connection takes the one that has just written, whose pages are
    in memory. On any database the programs of this process write one after another: a learner waits for one of them at most.
    Raise LockTimeout when it takes too long.
    """
    if not _writing.get():
        return
    lock = writer_lock_of(dialect)
    if _program.get() and getattr(_held, "turn", None) is None:
        if not lock.enter():
            raise LockTimeout
        _held.turn = lock
    if dialect.name == "sqlite" and getattr(_held, "lock", None) is None:
        if not (lock.acquire_as_program() if _program.get() else lock.acquire()):
            raise LockTimeout
        _held.lock = lock
        _held.dialect = dialect


@contextmanager
def begin_writing() -> Iterator[None]:
    """Let a transaction that begins inside take the write lock at once; the lock ends with the block."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _give_writer_lock()
        _writing.reset(token)


@contextmanager
def begin_reading() -> Iterator[None]:
    """Let a connection that is opened inside only read, also while this thread's own transaction writes: it must not wait for itself."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def writers_at_work(dialect: Dialect) -> bool:
    """Tell whether another thread of this process writes, or waits to: what can be left undone is not worth a place behind it."""
    return writer_lock_of(dialect).is_busy


def _give_writer_lock() -> None:
    lock: WriterLock | None = getattr(_held, "lock", None)
    if lock is not None:
        _held.lock = _held.dialect = None
        lock.release()
    turn: WriterLock | None = getattr(_held, "turn", None)
    if turn is not None:
        _held.turn = None
        turn.leave()


@contextmanager
def _transaction(session: Session, *, write: bool, program: bool) -> Iterator[None]:
    """Commit what happens inside, or roll all of it back; the lock is taken by the first query, not before."""
    token, program_token = _writing.set(write), _program.set(program)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        written = getattr(_held, "dialect", None)
        _give_writer_lock()
        _program.reset(program_token)
        _writing.reset(token)
    if written is not None:
        # After the lock is free: the next one writes while this one waits for the disk.
        wait_for_disk(written)


def run_in_transaction(session: Session, work: Callable[[], T], *, write: bool, program: bool = False) -> T:
    """Run *work* and commit once; run it again when the database was busy, at most `TRIES` times.

    So *work* must have no effect outside the database: what it must do elsewhere goes through an outbox. *program*: nobody sits in front
    of it, so that learners' writes go first. Raise LockTimeout where others do not let it write in time.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with _transaction(session, write=write, program=program):
                return work()
        except DBAPIError as error:
            if attempt == TRIES or not is_transient(error) or _has_waited(error):
                raise
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


def _has_waited(error: DBAPIError) -> bool:
    """Tell whether an error came after a long wait for other writers."""
    return isinstance(error, LockTimeout) or getattr(error.orig, "sqlstate", None) == "55P03"


def is_transient(error: DBAPIError) -> bool:
    """Tell whether the same work may succeed if it is tried again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _PASSING_STATES
    return getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
