"""The database's manners: nothing is lost, nobody meets "database is locked", times keep their zone."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from perille.core.database import TRIES, UtcDateTime, prepare_engine, run_in_transaction, uuid7

THREADS = 8
ROUNDS = 25


class _Base(DeclarativeBase):
    """Tables of these tests alone."""


class Counter(_Base):
    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@pytest.fixture
def counters(empty_db_url: str) -> Iterator[Engine]:
    """A database with one counter at 0."""
    engine = create_engine(empty_db_url, pool_size=THREADS + 2)
    prepare_engine(engine)
    _Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Counter(id=1))
        session.commit()
    yield engine
    engine.dispose()


def add_one(session: Session) -> None:
    """Read, think, write: what loses updates where nobody takes care."""
    counter = session.get_one(Counter, 1, with_for_update=True)
    seen = counter.count
    time.sleep(0.001)
    counter.count = seen + 1


def count_of(engine: Engine) -> int:
    with Session(engine) as session:
        return session.get_one(Counter, 1).count


def in_threads(work: Callable[[], None]) -> None:
    """Run *work* in all threads at once; the first exception is raised."""
    start = threading.Barrier(THREADS)

    def begin() -> None:
        start.wait()
        work()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(begin) for _thread in range(THREADS)]:
            done.result()


def test_eight_writers_at_once_lose_no_update(counters: Engine) -> None:
    def work() -> None:
        for _round in range(ROUNDS):
            with Session(counters) as session:
                run_in_transaction(session, lambda session=session: add_one(session), write=True)

    in_threads(work)
    assert count_of(counters) == THREADS * ROUNDS


def test_readers_read_on_while_somebody_writes(counters: Engine) -> None:
    with Session(counters) as writer, Session(counters) as reader:

        def write() -> int:
            add_one(writer)
            writer.flush()
            return run_in_transaction(reader, lambda: reader.get_one(Counter, 1).count, write=False)

        assert run_in_transaction(writer, write, write=True) == 0
    assert count_of(counters) == 1


def test_what_failed_leaves_nothing_behind_and_lets_the_next_one_write(counters: Engine) -> None:
    def fail(session: Session) -> None:
        add_one(session)
        session.flush()
        raise LookupError

    with Session(counters) as session:
        with pytest.raises(LookupError):
            run_in_transaction(session, lambda: fail(session), write=True)
        run_in_transaction(session, lambda: add_one(session), write=True)
    assert count_of(counters) == 1


def test_work_is_tried_again_when_the_database_was_busy(counters: Engine) -> None:
    tries = []

    def work(session: Session) -> str:
        tries.append(1)
        if len(tries) < TRIES:
            session.execute(text("SELECT 1"))
            raise passing_fault(counters)
        add_one(session)
        return "done"

    with Session(counters) as session:
        assert run_in_transaction(session, lambda: work(session), write=True) == "done"
    assert len(tries) == TRIES
    assert count_of(counters) == 1


def test_a_database_that_stays_busy_is_an_error_after_a_few_tries(counters: Engine) -> None:
    tries = []

    def work() -> None:
        tries.append(1)
        raise passing_fault(counters)

    with Session(counters) as session, pytest.raises(OperationalError):
        run_in_transaction(session, work, write=True)
    assert len(tries) == TRIES


def test_a_fault_that_would_come_again_is_not_tried_again(counters: Engine) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(text("INSERT INTO counter (id, count) VALUES (2, NULL)"))

    with Session(counters) as session, pytest.raises(IntegrityError):
        run_in_transaction(session, lambda: work(session), write=True)
    assert len(tries) == 1


def passing_fault(engine: Engine) -> OperationalError:
    """Return the error of a busy SQLite, or of PostgreSQL where two transactions crossed."""
    fault = RuntimeError("busy")
    if engine.dialect.name == "sqlite":
        fault.sqlite_errorname = "SQLITE_BUSY_SNAPSHOT"  # type: ignore[attr-defined]
    else:
        fault.sqlstate = "40001"  # type: ignore[attr-defined]
    return OperationalError("SELECT 1", {}, fault)


def test_a_write_waits_for_another_process_instead_of_failing(counters: Engine) -> None:
    """A second engine stands for a second process: it does not share the first one's lock."""
    other = create_engine(counters.url)
    prepare_engine(other)
    let_go = threading.Event()

    def hold() -> None:
        with other.connect() as connection:
            connection.execute(text("UPDATE counter SET count = count + 1"))
            let_go.wait(5)
            connection.commit()

    holder = threading.Thread(target=hold)
    holder.start()
    threading.Timer(0.3, let_go.set).start()
    with Session(counters) as session:
        run_in_transaction(session, lambda: add_one(session), write=True)
    holder.join()
    other.dispose()
    assert count_of(counters) == 2


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=3))])
def test_times_come_back_aware_and_in_utc(counters: Engine, zone: timezone) -> None:
    moment = datetime(2026, 11, 22, 1, 30, 0, 123456, tzinfo=zone)
    with Session(counters) as session:
        session.add(Counter(id=2, at=moment))
        session.commit()
        found = session.scalar(select(Counter.at).where(Counter.id == 2))
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(counters: Engine) -> None:
    naive = datetime(2026, 11, 22, 1, 30)  # noqa: DTZ001  (what is refused)
    with Session(counters) as session:
        session.add(Counter(id=2, at=naive))
        with pytest.raises(StatementError, match="A time without a zone"):
            session.commit()


def test_row_ids_are_uuid7_and_grow_with_time() -> None:
    before = time.time_ns() // 1_000_000
    first = uuid7()
    time.sleep(0.002)
    second = uuid7()
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert before <= first.int >> 80 <= time.time_ns() // 1_000_000
    assert first < second


def test_row_ids_do_not_repeat() -> None:
    made = {uuid7() for _number in range(20_000)}
    assert len(made) == 20_000
    assert all(each.version == 7 and each.variant == uuid.RFC_4122 for each in made)


def test_a_new_database_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "perille.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE one (id INTEGER)"))
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    engine.dispose()
    assert path.name in modes
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_of_two_that_make_the_same_row_at_once_the_later_one_finds_it(session: Session, engine: Engine) -> None:
    session.execute(text("CREATE TABLE made (number INTEGER PRIMARY KEY)"))
    session.commit()
    found = list[int | None]()

    def make() -> None:
        found.append(session.scalar(text("SELECT number FROM made")))
        if found == [None]:
            with engine.begin() as other:
                other.execute(text("INSERT INTO made VALUES (7)"))
        if found[-1] is None:
            session.execute(text("INSERT INTO made VALUES (7)"))

    run_in_transaction(session, make, write=True)
    assert found == [None, 7]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_row_that_stays_twice_is_an_error_in_the_end(session: Session) -> None:
    session.execute(text("CREATE TABLE made (number INTEGER PRIMARY KEY)"))
    session.execute(text("INSERT INTO made VALUES (7)"))
    session.commit()
    with pytest.raises(IntegrityError):
        run_in_transaction(session, lambda: session.execute(text("INSERT INTO made VALUES (7)")), write=True)
