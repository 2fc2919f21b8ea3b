"""The server: an event loop whose turn costs what happened in it, room for newcomers, and a stop that cuts no request."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from perille.server.adjustments import adjustments_of
from perille.server.bodies import surplus
from perille.server.channel import Channel
from perille.server.fair_share import RequestShare, ShareChooser
from perille.server.limits import Limits
from perille.server.listeners import FurtherListener
from perille.server.request_scheduler import RequestScheduler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)
#: Connections accepted in one turn of the loop: each takes some five calls to the system, and those that have asked wait meanwhile.
_ACCEPTED_AT_ONCE = 8
#: Seconds between two looks at deadlines.
_TICK = 1.0
#: Share of all connections that is closed at once to make room: each look costs a look at all.
_ROOM = 0.02


def _threads_of(queue: RequestScheduler[Channel], count: int) -> ThreadedTaskDispatcher:
    """Return *count* threads that take their work from our queue in place of waitress's own, which knows no shares."""
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.queue = queue
    dispatcher.set_thread_count(count)
    return dispatcher


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """waitress on one listening socket, or several.

    waitress asks every connection in every turn of its loop whether it has something to do, and stops accepting at a hundred; here
    a connection is looked at when something happened to it, and newcomers are always accepted.
    """

    channel_class = Channel

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        *,
        threads: int,
        limits: Limits | None = None,
        proxy_hops: int = 0,
        shared: bool = False,
        known_reader: Callable[[str], str] = lambda _cookies: "",
        further: Sequence[socket.socket] = (),
    ) -> None:
        """Serve *app* on *listener* and on *further* ones; *shared* says that another process goes on listening when this one stops.

        *known_reader* returns from a Cookie header who it is that asks, "" for a stranger: only what cannot be made up may count.
        """
        self.limits = limits or Limits()
        self.shares = ShareChooser(known_reader, proxy_hops)
        self.stopping = False
        self._shared = shared
        self._stopping_since: float | None = None
        self._closed = False
        #: Whether the last newcomer had to be left waiting because every connection is at work.
        self._full = False
        self._selector = selectors.DefaultSelector()
        self._masks: dict[int, int] = {}
        #: Whether the loop was woken and has not come round since.
        self._woken = False
        #: Connections whose wish to read or write may have changed; appended to by all threads.
        self._changed: deque[Any] = deque()
        #: Thread -> the connection whose answer it makes: the next request of one may begin before the end of this is reported.
        self.serving: dict[int, Channel] = {}
        #: When each may be read from again, the first one in front (heapq); the number keeps equal times apart.
        self._paused: list[tuple[float, int, Channel]] = []
        self._queue: RequestScheduler[Channel] = RequestScheduler(threads)
        super().__init__(
            app, {}, True, listener, dispatcher=_threads_of(self._queue, threads), adj=adjustments_of(self.limits, threads),
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()), bind_socket=False
        )  # fmt: skip
        self._further = [FurtherListener(self, each) for each in further]

    # What other threads call.

    def stop(self) -> None:
        """Stop when all that has been asked is answered; returns at once, and may be called in a signal handler."""
        self.stopping = True
        self._wake()

    @property
    def load(self) -> dict[str, float]:
        """Return how many connections are open, and how many of their requests wait and are at work."""
        waiting, working = len(self._queue), len(self.serving)
        return {"connections": len(self.active_channels), "requests_waiting": waiting, "requests_at_work": working}

    def pull_trigger(self) -> None:
        """Wake the loop where a connection that is served waits for something else than before; waitress calls this after each answer.

        Most answers are sent whole by their thread, and the loop watches for the next request: a wake-up costs two changes of threads.
        """
        self._wake_for(tuple(self.serving.values()))

    def _wake_for(self, channels: Sequence[Channel]) -> None:
        # Noted before the masks are read: the loop, which may be at work on one of them, looks at what was noted after it sets a mask.
        self._changed.extend(channels)
        if self._full or self.stopping or any(map(self._waits_for_more, channels)):
            self._wake()

    def _waits_for_more(self, channel: Channel) -> bool:
        """Tell whether a connection waits for what the system does not yet watch it for."""
        mask = self._mask(channel)
        return bool(mask) and self._masks.get(channel._fileno) != mask

    def _wake(self) -> None:
        """Wake the loop, where there still is one, once a turn."""
        if not self._closed and not self._woken:
            self._woken = True
            super().pull_trigger()

    def add_task(self, task: Channel) -> None:
        """Let a connection's request wait for its turn."""
        task.choose_share()
        super().add_task(task)

    def served(self, channel: Channel, share: RequestShare, seconds: float) -> None:
        """Note that a request was answered, and what it cost of the processor."""
        with self.task_dispatcher.lock:
            self._queue.done(share, seconds)
            self.shares.charge(share, seconds)
            if self._queue:
                # This may have made room for more than the one task that this thread takes next.
                self.task_dispatcher.queue_cv.notify()
        self.serving.pop(threading.get_ident(), None)
        self._wake_for((channel,))

    # The loop.

    def run(self) -> None:
        """Serve until `stop` is called; return when the last request is answered, or has had its time."""
        next_tick = 0.0
        self._changed.extend((*self._map.values(), *self._further))
        while not self._finished():
            self._register()
            self._turn(self._pause_until(next_tick))
            self._resume()
            now = time.monotonic()
            if now >= next_tick:
                self._tick(now)
                next_tick = now + (_TICK if not self.stopping else _TICK / 10)
        self._close()

    def _pause_until(self, next_tick: float) -> float:
        until = min(next_tick, self._paused[0][0]) if self._paused else next_tick
        return max(0.0, until - time.monotonic())

    def _turn(self, timeout: float) -> None:
        for key, mask in self._selector.select(timeout):
            owner = key.data
            if self._masks.get(key.fd) is None or owner._fileno != key.fd:
                continue  # closed in this turn, its number perhaps taken by another
            if mask == selectors.EVENT_READ and not owner.readable():
                self._watch(key.fd, self._mask(owner), owner)
                continue
            try:
                if mask & selectors.EVENT_READ:
                    owner.handle_read_event()
                if mask & selectors.EVENT_WRITE and owner._fileno == key.fd:
                    owner.handle_write_event()
            except OSError:
                owner.handle_close()
            self._changed.append(owner)
        # After the wake-up calls were read, or one that came meanwhile would be thrown away and none sent after it; before what was
        # changed is looked at, so whoever changes something from now on wakes the loop again.
        self._woken = False

    def _register(self) -> None:
        """Tell the system what each changed connection waits for."""
        self._changed.extend(tuple(self.serving.values()))
        if self._full and self._changed:
            self._full = False
            self._changed.extend((self, *self._further))
        while self._changed:
            owner = self._changed.popleft()
            number = owner._fileno
            if number is None:
                continue
            mask = self._mask(owner)
            # Who is not to be read from now, and sends nothing either, is left as it is: most are read from again soon, and each
            # call to the system gives the interpreter away to a thread that computes.
            if mask or self._masks.get(number) != selectors.EVENT_READ:
                self._watch(number, mask, owner)

    def _mask(self, owner: Any) -> int:
        """Return what a connection or a listening socket waits for."""
        mask = selectors.EVENT_READ if owner.readable() else 0
        # A thread that sends holds the lock of its answer. Were the loop told meanwhile that the line takes more, which it mostly does, it
        # would come round for nothing, some fifty times an answer, and take the interpreter from that thread each time.
        if owner is not self and owner.writable() and not owner.sending:
            mask |= selectors.EVENT_WRITE
        return mask

    def _watch(self, number: int, mask: int, owner: Any) -> None:
        before = self._masks.get(number, 0)
        if mask == before:
            return
        if before and mask:
            self._selector.modify(number, mask, owner)
        elif mask:
            self._selector.register(number, mask, owner)
        else:
            self._selector.unregister(number)
        self._masks[number] = mask

    def forget(self, number: int) -> None:
        """Watch a file no longer; it is about to be closed."""
        if self._masks.pop(number, 0):
            self._selector.unregister(number)

    def del_channel(self, map: object = None) -> None:  # noqa: A002
        """Leave the loop: the listening socket is about to be closed."""
        if self._fileno is not None:
            self.forget(self._fileno)
        super().del_channel(map)

    def pause(self, channel: Channel, seconds: float) -> None:
        """Do not read from a connection for a moment."""
        if not channel.paused:
            channel.paused = True
            heappush(self._paused, (time.monotonic() + seconds, id(channel), channel))

    def _resume(self) -> None:
        now = time.monotonic()
        while self._paused and self._paused[0][0] <= now:
            channel = heappop(self._paused)[-1]
            channel.paused = False
            self._changed.append(channel)

    # Room and deadlines.

    def readable(self) -> bool:
        """Accept, unless every connection is at work."""
        return bool(self.accepting) and not self._full

    def handle_accept(self) -> None:
        """Accept those that wait, making room where there is none."""
        self.accept_from(self.socket)

    def accept_from(self, listener: socket.socket, most: int = _ACCEPTED_AT_ONCE) -> None:
        """Accept those that wait at a listening socket, *most* of them at once."""
        for _each in range(most):
            if len(self.active_channels) >= self.limits.connections and not self._make_room():
                self._full = True
                return
            try:
                connection, address = listener.accept()
            except OSError:
                return
            self.set_socket_options(connection)
            self._changed.append(self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map))

    def _make_room(self) -> bool:
        """Close connections that nobody waits for; return whether there is room now."""
        for channel in self._dispensable()[: max(1, int(self.limits.connections * _ROOM))]:
            channel.handle_close()
        return len(self.active_channels) < self.limits.connections

    def _dispensable(self) -> list[Channel]:
        """Return the connections without work, those to be closed first in front.

        First those that are idle, or have not brought a request to its end for a while, of the network that holds most; then
        those that have just begun.
        """
        now = time.monotonic()
        held = Counter(channel.network for channel in self.active_channels.values())
        free = [channel for channel in self.active_channels.values() if not channel.busy]

        def order(channel: Channel) -> tuple[bool, int, float]:
            since = channel.idle_since if channel.begun is None else channel.begun
            fresh = channel.begun is not None and now - since < self.limits.patience
            return fresh, -held[channel.network], since

        return sorted(free, key=order)

    def _tick(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            if channel.overdue(now, self.limits) or (self.stopping and self._leaves(channel, now)):
                channel.handle_close()
        for channel in surplus(self.active_channels.values(), self.limits.bodies):
            channel.handle_close()
        self._changed.extend((self, *self._further))
        with self.task_dispatcher.lock:
            # What waited for others to be gone may run by now.
            self.task_dispatcher.queue_cv.notify_all()

    # The stop.

    def _leaves(self, channel: Channel, now: float) -> bool:
        """Tell whether a stopping server need not wait for a connection any longer."""
        if channel.busy or self._stopping_since is None:
            return False
        waits = self.limits.stop_idle if channel.request is None else self.limits.stop_unfinished
        return now - self._stopping_since > waits

    def _finished(self) -> bool:
        if not self.stopping:
            return False
        now = time.monotonic()
        if self._stopping_since is None:
            self._stopping_since = now
            self._stop_listening()
        return not self.active_channels or now - self._stopping_since > self.limits.stop_busy

    def _stop_listening(self) -> None:
        if not self._shared:
            # Who has come before the door is closed is let in, however many they are: to close it would hang up on them.
            self.accept_from(self.socket, self.limits.connections)
        self.accepting = False
        self.del_channel()
        self.socket.close()
        for each in self._further:
            each.accept_last()
            each.close()

    def _close(self) -> None:
        self.task_dispatcher.shutdown(timeout=1)
        self._closed = True
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        self.trigger.close()
        self._selector.close()
