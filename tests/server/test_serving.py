"""The server under bad clients: nobody who reads is shut out, and a stop cuts no request."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from perille.server.fair_share import MOST_NEWCOMERS, RequestShare
from perille.server.wsgi import Server
from support.bare_server import GET, HALF, PATIENCE, Site, answer, closed, running

#: What of a flood may be answered before somebody else: what was in work, and one request of each flow that it may have.
BEFORE = 3 + MOST_NEWCOMERS + 2


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
            threading.Event().wait(0.02)  # else it takes the processor from the server that it waits for
        assert len(server.serving) == 0


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
        server.shares.charge(RequestShare("127.0.9.9", "127.0.9.9", newcomer=True), 100.0)
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
        assert answer(connection).startswith(b"HTTP/1.1 200 "), "the site's own words"
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
