"""SQLite's log: an answered write is on the disk, many writers share a sync, and the main file holds all of it at rest."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from perille.core import wal
from perille.core.database import prepare_engine, run_in_transaction
from perille.core.wal import WAL_LIMIT, GroupSync, checkpoint
from support.site import run_site


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A durable SQLite database with one table."""
    made = create_engine(f"sqlite:///{tmp_path / 'data.sqlite3'}", pool_size=10)
    prepare_engine(made, durable=True)
    write(made, "CREATE TABLE thing (id INTEGER PRIMARY KEY, body BLOB)")
    yield made
    made.dispose()


def write(engine: Engine, sql: str) -> None:
    with Session(engine) as session:
        run_in_transaction(session, lambda: session.execute(text(sql)), write=True)


def size_of_wal(engine: Engine) -> int:
    path = Path(f"{engine.url.database}-wal")
    return path.stat().st_size if path.exists() else 0


class Disk:
    """Stands for the disk: counts syncs, and holds them back while it is asked to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced = 0
        self.free = threading.Event()
        self.free.set()
        self.reached = threading.Event()
        self.error: OSError | None = None
        monkeypatch.setattr(wal.os, "fdatasync", self.sync)

    def sync(self, _descriptor: int) -> None:
        self.reached.set()
        self.free.wait(10)
        if self.error is not None:
            raise self.error
        self.synced += 1


@pytest.fixture
def disk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_a_write_returns_only_when_it_is_on_the_disk(engine: Engine, disk: Disk) -> None:
    disk.free.clear()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, engine, "INSERT INTO thing (id) VALUES (1)")
        assert disk.reached.wait(10)
        assert not writing.done()
        disk.free.set()
        writing.result(10)
    assert disk.synced == 1


def test_writers_who_wait_at_the_same_time_share_a_sync_and_the_lock_is_free_meanwhile(
    engine: Engine, disk: Disk
) -> None:
    disk.free.clear()
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(write, engine, "INSERT INTO thing (id) VALUES (1)")
        assert disk.reached.wait(10)
        others = [pool.submit(write, engine, f"INSERT INTO thing (id) VALUES ({number})") for number in range(2, 8)]
        # All of them have committed while the first one still waits for the disk.
        with engine.connect() as reader:
            while reader.scalar(text("SELECT count(*) FROM thing")) != 7:
                reader.rollback()
        disk.free.set()
        for done in (first, *others):
            done.result(10)
    assert disk.synced <= 3, "one for the first, one for those who waited, and at most one for a straggler"


def test_a_reader_waits_for_no_disk(engine: Engine, disk: Disk) -> None:
    with Session(engine) as session:
        run_in_transaction(session, lambda: session.execute(text("SELECT 1")), write=False)
    assert disk.synced == 0


def test_without_durability_no_sync_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'quick.sqlite3'}")
    prepare_engine(made, durable=False)
    disk = Disk(monkeypatch)
    write(made, "CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    assert disk.synced == 0
    made.dispose()


def test_a_disk_that_fails_is_an_error_of_the_database_and_the_next_write_tries_again(
    engine: Engine, disk: Disk
) -> None:
    disk.error = OSError(5, "Input/output error")
    with pytest.raises(OperationalError, match="Input/output error"):
        write(engine, "INSERT INTO thing (id) VALUES (1)")
    disk.error = None
    write(engine, "INSERT INTO thing (id) VALUES (2)")
    assert disk.synced == 1


def test_a_sync_that_began_before_a_commit_does_not_count_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wal"
    path.touch()
    disk, sync = Disk(monkeypatch), GroupSync(path)
    disk.free.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(sync.wait)
        assert disk.reached.wait(10)
        second = pool.submit(sync.wait)
        while sync._asked < 2:
            pass
        disk.free.set()
        first.result(10)
        second.result(10)
    assert disk.synced == 2


def test_a_log_that_a_checkpoint_has_taken_away_needs_no_sync(tmp_path: Path) -> None:
    GroupSync(tmp_path / "nothing").wait()


def test_a_checkpoint_leaves_everything_in_the_main_file(engine: Engine, tmp_path: Path) -> None:
    for number in range(20):
        write(engine, f"INSERT INTO thing (id, body) VALUES ({number}, zeroblob(100000))")
    assert size_of_wal(engine) > 0
    assert checkpoint(engine)
    assert size_of_wal(engine) == 0
    shutil.copyfile(engine.url.database or "", tmp_path / "copied.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copied.sqlite3")) as copied:
        assert copied.execute("SELECT count(*) FROM thing").fetchone() == (20,)


def test_a_checkpoint_waits_for_no_reader_and_is_done_by_the_next_call(engine: Engine) -> None:
    write(engine, "INSERT INTO thing (id) VALUES (1)")
    with engine.connect() as reader:
        reader.execute(text("SELECT * FROM thing")).all()
        write(engine, "INSERT INTO thing (id) VALUES (2)")
        assert not checkpoint(engine)
    assert checkpoint(engine)


def test_after_a_large_write_the_log_shrinks_to_its_limit(engine: Engine) -> None:
    write(engine, "INSERT INTO thing (id, body) VALUES (1, zeroblob(9000000))")
    assert size_of_wal(engine) > WAL_LIMIT
    for number in range(2, 5):
        write(engine, f"INSERT INTO thing (id) VALUES ({number})")
    assert size_of_wal(engine) <= WAL_LIMIT


def test_a_server_that_is_stopped_leaves_all_data_in_one_file(tmp_path: Path) -> None:
    with run_site(tmp_path) as site:
        path = site.data_dir / "perille.sqlite3"
    assert site.process.returncode == 0
    assert not Path(f"{path}-wal").exists()
    shutil.copyfile(path, tmp_path / "copied.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copied.sqlite3")) as copied:
        assert copied.execute("SELECT count(*) FROM pack_version").fetchone()[0] > 5
        assert copied.execute("SELECT count(*) FROM account").fetchone() == (1,)
