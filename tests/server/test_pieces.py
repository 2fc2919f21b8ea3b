"""A request that comes in pieces, with others behind it, or with more than it may have."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest

from perille.core.security import BODY_LIMIT
from perille.server.wsgi import Server
from support.bare_server import GET, HALF, PATIENCE, Site, answer, channel_of, closed, running


def test_a_request_in_pieces_is_answered() -> None:
    with running(Site()) as (_server, _thread, connect):
        connection = connect()
        for byte in GET:
            connection.sendall(bytes([byte]))
        assert b"200 OK" in answer(connection)


def test_requests_behind_each_other_are_read_a_few_at_a_time_and_all_answered() -> None:
    site = Site()
    with running(site) as (server, _thread, connect):
        site.go_on.clear()
        connection = connect(GET * 500)
        assert site.entered.acquire(timeout=PATIENCE)
        (channel,) = server.serving.values()
        assert len(channel.requests) < 500
        site.go_on.set()
        got = b""
        while got.count(b"200 OK") < 500:
            got += connection.recv(65536) or pytest.fail("the connection was closed")


def test_a_call_that_comes_while_earlier_ones_are_read_loses_no_later_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Site(), listener, threads=1)
        server._changed.extend(server._map.values())
        server._register()
        read = server.trigger.recv

        def recv(size: int) -> bytes:
            server._wake()  # another thread, at the worst moment
            return bytes(read(size))

        server.trigger.recv = recv
        server._wake()
        server._turn(0.0)
        server._wake()
        woken = [key.data for key, _mask in server._selector.select(0)]
        server._close()
        assert server.trigger in woken, "else the loop sleeps until its next look at deadlines"


def test_a_connection_that_sends_crumbs_is_left_alone_for_longer_each_time_and_a_whole_request_ends_that() -> None:
    pauses: list[float] = []
    with running(Site()) as (server, _thread, connect):
        pause = server.pause
        server.pause = lambda channel, seconds: (pauses.append(seconds), pause(channel, seconds))[1]  # type: ignore[method-assign]
        connection = connect()
        for request in range(2):
            for count in range(5):
                connection.sendall(HALF if not count else b"a")
                noted = 3 * request + max(0, count - 1)
                channel_of(
                    server,
                    lambda channel, crumbs=count + 1, noted=noted: channel._crumbs == crumbs and len(pauses) == noted,
                )
            connection.sendall(b"\r\n\r\n")
            assert b"200 OK" in answer(connection)
    assert pauses == [0.05, 0.1, 0.2] * 2


def test_a_body_that_is_sent_after_its_headers_is_read_without_a_pause() -> None:
    # As http.client does, and with it requests, urllib3 and tincan: two sends, and headers of less than 512 bytes.
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 900\r\n\r\n"
    pauses: list[float] = []
    with running(Site()) as (server, _thread, connect):
        server.pause = lambda _channel, seconds: pauses.append(seconds)  # type: ignore[method-assign]
        connection = connect()
        for _request in range(3):
            connection.sendall(head)
            channel_of(server, lambda channel: channel._crumbs == 1)
            connection.sendall(b"x" * 900)
            assert b"200 OK" in answer(connection)
    assert pauses == []


def test_headers_that_nobody_has_reason_to_send_are_refused_before_they_are_read() -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Padding: " + b"a" * 40_000
    with running(Site()) as (_server, _thread, connect):
        assert b"HTTP/1.1 431" in answer(connect(head)).replace(b"HTTP/1.0", b"HTTP/1.1")


def test_a_client_of_the_record_store_may_send_more() -> None:
    body = b"x" * 2_000_000
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 2000000\r\n\r\n"
    with running(Site()) as (_server, _thread, connect):
        assert b"200 OK" in answer(connect(head + body))


UPLOADS = {re.compile("/en/studio/(?:upload|[^/]+/pictures)"): 3_000_000, re.compile("/en/studio/words"): 1_000_000}


@pytest.mark.parametrize(
    ("path", "cookie", "limit"),
    [
        (b"/en/studio/upload", b"Cookie: a=b\r\n", None),
        (b"/en/studio/01a218b6-b406-7527-88aa-320f59c9bf76/pictures", b"Cookie: a=b\r\n", None),
        (b"/en/studio/words", b"Cookie: a=b\r\n", 1_000_000),
        (b"/en/studio/upload", b"", 256 * 1024),
        (b"/en/studio/upload/more", b"Cookie: a=b\r\n", 256 * 1024),
        (b"/xapi/statements", b"", 1024 * 1024),
    ],
)
@pytest.mark.parametrize(
    "length", [b"Content-Length: 2000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1e8480\r\n"]
)
def test_each_form_may_be_as_large_as_its_files_and_the_application_says_that_another_is_too_large(
    path: bytes, cookie: bytes, limit: int | None, length: bytes
) -> None:
    """Where it is larger, the application answers, in a page or in JSON: it is told the limit and gets nothing of the body."""
    seen: list[tuple[int | None, int]] = []

    class Page(Site):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            seen.append((environ.get(BODY_LIMIT), len(environ["wsgi.input"].read())))
            return super().__call__(environ, start_response)

    end = b"\r\n0\r\n\r\n" if b"chunked" in length else b""
    request = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + cookie + length + b"x" * 2_000_000 + end
    with running(Page(), uploads=UPLOADS) as (_server, _thread, connect):
        connection = connect(request)
        assert b"200 OK" in answer(connection)
        if limit is not None:
            assert closed(connection), "what is still on its way is no request"
    assert seen == [(limit, 0 if limit is not None else 2_000_000)]


def test_more_than_anybody_may_send_is_answered_by_the_application_too() -> None:
    site = Site()
    head = (
        b"POST /en/studio/upload HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n"
        b"Expect: 100-continue\r\nContent-Length: 900000000\r\n\r\n"
    )
    with running(site, uploads=UPLOADS) as (_server, _thread, connect):
        assert answer(connect(head)).startswith(b"HTTP/1.1 200 OK")
    assert len(site.seen) == 1


def test_bodies_that_never_end_take_a_bounded_part_of_the_disk_and_an_honest_one_comes_through() -> None:
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 900000\r\n\r\n"
    site = Site()
    with running(site, bodies=2_000_000) as (server, _thread, connect):
        endless = [connect(head + b"x" * 800_000, source="127.0.0.2") for _each in range(3)]
        assert closed(endless[0]), "the one that was begun first"
        honest = connect(head + b"x" * 800_000)
        assert closed(endless[1])
        honest.sendall(b"x" * 100_000)
        assert b"200 OK" in answer(honest)
        assert sum(each.held_bytes for each in server.active_channels.values()) <= 2_000_000
