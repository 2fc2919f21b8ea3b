"""The turn of writers in this process: one writes at a time where the database bears no more, and learners go before programs.

A program's batch takes tens of milliseconds, a learner's answer one. So programs stand in a queue of their own, of which one at a time
asks for the lock, and only while no learner waits for it: a learner waits for the one transaction that is under way.
"""

from __future__ import annotations

import os
import threading
import time
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlalchemy import Dialect, Engine

#: Seconds that a learner's request waits for its turn, and a program's.
TIMEOUT, PROGRAM_TIMEOUT = 10.0, 5.0
#: Seconds after which a program takes a turn though learners wait, so that it does not wait for ever.
PATIENCE = 1.0


class WriterLock:
    """A lock with two kinds of holders. Whoever acquires it releases it, in the same thread."""

    def __init__(self, *, timeout: float = TIMEOUT, program_timeout: float = PROGRAM_TIMEOUT) -> None:
        self._timeout, self._program_timeout = timeout, program_timeout
        self._lock = threading.Lock()
        #: Held by the one program that has the lock or asks for it.
        self._gate = threading.Lock()
        self._condition = threading.Condition()
        self._learners = 0
        #: How often a writer had to wait since the process began, and for how many seconds in all.
        self.waits, self.waited = 0, 0.0

    @property
    def learners_waiting(self) -> int:
        """How many learners' writes wait for the lock."""
        return self._learners

    @property
    def is_busy(self) -> bool:
        """Whether somebody writes or waits to."""
        return self._lock.locked() or self._gate.locked()

    def acquire(self) -> bool:
        """Take the lock for a learner's write; return False when it was not free in time."""
        if self._lock.acquire(blocking=False):
            return True
        began = time.monotonic()
        # Counted before it waits: from now on no program asks for the lock, so only the transaction under way is ahead.
        with self._condition:
            self._learners += 1
        try:
            return self._lock.acquire(timeout=self._timeout)
        finally:
            with self._condition:
                self._count_wait(began)
                self._learners -= 1
                if not self._learners:
                    self._condition.notify_all()

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def enter(self) -> bool:
        """Begin a program's turn: no other program of this process writes until `leave`. Return False when it took too long."""
        return self._gate.acquire(timeout=self._program_timeout)

    def leave(self) -> None:
        """End a program's turn."""
        self._gate.release()

    def acquire_as_program(self) -> bool:
        """Take the lock inside a program's turn, once no learner waits for it; return False when it was not free in time."""
        deadline = time.monotonic() + self._program_timeout
        if self._learners:
            with self._condition:
                self._condition.wait_for(lambda: not self._learners, min(PATIENCE, self._program_timeout))
        if self._lock.acquire(blocking=False):
            return True
        began = time.monotonic()
        try:
            return self._lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
        finally:
            with self._condition:
                self._count_wait(began)

    def _count_wait(self, began: float) -> None:
        self.waits += 1
        self.waited += time.monotonic() - began


_locks: WeakKeyDictionary[Dialect, WriterLock] = WeakKeyDictionary()
#: SQLite's locks by file: two engines on one file are one database.
_by_file: WeakValueDictionary[str, WriterLock] = WeakValueDictionary()
#: Makes a lock.
_new_lock = WriterLock


def share_writer_lock(engine: Engine) -> None:
    """Give an engine the lock of its database: that of every other engine of this process on the same SQLite file, else its own."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        _locks.setdefault(engine.dialect, _new_lock())
        return
    _locks[engine.dialect] = _by_file.setdefault(os.path.realpath(path), _new_lock())


def writer_lock_of(dialect: Dialect) -> WriterLock:
    """Return the lock of the database that *dialect* speaks to; each engine has a dialect of its own."""
    found = _locks.get(dialect)
    return _locks.setdefault(dialect, _new_lock()) if found is None else found
