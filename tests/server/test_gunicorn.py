"""gunicorn with `perille.wsgi:app`: a restart of its workers cuts no request, and SIGTERM answers what was asked."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from support.readers import PATIENCE, Reader
from support.site import clean_environment

#: Answers by each reader between two signals.
PAGES = 20


def test_restarting_its_workers_and_ending_it_cuts_no_request(tmp_path: Path) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        port = listener.getsockname()[1]
        with (tmp_path / "log").open("wb") as log:
            process = _start(listener, tmp_path, log)
            readers = [Reader(port, stop, keep=False, path="/healthz") for _reader in range(3)]
            try:
                for reader in readers:
                    reader.start()
                for _restart in range(2):
                    _until_all_have_read(readers)
                    process.send_signal(signal.SIGHUP)
                _until_all_have_read(readers)
                # Who stops asking before the end is answered to the end.
                stop.set()
                process.terminate()
                assert process.wait(PATIENCE) == 0
            finally:
                stop.set()
                process.kill()
                process.wait()
        for reader in readers:
            reader.join(PATIENCE)
    assert [reader.cut for reader in readers] == [[], [], []]
    assert "Traceback" not in (tmp_path / "log").read_text()


def _start(listener: socket.socket, folder: Path, log: object) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "2"]
    words += ["--bind", f"fd://{listener.fileno()}", "perille.wsgi:app"]
    environ = clean_environment(PERILLE_DATA_DIR=str(folder / "data"))
    return subprocess.Popen(words, cwd=folder, env=environ, stderr=log, pass_fds=(listener.fileno(),))  # type: ignore[call-overload, no-any-return]


def _until_all_have_read(readers: list[Reader]) -> None:
    """Wait until each has read some more."""
    wanted = [reader.pages + PAGES for reader in readers]
    deadline = time.monotonic() + PATIENCE
    while any(reader.pages < pages for reader, pages in zip(readers, wanted, strict=True)):
        assert time.monotonic() < deadline, "gunicorn did not answer"
        time.sleep(0.02)
