"""One connection: what is read from it, how long it may take, and how its requests wait for their turn."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from perille.core.network import network_of
from perille.core.security import BODY_LIMIT, NO_ROOM
from perille.server.fair_share import RequestShare
from perille.server.limits import Limits
from perille.server.owner import Owner
from perille.server.request_parser import Parser

log = logging.getLogger(__name__)
#: Bytes that are read where a request begins: a whole one of a browser, and not hundreds of a program's, which are parsed in the loop.
_FIRST_READ = 4096
#: A read of fewer bytes than this that leaves a request unfinished ...
_CRUMB = 512
#: ... is followed by a pause of this many seconds: a request that comes byte by byte must not cost a turn of the loop for each.
CRUMB_PAUSE = 0.05
#: ... but for the first ones of a request: many clients, Python's `http.client` among them, send headers and body one after the other.
FREE_CRUMBS = 2
#: ... and each further one of the same request by twice as many, up to this.
_LONGEST_PAUSE = 0.8
#: After its last answer a connection is read from for this many seconds, and for as many bytes as this many of the largest bodies.
_LINGER_TIME, _LINGER_BODIES = 10.0, 3


class Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """A request being answered: the headers go out with the first bytes of the body, in one call to the system."""

    def get_environment(self) -> dict[str, Any]:
        """Return WSGI's environment, with why a body was thrown away."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.no_room:
            environ[NO_ROOM] = True
        if self.request.body_limit is not None:
            environ[BODY_LIMIT] = self.request.body_limit
        return environ

    def write(self, data: bytes) -> None:
        """Send a part of the body, before it the headers where they have not been sent."""
        if self.wrote_header or not data:
            super().write(data)
            return
        with self.channel.sent_together():
            super().write(data)


class AnswerBuffer(OverflowableBuffer):  # type: ignore[misc]  # waitress has no types
    """An answer until the line takes it: a large one in a file, and in memory where no file can be written, so that it is given at all."""

    def _set_large_buffer(self) -> None:
        if self.buf is None:
            self._set_small_buffer()
        small = self.buf.getfile()
        sent = small.tell()
        try:
            super()._set_large_buffer()
        except OSError:
            # It was being copied from its beginning.
            small.seek(sent)
            # Else each further part would try again.
            self.overflowed = True


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection with deadlines."""

    parser_class = Parser
    task_class = Task
    server: Owner
    close_when_flushed: bool
    current_outbuf_count: int
    #: What has come in of the request that is being received.
    request: Parser | None

    def __init__(self, server: Owner, sock: Any, addr: Any, adj: Any, map: object = None) -> None:  # noqa: A002
        #: When the request that is being received began; when the connection was made, before its first.
        self.begun: float | None = time.monotonic()
        #: When it was last without work.
        self.idle_since = self.begun
        self.paused = False
        #: What the request that waits uses (see `choose_share`).
        self.share = RequestShare("")
        self._answered = 0
        #: How many crumbs the request that is being received came in, and how long the connection is left alone after the next one.
        self._crumbs, self._pause = 0, CRUMB_PAUSE
        self.network = network_of(str(addr[0])) if addr else ""
        self._bytes_in = 0
        self._bytes_out = 0
        #: Since when an answer is being fetched, and how much had been sent by then.
        self._drain: tuple[float, int] | None = None
        #: Since when all has been said and the rest of what the client sends is thrown away, and how much that was.
        self._lingering: float | None = None
        self._thrown_away = 0
        #: Whether a thread is in the system's call that sends. What it leaves, it tells the loop itself.
        self.sending = False
        #: What is to be sent together, while that is put together.
        self._together: list[bytes] | None = None
        super().__init__(server, sock, addr, adj, map=map)

    def choose_share(self) -> None:
        """Choose what the next request uses; called before it waits."""
        headers = self.requests[0].headers if self.requests else {}
        self.share = self.server.shares.choose(headers, self.network, id(self), self._answered)

    @property
    def flow(self) -> str:
        """The flow in which the request waits."""
        return self.share.flow

    @property
    def busy(self) -> bool:
        """Whether a request is being answered, or its answer being sent."""
        return bool(self.requests or self.total_outbufs_len)

    @property
    def held_bytes(self) -> int:
        """Bytes that are held of the request that comes in, or of the last one where none does."""
        return self._bytes_in if self.request is not None or self.requests else 0

    def readable(self) -> bool:
        """Whether to look for more of a request."""
        return self._lingering is not None or (not self.paused and bool(super().readable()))

    def recv(self, buffer_size: int) -> bytes:
        """Return what has come in, at most *buffer_size* bytes; little where a request begins, as many may stand behind each other."""
        begins = self.request is None or not self.request.headers_finished
        return bytes(super().recv(min(buffer_size, _FIRST_READ) if begins else buffer_size))

    def handle_read(self) -> None:
        """Read more of a request, or what still comes after the last answer."""
        if self._lingering is None:
            super().handle_read()
            return
        self._thrown_away += len(self.recv(self.adj.recv_bytes))  # closes the connection at its end
        if self._thrown_away > _LINGER_BODIES * self.adj.limits.largest:
            self.handle_close()

    def handle_write(self) -> None:
        """Send more of an answer; after the last one close our side, and the connection when the client has closed its own."""
        last, self.close_when_flushed = self.close_when_flushed, False
        super().handle_write()
        if not last or self._fileno is None:
            return
        if self.total_outbufs_len:
            self.close_when_flushed = True
        elif self._lingering is None:
            self._linger()

    def _linger(self) -> None:
        """Say that no more will come. To close at once while a refused body is on its way would take the refusal back (RFC 9112 9.6)."""
        self._lingering = time.monotonic()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        """Take bytes that have come in."""
        now = time.monotonic()
        if self.begun is None:
            self.begun, self._bytes_in = now, 0
        self._bytes_in += len(data)
        taken = bool(super().received(data))
        if self.request is None:
            # Whole: the next one has not begun.
            self.begun, self.idle_since, self._crumbs, self._pause = None, now, 0, CRUMB_PAUSE
        elif len(data) < _CRUMB:
            self._note_crumb()
        self._close_body()
        return taken

    def _note_crumb(self) -> None:
        """Leave the connection alone for a moment, each time for longer, once its request came in more pieces than an honest one."""
        self._crumbs += 1
        if self._crumbs > FREE_CRUMBS:
            self.server.pause(self, self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def service(self) -> None:
        """Answer one request, in a thread of its own."""
        # Kept, because the next request of this connection may wait, or run, before this one is reported.
        share, begun = self.share, time.thread_time()
        self.server.shares.begin(share)
        self._answered += 1
        self.server.serving[threading.get_ident()] = self
        if self.server.stopping:
            # The client is told not to send another on this connection.
            self.requests[0].headers["CONNECTION"] = "close"
        try:
            super().service()
        finally:
            self._close_body()
            self.idle_since = time.monotonic()
            self.server.served(self, share, time.thread_time() - begun)

    def handle_close(self) -> None:
        """Close the connection, and the file in which the body waits that did not come whole."""
        super().handle_close()
        self._close_body()

    def _close_body(self) -> None:
        """Once the client has left, close what came of a body. Called again by whoever may have held the lock when it left.

        waitress leaves it to the garbage collector: until that comes, who sends half of many bodies makes us hold as many files.
        """
        if self.connected or not self.requests_lock.acquire(blocking=False):
            return
        try:
            if self.request is not None:
                self.request.close()
                self.request = None
        finally:
            self.requests_lock.release()

    @contextmanager
    def sent_together(self) -> Iterator[None]:
        """Send what is written inside in one call to the system; nothing of it where an error ends the block."""
        parts = self._together = []
        try:
            yield
        finally:
            self._together = None
        self.write_soon(b"".join(parts))

    def write_soon(self, data: Any) -> int:
        """Send bytes, or a file, as soon as the line takes them; return how many bytes."""
        if self._together is None:
            self._begin_buffer()
            return int(super().write_soon(data))
        self._together.append(data)
        return len(data)

    def _begin_buffer(self) -> None:
        """Begin a buffer of ours where waitress would begin one of its own, or has."""
        with self.outbuf_lock:
            full = self.current_outbuf_count >= self.adj.outbuf_high_watermark
            if full or not isinstance(self.outbufs[-1], AnswerBuffer):
                self.outbufs.append(AnswerBuffer(self.adj.outbuf_overflow))
                self.current_outbuf_count = 0

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send what the line takes; return how much that was."""
        self.sending = True
        try:
            sent: int = super().send(data, do_close=do_close)
        finally:
            self.sending = False
        self._bytes_out += sent
        return sent

    def del_channel(self, map: object = None) -> None:  # noqa: A002
        """Leave the loop: the file is about to be closed."""
        if self._fileno is not None:
            self.server.forget(self._fileno)
        super().del_channel(map)

    def overdue(self, now: float, limits: Limits) -> bool:
        """Tell whether this connection has taken longer than it may; called about once a second."""
        if self._lingering is not None:
            return now - self._lingering > _LINGER_TIME
        if self.total_outbufs_len:
            return self._slow_reader(now, limits)
        self._drain = None
        if self.requests:
            return False
        if self.begun is None:
            return now - self.idle_since > limits.idle_time
        waited = now - self.begun
        if self.request is None or not self.request.headers_finished:
            return waited > limits.header_time
        return waited > limits.grace_time and self._bytes_in / waited < limits.slowest

    def _slow_reader(self, now: float, limits: Limits) -> bool:
        if self._drain is None:
            self._drain = (now, self._bytes_out)
        since, sent = self._drain
        return now - since > limits.grace_time and (self._bytes_out - sent) / (now - since) < limits.slowest
