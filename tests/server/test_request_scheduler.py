"""Two lanes: whoever has used much waits for few threads, the others find one free, and nobody waits for ever."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.server.fair_share import RequestShare
from perille.server.request_scheduler import RequestScheduler

LIGHT, HEAVY = RequestShare("learner"), RequestShare("flood", heavy=True)


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Task:
    """A request."""

    share: RequestShare
    number: int = 0

    @property
    def flow(self) -> str:
        return self.share.flow


def lanes(clock: Clock, *, light: int = 0, heavy: int = 0) -> RequestScheduler[Task]:
    """Eight threads, and so many that wait."""
    made: RequestScheduler[Task] = RequestScheduler(8, clock)
    for share, count in ((LIGHT, light), (HEAVY, heavy)):
        for number in range(count):
            made.append(Task(share, number))
    return made


def begun(queue: RequestScheduler[Task]) -> list[Task]:
    """Begin all that may run now."""
    taken = []
    while queue:
        taken.append(queue.popleft())
    return taken


def test_while_nobody_else_is_about_all_threads_but_one_take_what_is_heavy() -> None:
    queue = lanes(Clock(), heavy=20)
    assert len(begun(queue)) == 7
    assert not queue
    assert len(queue) == 13
    with pytest.raises(IndexError):
        queue.popleft()
    queue.append(Task(LIGHT))
    assert queue.popleft().share == LIGHT


def test_nothing_heavy_begins_while_a_learner_is_answered() -> None:
    clock = Clock()
    queue = lanes(clock, light=1, heavy=20)
    assert [task.share for task in begun(queue)] == [LIGHT]
    queue.done(LIGHT, 0.01)
    assert len(begun(queue)) == 2
    clock.now += 2.0
    assert len(begun(queue)) == 5


def test_a_request_that_takes_long_does_not_shut_the_others_out() -> None:
    clock = Clock()
    queue = lanes(clock, light=1, heavy=20)
    begun(queue)
    clock.now += 0.6
    assert len(begun(queue)) == 2


def test_many_learners_do_not_shut_the_others_out() -> None:
    queue = lanes(Clock(), light=100, heavy=100)
    order = []
    for _turn in range(90):
        order.append(queue.popleft())
        queue.done(order[-1].share, 0.01)
    assert sum(task.share.heavy for task in order) == 10


def test_one_thread_serves_both() -> None:
    clock = Clock()
    queue: RequestScheduler[Task] = RequestScheduler(1, clock)
    for share in (HEAVY, LIGHT, HEAVY):
        queue.append(Task(share))
    seen = []
    while queue:
        seen.append(queue.popleft().share.heavy)
        queue.done(HEAVY if seen[-1] else LIGHT, 0.01)
    assert seen == [False, True, True]


@given(st.lists(st.sampled_from("lhtd"), max_size=80))
def test_each_task_comes_out_once_and_none_is_left(steps: list[str]) -> None:
    clock = Clock()
    queue: RequestScheduler[Task] = RequestScheduler(4, clock)
    put, taken, running = [], [], []
    for number, step in enumerate(steps + ["d"] * 500):
        if step in "lh":
            put.append(Task(LIGHT if step == "l" else HEAVY, number))
            queue.append(put[-1])
        elif step == "t" and queue:
            running.append(queue.popleft())
            taken.append(running[-1])
        elif step == "d":
            if running:
                queue.done(running.pop().share, 0.01)
            if queue:
                running.append(queue.popleft())
                taken.append(running[-1])
        assert len(queue) == len(put) - len(taken)
    assert sorted(taken, key=lambda task: task.number) == put
