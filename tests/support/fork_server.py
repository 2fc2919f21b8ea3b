"""Starts commands for tests out of a process that has imported Perille already: an import costs 3 s of the processor.

Run as a script by `support.commands`, with -P, so that its path of modules is that of the program. It imports all that the program
imports, opens nothing, starts no thread, and then listens on a socket. Who connects sends one request, which says what to start and hands
over standard input, output and error. It is answered by the number of the process, and by its exit status when it has ended. What a child
does from there on is what the program does after its imports: it has the arguments, the folder, the variables and the path of modules of
its request, and a session of its own.

The server ends when nobody is connected any more, and a process whose starter is gone is killed.
"""

from __future__ import annotations

import json
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from io import BufferedReader, BufferedWriter, FileIO, TextIOWrapper
from types import ModuleType
from typing import TypedDict

import perille.program  # noqa: F401  (what it is all for)

_LENGTH = 4
_STREAMS = 3


class Request(TypedDict):
    """What is to be started: the words of the command, with the program or the interpreter first."""

    words: list[str]
    cwd: str
    env: dict[str, str]


class ForkServer:
    """Takes requests until nobody is connected; `run` returns in each child too, with what that is to do."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._plain_path = list(sys.path)
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._ended, wake = socket.socketpair()
        self._sockets = {self._ended, wake, listener}
        for each in (self._ended, wake):
            each.setblocking(False)
        self._selector.register(self._ended, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler no byte is written
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)

    def run(self) -> Request | None:
        """Return the request in a child, and None in the server when it is no longer needed."""
        connected: set[socket.socket] = set()
        while True:
            for key, _events in self._selector.select():
                own = key.fileobj
                assert isinstance(own, socket.socket)
                if own not in self._sockets:
                    continue  # dropped a moment ago
                if own is self._listener:
                    connected.add(self._connect())
                elif own is self._ended:
                    self._report_ends()
                else:
                    request = self._answer(own)
                    if request is not None:
                        return request
            connected &= self._sockets
            if not connected:
                return None

    def _connect(self) -> socket.socket:
        made, _address = self._listener.accept()
        self._sockets.add(made)
        self._selector.register(made, selectors.EVENT_READ)
        return made

    def _answer(self, own: socket.socket) -> Request | None:
        """Take what was sent; return the request in the child that is started for it."""
        head, files, _flags, _sender = socket.recv_fds(own, _LENGTH, _STREAMS)
        if not head:
            self._drop(own)
            return None
        request: Request = json.loads(_read(own, int.from_bytes(head, "big")))
        child = os.fork()
        if child == 0:
            self._become(request, files)
            return request
        self._children[child] = own
        for file in files:
            os.close(file)
        _tell(own, child)
        return None

    def _become(self, request: Request, files: list[int]) -> None:
        """Make this process, which was forked just now, one that was started as the request says."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # A shell that starts the tests in the background lets them ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for own in self._sockets:
            own.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        tempfile.tempdir = None
        more = request["env"].get("PYTHONPATH", "")
        sys.path[:] = [*filter(None, more.split(os.pathsep)), *self._plain_path]
        _open_streams()

    def _report_ends(self) -> None:
        """Say to whoever started them which processes have ended, and how."""
        with suppress(BlockingIOError):
            while self._ended.recv(1024):
                pass
        with suppress(ChildProcessError):
            while True:
                child, status = os.waitpid(-1, os.WNOHANG)
                if not child:
                    return
                own = self._children.pop(child, None)
                if own is not None:
                    _tell(own, os.waitstatus_to_exitcode(status))
                    self._drop(own)

    def _drop(self, own: socket.socket) -> None:
        """Forget a connection, and kill the process that it was for."""
        for child, starter in list(self._children.items()):
            if starter is own:
                os.kill(child, signal.SIGKILL)
                del self._children[child]
        if own in self._sockets:
            self._sockets.remove(own)
            self._selector.unregister(own)
            own.close()


def _read(own: socket.socket, length: int) -> bytes:
    parts = b""
    while len(parts) < length:
        part = own.recv(length - len(parts))
        if not part:
            raise EOFError
        parts += part
    return parts


def _tell(own: socket.socket, number: int) -> None:
    with suppress(OSError):  # who asked may be gone
        own.sendall(f"{number}\n".encode())


def _open_streams() -> None:
    """Make the three streams anew: the server's may be of another kind than the files that are there now."""
    at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
    sys.stdin = _stream(0, "r")
    sys.stdout = _stream(1, "w", at_once=at_once)
    sys.stderr = _stream(2, "w", at_once=True, errors="backslashreplace")
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, f"__{name}__", getattr(sys, name))


def _stream(number: int, mode: str, *, at_once: bool = False, errors: str = "strict") -> TextIOWrapper:
    """Return a stream as the interpreter makes it: of a file of this number, which stays open to the end."""
    raw = FileIO(number, mode, closefd=False)
    buffered = BufferedReader(raw) if mode == "r" else BufferedWriter(raw)
    return TextIOWrapper(buffered, "utf-8", errors, line_buffering=at_once or raw.isatty(), write_through=at_once)


def run(words: list[str]) -> None:
    """Do as the interpreter does with `python -c code ...`, with `python -m module ...`, or with a script and its arguments."""
    if words[1:2] == ["-c"]:
        sys.argv = ["-c", *words[3:]]
        sys.path.insert(0, "")
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(words[2], "<string>", "exec"), main.__dict__)  # noqa: S102
    elif words[1:2] == ["-m"]:
        sys.argv = words[2:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path.insert(0, os.path.dirname(words[0]))
        runpy.run_path(words[0], run_name="__main__")


def main(address: str) -> None:
    """Serve at *address*, a path, until nobody is connected; in a child do what it is for."""
    assert threading.active_count() == 1, "no thread outlives a fork"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.part")
    listener.listen(64)
    os.rename(f"{address}.part", address)
    request = ForkServer(listener).run()
    if request is None:
        os.unlink(address)
    else:
        run(request["words"])


if __name__ == "__main__":
    main(sys.argv[1])
