"""How an answer leaves the server: in one piece, and without waking a thread that has nothing to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from perille.server.channel import Channel
from perille.server.wsgi import Server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def _answer(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "6")])
    return [b"answer"]


@contextmanager
def running() -> Iterator[tuple[Server, socket.socket]]:
    """Run a server until the end of the block, with a connection to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(_answer, listener, threads=3)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    with socket.create_connection(listener.getsockname(), 60) as connection:
        yield server, connection
    server.stop()
    thread.join(60)


def test_an_answer_goes_out_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []
    send = Channel.send

    def noted(channel: Channel, data: bytes, do_close: bool = True) -> int:
        pieces.append(bytes(data))
        return send(channel, data, do_close)

    monkeypatch.setattr(Channel, "send", noted)
    with running() as (_server, connection):
        connection.sendall(GET)
        assert b"answer" in connection.recv(65536)
    (piece,) = pieces
    assert piece.startswith(b"HTTP/1.1 200 OK\r\n")
    assert piece.endswith(b"\r\n\r\nanswer")


def test_an_answer_that_was_sent_whole_wakes_nobody_and_the_next_request_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running() as (server, connection):
        connection.sendall(GET)
        assert b"answer" in connection.recv(65536)
        woken: list[bool] = []
        wake = server._wake
        monkeypatch.setattr(server, "_wake", lambda: (woken.append(True), wake()))
        for _each in range(5):
            while server.serving:
                threading.Event().wait(0.001)  # else the request comes while the answer before it is still in work
            connection.sendall(GET)
            assert b"answer" in connection.recv(65536)
        assert not woken
