"""An answer while its thread sends it: the loop has nothing to do with it."""

from __future__ import annotations

import time

import pytest
from waitress.wasyncore import dispatcher

from support.bare_server import GET, Site, answer, running


def test_the_loop_does_not_come_round_for_an_answer_that_is_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    # Who has the answer asks at once for more: that wakes the loop while the thread still stands in the system's call.
    send, turns = dispatcher.send, 0

    def slow(channel: dispatcher, data: bytes, do_close: bool = True) -> int:
        sent: int = send(channel, data, do_close=do_close)
        time.sleep(0.2)
        return sent

    monkeypatch.setattr(dispatcher, "send", slow)
    with running(Site()) as (server, _thread, connect):
        turn = server._turn

        def counted(timeout: float) -> None:
            nonlocal turns
            turns += 1
            turn(timeout)

        monkeypatch.setattr(server, "_turn", counted)
        connection = connect(GET)
        for _each in range(3):
            assert b"200 OK" in answer(connection)
            connection.sendall(GET)
        assert b"200 OK" in answer(connection)
    assert turns < 60, "four answers need some four turns each, and the looks at deadlines"
