"""The server under bad clients: nobody who reads is shut out, and a stop cuts no request."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from perille.server.channel import Channel
from perille.server.limits import Limits
from perille.server.shares import MOST_NEWCOMERS, Share
from perille.server.wsgi import Server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Padding: "
#: Longer than any step here takes, so that only what hangs for ever fails.
PATIENCE = 60.0
Connect = Callable[..., socket.socket]
#: What of a flood may be answered before somebody else: what was in work, and one request of each flow that it may have.
BEFORE = 3 + MOST_NEWCOMERS + 2


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


def test_half_sent_requests_and_idle_phones_shut_nobody_out() -> None:
    with running(Site(), connections=40) as (_server, _thread, connect):
        for number in range(120):
            connect(HALF, f"127.0.9.{number % 3 + 1}")
            phone = connect(GET, "127.0.0.2")
            assert b"200 OK" in answer(phone)


def test_where_room_is_needed_whoever_holds_most_gives_it() -> None:
    with running(Site(), connections=20, patience=0.0) as (server, _thread, connect):
        phones = [connect(GET, f"127.0.1.{number}") for number in range(1, 9)]
        assert all(answer(phone) for phone in phones)
        for _number in range(60):
            connect(HALF, "127.0.9.9")
        newcomer = connect(GET, "127.0.2.1")
        assert answer(newcomer)
        held = {channel.network for channel in server.active_channels.values()}
        assert {f"127.0.1.{number}" for number in range(1, 9)} <= held


def test_a_class_behind_one_line_is_served_beside_its_own_idle_connections() -> None:
    with running(Site(), connections=50) as (_server, _thread, connect):
        phones = [connect(GET, "127.0.0.2") for _phone in range(200)]
        # A browser whose idle connection was closed opens another.
        served = [answer(phone) or answer(connect(GET, "127.0.0.2")) for phone in phones]
        assert all(b"200 OK" in each for each in served)


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        ({"header_time": 0.2}, HALF),
        ({"header_time": 0.2}, b""),
        ({"idle_time": 0.2}, GET),
        ({"grace_time": 0.2}, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nab"),
    ],
)
def test_what_is_not_brought_to_its_end_is_closed(limits: dict[str, float], sent: bytes) -> None:
    with running(Site(), **limits) as (_server, _thread, connect):
        connection = connect(sent)
        if sent == GET:
            assert answer(connection)
        assert closed(connection)


def test_bytes_that_come_one_by_one_do_not_put_the_end_off() -> None:
    with running(Site(), header_time=0.5) as (_server, _thread, connect):
        connection = connect(HALF)
        connection.settimeout(0.02)
        with suppress(ConnectionError):
            while True:
                connection.sendall(b"a")
                with suppress(TimeoutError):
                    if connection.recv(10) == b"":
                        break


def test_an_answer_that_nobody_fetches_is_given_up() -> None:
    site = Site()
    site.body = b"x" * 30_000_000
    with running(site, grace_time=0.2) as (server, _thread, connect):
        connection = connect(GET)
        site.entered.acquire()
        while server.active_channels:
            connection.settimeout(0.05)
            with suppress(TimeoutError):
                connection.recv(1)
        assert len(server.serving) == 0


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


def channel_of(server: Server, wanted: Callable[[Channel], bool]) -> Channel:
    """Wait until the only connection is as wanted; return it."""
    for _try in range(int(PATIENCE / 0.01)):
        found = [channel for channel in server.active_channels.values() if wanted(channel)]
        if found:
            return found[0]
        threading.Event().wait(0.01)
    raise AssertionError("no connection has come so far")


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


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /en/resume HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n", b"413"),
        (b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Padding: " + b"a" * 40_000, b"431"),
    ],
)
def test_what_nobody_has_reason_to_send_is_refused_before_it_is_read(head: bytes, status: bytes) -> None:
    with running(Site()) as (_server, _thread, connect):
        assert b"HTTP/1.1 " + status in answer(connect(head)).replace(b"HTTP/1.0", b"HTTP/1.1")


def test_a_client_of_the_record_store_may_send_more() -> None:
    body = b"x" * 2_000_000
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 2000000\r\n\r\n"
    with running(Site()) as (_server, _thread, connect):
        assert b"200 OK" in answer(connect(head + body))


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        (b"/en/studio/upload", b"Cookie: a=b\r\n", b"200 OK"),
        (b"/en/studio/01a218b6-b406-7527-88aa-320f59c9bf76/pictures", b"Cookie: a=b\r\n", b"200 OK"),
        (b"/en/studio/upload", b"", b"413"),
        (b"/en/studio/upload/more", b"Cookie: a=b\r\n", b"413"),
    ],
)
def test_only_a_form_that_takes_files_may_be_large(path: bytes, cookie: bytes, status: bytes) -> None:
    body = b"x" * 2_000_000
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + cookie + b"Content-Length: 2000000\r\n\r\n"
    with running(Site(), uploads=re.compile("/en/studio/(?:upload|[^/]+/pictures)")) as (_server, _thread, connect):
        assert status in answer(connect(head + body))


def test_a_flood_from_one_address_lets_others_pass() -> None:
    site = Site()
    with running(site) as (server, _thread, connect):
        site.go_on.clear()
        flood = [connect(GET, "127.0.9.9") for _each in range(40)]
        for _busy in range(3):
            site.entered.acquire()
        learner = connect(GET, "127.0.0.2")
        # Whatever the flood sends from now on came later than the learner's request.
        late = connect(GET, "127.0.9.8")
        while len(server.task_dispatcher.queue) < 39:
            threading.Event().wait(0.01)
        site.go_on.set()
        assert answer(learner)
        assert answer(late)
        assert all(answer(each) for each in flood)
        assert site.seen.index("127.0.0.2") <= BEFORE


def test_a_learner_whom_we_know_does_not_wait_behind_the_line_they_share() -> None:
    site = Site()
    with running(site, known_reader=lambda cookies: cookies.removeprefix("learner=")) as (server, _thread, connect):
        site.go_on.clear()
        flood = [connect(GET) for _each in range(40)]
        for _busy in range(3):
            site.entered.acquire()
        while len(server.task_dispatcher.queue) < 37:
            threading.Event().wait(0.01)
        learner = connect(GET.replace(b"Host: x", b"Host: x\r\nCookie: learner=7"))
        while len(server.task_dispatcher.queue) < 38:
            threading.Event().wait(0.01)
        site.go_on.set()
        assert answer(learner)
        assert all(answer(each) for each in flood)
        assert site.seen_cookies.index("learner=7") <= BEFORE


def test_a_learner_finds_a_thread_free_however_many_a_flood_would_take() -> None:
    site = Site()
    with running(site) as (server, _thread, connect):
        server.shares.charge(Share("127.0.9.9", "127.0.9.9", newcomer=True), 100.0)
        site.go_on.clear()
        flood = [connect(GET, "127.0.9.9") for _each in range(40)]
        while len(server.task_dispatcher.queue) < 38:
            threading.Event().wait(0.01)
        learner = connect(GET, "127.0.0.2")
        while "127.0.0.2" not in site.seen:
            assert site.entered.acquire(timeout=PATIENCE)
        assert site.seen == ["127.0.9.9", "127.0.9.9", "127.0.0.2"]
        site.go_on.set()
        assert answer(learner)
        assert all(answer(each) for each in flood)


def test_a_stop_answers_what_was_asked_and_says_that_it_hangs_up() -> None:
    site = Site()
    with running(site) as (server, thread, connect):
        site.go_on.clear()
        asked = [connect(GET) for _each in range(6)]
        for _busy in range(3):
            site.entered.acquire()
        while len(server.task_dispatcher.queue) < 3:
            threading.Event().wait(0.01)
        server.stop()
        site.go_on.set()
        answers = [answer(each) for each in asked]
        assert all(b"200 OK" in each for each in answers)
        assert sum(b"Connection: close" in each for each in answers) >= 3
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.mark.parametrize("further", [False, True])
def test_a_stop_lets_in_all_who_came_before_it(further: bool) -> None:
    own, beside = (socket.create_server(("127.0.0.1", 0), backlog=64) for _each in range(2))
    server = Server(Site(), own, threads=3, further=[beside])
    address = (beside if further else own).getsockname()
    callers = [socket.create_connection(address, PATIENCE) for _each in range(30)]
    for each in callers:
        each.sendall(GET)
    server.stop()
    server.run()
    answers = [answer(each) for each in callers]
    for each in callers:
        each.close()
    assert [each.startswith(b"HTTP/1.1 200") for each in answers] == [True] * 30


def test_a_request_that_is_under_way_when_it_stops_is_answered() -> None:
    with running(Site(), stop_unfinished=PATIENCE, stop_busy=PATIENCE) as (server, thread, connect):
        half, idle = connect(HALF), connect(GET)
        assert answer(idle)
        server.stop()
        assert closed(idle)
        half.sendall(b"\r\n\r\n")
        assert b"200 OK" in answer(half)
        thread.join(PATIENCE)
        assert not thread.is_alive()
        with pytest.raises(ConnectionRefusedError):
            connect()


def test_a_stopped_server_does_not_wait_for_ever() -> None:
    with running(Site(), stop_idle=0.1, stop_unfinished=0.1, stop_busy=0.5) as (server, thread, connect):
        connect(HALF)
        answer(connect(GET))
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.mark.parametrize("authorization", [b"", b"Authorization: Basic eDp5\r\n"])
def test_a_refusal_can_be_read_by_who_sends_all_of_a_large_body_first(authorization: bytes) -> None:
    """The connection was closed while the body was on its way, and the reset took the answer back."""
    size = 2_000_000
    head = b"POST /xapi/statements HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n" % (authorization, size)
    with running(Site(), body_size=1_000_000, anonymous_size=1000) as (_server, _thread, connect):
        connection = connect(head)
        for _ in range(size // 1000):
            connection.sendall(b"x" * 1000)
        assert answer(connection).startswith(b"HTTP/1.1 413 ")
        assert closed(connection)
        assert answer(connect(GET)).endswith(b"answer")


def send_for_ever(connection: socket.socket) -> None:
    """Send a gigabyte."""
    for _ in range(10_000):
        connection.sendall(b"x" * 100_000)


def test_who_goes_on_sending_after_a_refusal_is_cut_off() -> None:
    head = b"POST /en/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
    with running(Site(), body_size=100_000) as (server, _thread, connect):
        connection = connect(head)
        with pytest.raises(OSError, match=r"reset|pipe"):
            send_for_ever(connection)
        assert answer(connect(GET)).endswith(b"answer")
        assert len(server.active_channels) <= 1
