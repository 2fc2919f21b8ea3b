"""A server on a port of its own with the simplest application, and what bad clients send it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from perille.server.channel import Channel
from perille.server.limits import Limits
from perille.server.wsgi import Server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Padding: "
#: Longer than any step here takes, so that only what hangs for ever fails.
PATIENCE = 60.0
Connect = Callable[..., socket.socket]


class Site:
    """An application that answers at once, or when it is told to."""

    def __init__(self) -> None:
        self.entered, self.go_on = threading.Semaphore(0), threading.Event()
        self.go_on.set()
        self.seen: list[str] = []
        self.seen_cookies: list[str] = []
        self.body = b"answer"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read()
        self.seen.append(environ["REMOTE_ADDR"])
        self.seen_cookies.append(environ.get("HTTP_COOKIE", ""))
        self.entered.release()
        assert self.go_on.wait(PATIENCE)
        start_response("200 OK", [("Content-Length", str(len(self.body)))])
        return [self.body]


@contextmanager
def running(
    site: Site, known_reader: Any = lambda _cookies: "", **limits: Any
) -> Iterator[tuple[Server, threading.Thread, Connect]]:
    """Serve *site* until the end of the block; gives the server, its thread, and what makes a connection to it and sends bytes.

    *limits* are those of `Limits`, for this server.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = Server(site, listener, threads=3, limits=Limits(**limits), known_reader=known_reader)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    open_ones: list[socket.socket] = []

    def connect(data: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", port), PATIENCE, (source, 0))
        open_ones.append(made)
        made.sendall(data)
        return made

    try:
        yield server, thread, connect
    finally:
        site.go_on.set()
        server.stop()
        for each in open_ones:
            each.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def answer(connection: socket.socket) -> bytes:
    """Read one answer with its body; b"" where the connection was closed instead."""
    got = b""
    with suppress(ConnectionResetError):
        while b"\r\n\r\n" not in got:
            part = connection.recv(65536)
            if not part:
                return b""
            got += part
        head, _end, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0] or 0)
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body
    return b""


def closed(connection: socket.socket) -> bool:
    """Wait until the server hangs up."""
    return answer(connection) == b""


def channel_of(server: Server, wanted: Callable[[Channel], bool]) -> Channel:
    """Wait until the only connection is as wanted; return it."""
    for _try in range(int(PATIENCE / 0.01)):
        found: list[Channel] = [channel for channel in server.active_channels.values() if wanted(channel)]
        if found:
            return found[0]
        threading.Event().wait(0.01)
    raise AssertionError("no connection has come so far")
