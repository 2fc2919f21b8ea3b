"""What an answered write costs on SQLite when it must be on the disk: commits a second, by one writer and by eight at once.

    python tests/bench/durability.py /var/tmp/durability

The folder must be on a disk, not in memory. Three ways are compared in one run: `normal` leaves it to the system when a commit reaches the
disk, `full` waits for the disk in every commit with the lock held, `group` is what Perille does (`perille.core.wal`).
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from perille.core.database import prepare_engine, run_in_transaction

SECONDS = 4.0
ROW = "INSERT INTO row (body) VALUES (randomblob(600))"


def make(folder: Path, way: str) -> Engine:
    """Make a database that commits in one of the three ways."""
    path = folder / f"{way}.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{path}", pool_size=10)
    prepare_engine(engine, durable=way == "group")
    if way == "full":
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=FULL"))
    with Session(engine) as session:
        make_table = "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB)"
        run_in_transaction(session, lambda: session.execute(text(make_table)), write=True)
    return engine


def measure(engine: Engine, writers: int) -> tuple[float, float]:
    """Return commits a second, and the 95th percentile of a commit in milliseconds."""
    stop, times = time.perf_counter() + SECONDS, list[float]()

    def write() -> None:
        with Session(engine) as session:
            while (begun := time.perf_counter()) < stop:
                run_in_transaction(session, lambda: session.execute(text(ROW)), write=True)
                times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=write) for _number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return len(times) / SECONDS, 1000 * times[int(len(times) * 0.95)]


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{'way':<8}{'writers':>8}{'commits/s':>12}{'p95 ms':>9}")
    for writers in (1, 8):
        for way in ("normal", "full", "group"):
            engine = make(folder, way)
            rate, late = measure(engine, writers)
            engine.dispose()
            print(f"{way:<8}{writers:>8}{rate:>12.0f}{late:>9.1f}")


main()
