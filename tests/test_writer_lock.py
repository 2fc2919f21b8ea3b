"""Who writes next: a learner before the programs that wait, one program at a time, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from perille.core import database, writer_lock
from perille.core.database import LockTimeout, prepare_engine, run_in_transaction
from perille.core.writer_lock import WriterLock, writer_lock_of

LONG = 30.0


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something that another thread is about to do is done."""
    pause = threading.Event()
    for _ in range(int(LONG * 1000)):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("it did not come to that")


def test_a_learner_writes_before_the_programs_that_came_first() -> None:
    lock, order = WriterLock(), list[str]()
    assert lock.enter()
    assert lock.acquire_as_program()

    def program(name: str) -> None:
        assert lock.enter()
        assert lock.acquire_as_program()
        order.append(name)
        lock.release()
        lock.leave()

    def learner() -> None:
        assert lock.acquire()
        order.append("learner")
        lock.release()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(program, f"program {number}") for number in range(3)]
        done.append(pool.submit(learner))
        eventually(lambda: lock.learners_waiting == 1)
        lock.release()
        lock.leave()
        for each in done:
            each.result(LONG)
    assert order[0] == "learner"
    assert len(order) == 4


def test_a_program_that_waits_too_long_is_told_so() -> None:
    lock = WriterLock(program_timeout=0.01)
    assert lock.acquire()
    assert lock.enter()
    assert not lock.acquire_as_program()
    assert not lock.enter()
    lock.leave()
    lock.release()
    assert lock.enter()
    assert lock.acquire_as_program()


def test_a_learner_that_waits_too_long_is_told_so() -> None:
    lock = WriterLock(timeout=0.01)
    assert lock.acquire()
    assert not lock.acquire()
    assert lock.learners_waiting == 0


@pytest.fixture
def engine(empty_db_url: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(writer_lock, "_new_lock", partial(WriterLock, timeout=0.05, program_timeout=0.05))
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 50)
    made = create_engine(empty_db_url)
    prepare_engine(made)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE place (id INTEGER)"))
        connection.execute(text("INSERT INTO place VALUES (1)"))
    return made


def write(session: Session) -> None:
    session.execute(text("UPDATE place SET id = id + 1"))


@pytest.mark.parametrize("program", [False, True])
def test_a_write_that_others_do_not_let_in_ends_and_leaves_nothing_held(engine: Engine, program: bool) -> None:
    tries: list[int] = []

    def again(session: Session) -> None:
        tries.append(1)
        write(session)

    def wait_in_vain() -> str:
        with Session(engine) as session, pytest.raises(database.DBAPIError) as caught:
            run_in_transaction(session, lambda: again(session), write=True, program=program)
        return type(caught.value).__name__ if database.is_transient(caught.value) else "not passing"

    def hold(session: Session) -> str:
        write(session)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(wait_in_vain).result(LONG)

    with Session(engine) as session:
        ended = run_in_transaction(session, lambda: hold(session), write=True)
    assert ended == (LockTimeout.__name__ if engine.dialect.name == "sqlite" else "OperationalError")
    assert len(tries) == 1
    with Session(engine) as session:
        run_in_transaction(session, lambda: write(session), write=True, program=program)
        assert session.scalar(text("SELECT id FROM place")) == 3
    engine.dispose()


def test_two_engines_on_one_file_share_a_lock_and_two_databases_do_not(tmp_path: Path) -> None:
    files = (tmp_path / name for name in ("one", "one", "other"))
    engines = [create_engine(f"sqlite:///{file}") for file in files]
    for engine in engines:
        prepare_engine(engine)
    one, same, other = (writer_lock_of(engine.dialect) for engine in engines)
    assert one is same
    assert one is not other
