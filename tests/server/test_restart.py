"""A new process takes over from an old one on the same port, and no request is cut."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.readers import PATIENCE, Reader
from support.site import clean_environment, prepare_data

#: How many requests are answered while one process follows another, and how often it does: `make test-all` counts to 10,000.
REQUESTS = int(os.environ.get("TESTS_REQUESTS", "12"))
RESTARTS = 4 if REQUESTS >= 10_000 else 1
PERILLE = Path(sys.executable).with_name("perille")
#: What systemd does: the socket is file 3, and variables say so (sd_listen_fds(3)).
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], [sys.argv[2], "serve"])
"""


def start(listener: socket.socket, folder: Path, name: str) -> subprocess.Popen[bytes]:
    """Start a server on a socket that is held for it, as systemd does; wait until it serves."""
    words = [sys.executable, "-c", HAND_OVER, str(listener.fileno()), str(PERILLE)]
    environ = clean_environment(PERILLE_DATA_DIR=str(folder / "data"))
    log = folder / name
    with log.open("wb") as output:
        made = subprocess.Popen(words, env=environ, stdout=output, stderr=output, pass_fds=(listener.fileno(),))
    deadline = time.monotonic() + PATIENCE
    while "Perille is at" not in log.read_text() and time.monotonic() < deadline and made.poll() is None:
        time.sleep(0.05)
    if "Perille is at" not in log.read_text():
        made.kill()
        made.wait()
        raise AssertionError(log.read_text())
    return made


def readers_of(port: int, stop: threading.Event) -> list[Reader]:
    """Return people who read pages and programs that ask whether the server lives.

    Each kind on one connection, which the old process has open when it is told to end, and on a new one for each request.
    """
    people = [Reader(port, stop, keep=bool(number % 2)) for number in range(4)]
    return [*people, *(Reader(port, stop, keep=keep, path="/healthz") for keep in (False, True))]


@contextmanager
def at_leisure(readers: list[Reader]) -> Iterator[None]:
    """Let readers pause after each page: a process that starts would wait for the processor longer than for anything else."""
    for reader in readers:
        reader.pause = 0.5
    yield
    for reader in readers:
        reader.pause = 0.0


def wait_for(readers: list[Reader], requests: int) -> None:
    """Wait until so many more were answered, and some of each reader."""
    before = [reader.pages for reader in readers]
    # As many seconds more as ten requests need that wait for a busy machine.
    deadline = time.monotonic() + PATIENCE + requests / 10
    while (
        any(reader.pages < count + 3 for reader, count in zip(readers, before, strict=True))
        or sum(reader.pages for reader in readers) < sum(before) + requests
    ):
        assert time.monotonic() < deadline, [(reader.path, reader.pages, reader.cut) for reader in readers]
        time.sleep(0.05)


def test_a_rolling_restart_cuts_no_request(tmp_path: Path) -> None:
    stop, processes = threading.Event(), []
    prepare_data(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        readers = readers_of(listener.getsockname()[1], stop)
        try:
            processes.append(start(listener, tmp_path, "0"))
            for reader in readers:
                reader.start()
            for number in range(1, RESTARTS + 1):
                wait_for(readers, REQUESTS // (2 * RESTARTS))
                with at_leisure(readers):
                    processes.append(start(listener, tmp_path, str(number)))
                # At full speed again: it is now that connections change hands.
                processes[-2].terminate()
                assert processes[-2].wait(PATIENCE) == 0
                # The new one serves alone now.
                wait_for(readers, REQUESTS // (2 * RESTARTS))
        finally:
            stop.set()
            for reader in readers:
                if reader.ident is not None:
                    reader.join(PATIENCE)
            for process in processes:
                process.terminate()
                process.wait(PATIENCE)
    assert [reader.cut for reader in readers] == [[] for _reader in readers]
    assert sum(reader.pages for reader in readers) >= REQUESTS
