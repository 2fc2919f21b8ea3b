"""The file in which a long body waits is closed with its connection, not whenever memory is next cleaned up."""

from __future__ import annotations

import tempfile
import time
from typing import IO, Any

import pytest

from perille.server.wsgi import Server
from support.bare_server import PATIENCE, Site, running

BODY = 90_000
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % BODY


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[IO[bytes]]:
    """All files without a name that are made during the test."""
    made: list[IO[bytes]] = []
    make = tempfile.TemporaryFile

    def noted(*arguments: Any, **named: Any) -> IO[bytes]:
        made.append(make(*arguments, **named))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    return made


def _wait_for_one(files: list[IO[bytes]]) -> None:
    until = time.monotonic() + PATIENCE
    while not files:
        assert time.monotonic() < until, "the body has not come"
        time.sleep(0.005)


def _nobody_is_connected(server: Server) -> None:
    until = time.monotonic() + PATIENCE
    while server.active_channels or server.serving:
        assert time.monotonic() < until, "the connection is still open"
        time.sleep(0.005)


def _all_are_closed(files: list[IO[bytes]]) -> None:
    """The server forgets a connection a moment before it closes its file."""
    until = time.monotonic() + PATIENCE
    while not all(each.closed for each in files):
        assert time.monotonic() < until, "the file is still open"
        time.sleep(0.005)


def test_a_client_that_leaves_in_the_middle_of_its_body(files: list[IO[bytes]]) -> None:
    with running(Site()) as (server, _thread, connect):
        connection = connect(HEAD + bytes(BODY - 1))
        _wait_for_one(files)
        connection.close()
        _nobody_is_connected(server)
        _all_are_closed(files)
        assert len(files) == 1


def test_a_body_that_is_answered(files: list[IO[bytes]]) -> None:
    with running(Site()) as (server, _thread, connect):
        connection = connect(HEAD + bytes(BODY))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.close()
        _nobody_is_connected(server)
        _all_are_closed(files)
        assert len(files) == 1
