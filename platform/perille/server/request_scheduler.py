"""Two lanes to the threads: whoever has used much lately waits for few of them, and the others find one free."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from perille.server.fair_queue import FairQueue
from perille.server.fair_share import RequestShare

#: One thread of this many is for the heavy lane while others are about. Python runs one thread at a time, and one that writes gives
#: its turn away with each of some forty statements: every thread more makes it wait longer to have it back.
_HEAVY_PART = 4
#: Seconds for which somebody in the light lane counts as about.
_ABOUT = 1.0
#: Seconds for which nothing heavy begins after a light task that is still in work.
_YIELD = 0.5
#: Turns of the light lane in a row after which the heavy one has one.
_TURNS = 8


class Sharing(Protocol):
    """What waits for a thread."""

    share: RequestShare

    @property
    def flow(self) -> str:
        """The flow of its share."""


Task = TypeVar("Task", bound=Sharing)


@dataclass(slots=True)
class _Lane(Generic[Task]):
    """A queue, and how many of its tasks are in work."""

    queue: FairQueue[Task]
    running: int = 0


class RequestScheduler(Generic[Task]):
    """Both lanes, with the interface of waitress's queue: true where a thread may take a task now, and as long as many wait.

    The caller holds a lock, and reports each task that was taken by `done`.
    """

    def __init__(self, threads: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads = threads
        self._clock = clock
        self._light: _Lane[Task] = _Lane(FairQueue())
        self._heavy: _Lane[Task] = _Lane(FairQueue())
        #: When a light task was taken last, and how many were since the last heavy one.
        self._taken = -_ABOUT
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._light.queue) + len(self._heavy.queue)

    def __bool__(self) -> bool:
        return bool(self._light.queue) or self._heavy_may_run()

    def append(self, task: Task) -> None:
        """Let a task wait in its lane."""
        self._lane(task.share).queue.append(task)

    def popleft(self) -> Task:
        """Return the task whose turn it is; raise IndexError where none may run now."""
        heavy = self._heavy_may_run()
        if self._light.queue and not (heavy and self._in_a_row >= _TURNS):
            lane = self._light
            self._taken = self._clock()
            self._in_a_row += 1
        elif heavy:
            lane = self._heavy
            self._in_a_row = 0
        else:
            raise IndexError("nothing may run now")
        lane.running += 1
        return lane.queue.popleft()

    def done(self, share: RequestShare, seconds: float) -> None:
        """Note that a task has run, and what it cost of the processor."""
        lane = self._lane(share)
        lane.running -= 1
        lane.queue.charge(share.flow, seconds)

    def _lane(self, share: RequestShare) -> _Lane[Task]:
        return self._heavy if share.heavy else self._light

    def _heavy_may_run(self) -> bool:
        return bool(self._heavy.queue) and self._heavy.running < self._room_for_heavy()

    def _room_for_heavy(self) -> int:
        """Return how many threads the heavy lane may have now; one is always kept free for the other."""
        since = self._clock() - self._taken
        if self._light.running and since < _YIELD and self._in_a_row < _TURNS:
            return 0
        about = self._light.running or since < _ABOUT
        return max(1, self._threads // _HEAVY_PART if about else self._threads - 1)
