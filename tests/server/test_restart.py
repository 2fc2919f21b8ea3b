"""A new process takes over from an old one on the same port, and no request is cut."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from support.readers import PATIENCE, Reader
from support.site import clean_environment, prepare_data

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
    assert "Perille is at" in log.read_text(), log.read_text()
    return made


def test_a_rolling_restart_cuts_no_request(tmp_path: Path) -> None:
    stop, processes = threading.Event(), []
    prepare_data(tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        port = listener.getsockname()[1]
        readers = [Reader(port, stop, keep=bool(number % 2)) for number in range(4)]
        try:
            processes.append(start(listener, tmp_path, "first"))
            for reader in readers:
                reader.start()
            processes.append(start(listener, tmp_path, "second"))
            processes[0].terminate()
            assert processes[0].wait(PATIENCE) == 0
            # The second one serves alone now.
            before = [reader.pages for reader in readers]
            deadline = time.monotonic() + PATIENCE
            while any(reader.pages < count + 3 for reader, count in zip(readers, before, strict=True)):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            stop.set()
            for reader in readers:
                if reader.ident is not None:
                    reader.join(PATIENCE)
            for process in processes:
                process.terminate()
                process.wait(PATIENCE)
    assert [reader.cut for reader in readers] == [[], [], [], []]
