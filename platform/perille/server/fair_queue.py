"""A queue in which every network has its share: one that floods the server waits behind itself, not before the others."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar

#: Seconds of work that a request is taken to cost before it has run.
ESTIMATE = 0.003
#: Networks that are remembered without looking which may be forgotten.
_FEW = 1000


class Queued(Protocol):
    """What waits: its network is what shares are counted by."""

    @property
    def flow(self) -> str:
        """The network of the client."""


Task = TypeVar("Task", bound=Queued)


@dataclass(slots=True)
class _Flow(Generic[Task]):
    """One network: its waiting tasks, and the virtual time up to which it has used its share."""

    waiting: deque[Task] = field(default_factory=deque)
    used: float = 0.0


class FairQueue(Generic[Task]):
    """Start-time fair queueing over networks (Goyal, Vin and Cheng 1996), with the interface of a deque.

    The task of the network that has used least comes first; within a network, first come is first served. A network that was
    quiet gets no credit for that. The caller holds a lock: waitress does for `append`, `popleft` and `len`.
    """

    def __init__(self) -> None:
        self._flows: dict[str, _Flow[Task]] = {}
        self._turns: list[tuple[float, int, str]] = []
        self._now = 0.0
        self._number = 0
        self._length = 0
        self._forget_above = _FEW

    def __len__(self) -> int:
        return self._length

    def append(self, task: Task) -> None:
        """Let a task wait for its network's turn."""
        flow = self._flows.setdefault(task.flow, _Flow())
        flow.waiting.append(task)
        self._length += 1
        if len(flow.waiting) == 1:
            flow.used = max(flow.used, self._now)
            self._take_turn(task.flow, flow)

    def popleft(self) -> Task:
        """Return the task whose turn it is; raise IndexError where none waits."""
        self._now, _number, name = heappop(self._turns)
        flow = self._flows[name]
        task = flow.waiting.popleft()
        self._length -= 1
        flow.used = max(flow.used, self._now) + ESTIMATE
        if flow.waiting:
            self._take_turn(name, flow)
        if not self._length:
            # Nobody waits: nobody has had less than they wanted.
            self._now = max(self._now, flow.used)
        if len(self._flows) > self._forget_above:
            self._forget()
        return task

    def charge(self, name: str, seconds: float) -> None:
        """Correct what a network has used, once the true cost of a task is known."""
        flow = self._flows.get(name)
        if flow is not None:
            flow.used += seconds - ESTIMATE

    def _take_turn(self, name: str, flow: _Flow[Task]) -> None:
        self._number += 1
        heappush(self._turns, (flow.used, self._number, name))

    def _forget(self) -> None:
        # A network that has used no more than its share is like one that was never seen.
        self._flows = {name: flow for name, flow in self._flows.items() if flow.waiting or flow.used > self._now}
        self._forget_above = max(_FEW, 2 * len(self._flows))
