"""Copies of a process do their work apart and end with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from perille.core.forked_work import begin_copy

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def test_a_copy_does_its_work_apart(tmp_path: Path) -> None:
    seen: list[int] = []

    def work() -> None:
        seen.append(1)
        (tmp_path / "done").write_text(str(os.getpid()))

    copy = begin_copy(work)
    assert copy.wait()
    assert int((tmp_path / "done").read_text()) == copy.process != os.getpid()
    assert seen == []


def test_a_copy_that_fails_says_so() -> None:
    def work() -> None:
        raise MemoryError

    assert not begin_copy(work).wait()


def test_copies_end_with_the_process_even_those_that_a_copy_made(tmp_path: Path) -> None:
    # A copy holds the port of the server: the next one could not start.
    said = tmp_path / "inner"

    def long() -> None:
        said.with_suffix(".part").write_text(str(os.getpid()))
        said.with_suffix(".part").rename(said)
        time.sleep(60)

    def between() -> None:
        begin_copy(long).wait()

    server = os.fork()
    if not server:
        begin_copy(between).wait()
        os._exit(0)
    wait_until(said.exists)
    os.kill(server, signal.SIGTERM)
    os.waitpid(server, 0)
    wait_until(lambda: not runs(int(said.read_text())))


def wait_until(found: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def runs(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
