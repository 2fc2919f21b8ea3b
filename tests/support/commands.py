"""Commands of Perille in processes of their own, started by `support.fork_server`: without the 3 s that their imports cost.

What a test does with a process holds here too: signals, exit statuses, streams. What differs: the process has a session of its own, and
of the variables that the interpreter itself reads only PYTHONPATH and PYTHONUNBUFFERED count. docs/testing.md says which tests start the
real program.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from support import fork_request
from support.fork_request import ask, connect
from support.shared import locked, made_once

#: The program of this environment.
PERILLE = str(Path(sys.executable).with_name("perille"))
_START_SECONDS = 120.0
#: The server that this process has started: it ends when nobody is connected any more.
_servers: list[subprocess.Popen[bytes]] = []
_SERVER = Path(__file__).with_name("fork_server.py")


class Started:
    """A process that the fork server has started, to be used as a `subprocess.Popen`."""

    def __init__(self, words: Sequence[str], answers: socket.socket, stdout: IO[bytes] | None) -> None:
        self.args = list(words)
        self._answers = answers
        self._read = b""
        #: What it prints, where that was asked for.
        self.stdout = stdout
        self.returncode: int | None = None
        self.pid = self._next_number(_START_SECONDS)

    def _next_number(self, timeout: float | None) -> int:
        """Return the next number of the fork server; raise TimeoutError where none comes."""
        until = None if timeout is None else time.monotonic() + timeout
        while b"\n" not in self._read:
            self._answers.settimeout(None if until is None else max(until - time.monotonic(), 0.0))
            try:
                part = self._answers.recv(64)
            except BlockingIOError as error:
                raise TimeoutError from error
            if not part:
                raise RuntimeError(f"The fork server has ended, and with it {self.args}")
            self._read += part
        line, self._read = self._read.split(b"\n", 1)
        return int(line)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once it has ended, a signal's number less than 0; raise TimeoutExpired after *timeout* seconds."""
        if self.returncode is None:
            try:
                self.returncode = self._next_number(timeout)
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self._answers.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit status, None while it runs."""
        try:
            return self.wait(0.0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until it has ended."""
        if self.stdout is not None:
            self.stdout.close()
        self.wait()


#: What tests do with a process holds for both.
Process = Started | subprocess.Popen[bytes]


def start_process(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
) -> Started:
    """Start a command, as `subprocess.Popen` does: *words* begin with `PERILLE`, or with `sys.executable` and -c or -m.

    *env* is the whole environment. A stream is an open file, `subprocess.DEVNULL` or this process's own; *stdout* may be `subprocess.PIPE`.
    """
    with ExitStack() as stack:
        read = None
        if stdout == subprocess.PIPE:
            number, end = os.pipe()
            read, stdout = os.fdopen(number, "rb"), stack.enter_context(os.fdopen(end, "wb"))
        null = stack.enter_context(open(os.devnull, "r+b", buffering=0))
        streams = [
            number if stream is None else null.fileno() if stream == subprocess.DEVNULL else _number_of(stream)
            for number, stream in enumerate((stdin, stdout, stderr))
        ]
        address, _held = _held_server()
        answers = ask(str(address), words, cwd=str(cwd or Path.cwd()), env=env, streams=streams)
    return Started(words, answers, read)


def run_process(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    timeout: float | None = 120.0,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does with `capture_output` and `text`."""
    with TemporaryFile() as output, TemporaryFile() as errors:
        with start_process(words, env=env, cwd=cwd, stdout=output, stderr=errors) as process:
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        printed = [_text_of(each) for each in (output, errors)]
    done = subprocess.CompletedProcess(list(words), code, *printed)
    if check:
        done.check_returncode()
    return done


def folder_of_program() -> Path:
    """Return a folder with a program `perille` that the fork server runs, for the PATH of a shell."""
    address, _held = _held_server()

    def write(folder: Path) -> None:
        folder.mkdir()
        program = folder / "perille"
        words = [sys.executable, "-I", "-S", fork_request.__file__, str(address), PERILLE]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(0o755)

    return made_once("bin", write)


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _number_of(stream: int | IO[bytes]) -> int:
    return stream if isinstance(stream, int) else stream.fileno()


@cache
def _held_server() -> tuple[Path, socket.socket]:
    """Return the address of the fork server of this run, and a connection that keeps it: the first process that asks starts it."""
    with locked("commands") as path:
        try:
            return path, connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            _start_server(path)
        return path, connect(str(path))


def _start_server(path: Path) -> None:
    path.unlink(missing_ok=True)
    log = path.with_name("commands.log")
    words = [sys.executable, "-P", str(_SERVER), str(path)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _servers.append(process)
    until = time.monotonic() + _START_SECONDS
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The fork server did not start:\n{log.read_text()}")
        time.sleep(0.02)


def _plain_environment() -> dict[str, str]:
    """What the server's own start may see: nothing that changes which modules it imports, or with which settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PERILLE_", "PYTHONPATH"))}
