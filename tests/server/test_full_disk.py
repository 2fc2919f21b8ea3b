"""A disk without room for temporary files: what is sent is refused in words, and what is asked for is given all the same."""

from __future__ import annotations

import errno
import os
import tempfile
from typing import Any

import pytest

from perille.core.security import NO_ROOM
from support.bare_server import GET, Site, answer, closed, running

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
HEAD = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\n"
BODY = b"x" * 400_000
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n61a80\r\n" + BODY + b"\r\n0\r\n\r\n"
WHOLE = b"Content-Length: 400000\r\n\r\n" + BODY


class FullFile:
    """A file of the system's that takes nothing."""

    def write(self, data: bytes) -> int:
        raise FULL

    def __getattr__(self, name: str) -> Any:
        return lambda *_args: 0

    def close(self) -> None:
        raise FULL


def no_file(*_args: object, **_options: object) -> Any:
    raise FULL


@pytest.mark.parametrize("make", [no_file, lambda *_args, **_options: FullFile()])
@pytest.mark.parametrize("body", [WHOLE, CHUNKED])
def test_what_is_sent_and_finds_no_room_is_answered_by_the_application_and_the_next_is_as_ever(
    monkeypatch: pytest.MonkeyPatch, make: Any, body: bytes
) -> None:
    seen: list[tuple[bool, int]] = []

    class Page(Site):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            seen.append((environ.get(NO_ROOM, False), len(environ["wsgi.input"].read())))
            return super().__call__(environ, start_response)

    with running(Page()) as (_server, _thread, connect):
        monkeypatch.setattr(tempfile, "TemporaryFile", make)
        connection = connect(HEAD + body)
        assert answer(connection).startswith(b"HTTP/1.1 200 OK")
        assert closed(connection), "what is still on its way is no request"
        monkeypatch.undo()
        assert answer(connect(HEAD + body)).startswith(b"HTTP/1.1 200 OK")
    assert seen == [(True, 0), (False, len(BODY))]


@pytest.mark.parametrize("make", [no_file, lambda *_args, **_options: FullFile()])
def test_a_large_answer_is_given_whole_and_again_on_the_same_connection(
    monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    large = os.urandom(300_000)

    class Page(Site):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            start_response("200 OK", [("Content-Length", str(len(large)))])
            return [large]

    with running(Page()) as (_server, _thread, connect):
        monkeypatch.setattr(tempfile, "TemporaryFile", make)
        connection = connect(GET)
        for again in (True, False):
            got = b""
            while not got.endswith(large):
                piece = connection.recv(65_536)
                assert piece, len(got)
                got += piece
            if again:
                connection.sendall(GET)
