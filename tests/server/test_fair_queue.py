"""Every network has its share: one that floods waits behind itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.server.fair_queue import ESTIMATE, FairQueue


@dataclass(frozen=True)
class Task:
    """A request of a network."""

    flow: str
    number: int = 0


def test_one_network_is_served_in_the_order_in_which_its_requests_came() -> None:
    queue: FairQueue[Task] = FairQueue()
    for number in range(5):
        queue.append(Task("a", number))
    assert [queue.popleft().number for _task in range(5)] == [0, 1, 2, 3, 4]
    assert not queue


def test_a_newcomer_does_not_wait_behind_a_flood() -> None:
    queue: FairQueue[Task] = FairQueue()
    for number in range(1000):
        queue.append(Task("flood", number))
    for _task in range(10):
        queue.popleft()
    queue.append(Task("learner"))
    assert "learner" in {queue.popleft().flow for _task in range(2)}


def test_requests_that_cost_much_use_more_of_the_share() -> None:
    queue: FairQueue[Task] = FairQueue()
    for number in range(100):
        queue.append(Task("dear", number))
        queue.append(Task("cheap", number))
    served = Counter[str]()
    for _turn in range(60):
        task = queue.popleft()
        served[task.flow] += 1
        queue.charge(task.flow, ESTIMATE * (9 if task.flow == "dear" else 1))
    assert served["cheap"] > 6 * served["dear"]


def test_quiet_networks_save_up_no_credit() -> None:
    queue: FairQueue[Task] = FairQueue()
    queue.append(Task("quiet"))
    queue.popleft()
    for number in range(100):
        queue.append(Task("steady", number))
    for _task in range(50):
        queue.popleft()
    for number in range(100):
        queue.append(Task("quiet", number))
    first = Counter(queue.popleft().flow for _task in range(40))
    assert abs(first["quiet"] - first["steady"]) <= 2


def test_networks_that_wait_for_nothing_are_forgotten() -> None:
    queue: FairQueue[Task] = FairQueue()
    for number in range(20_000):
        queue.append(Task(str(number)))
        queue.popleft()
    assert len(queue._flows) < 2000


@given(st.lists(st.sampled_from("abc") | st.none(), max_size=80))
def test_each_task_comes_out_once(steps: list[str | None]) -> None:
    queue: FairQueue[Task] = FairQueue()
    put, taken = [], []
    for number, step in enumerate(steps):
        if step is not None:
            put.append(Task(step, number))
            queue.append(put[-1])
        elif queue:
            taken.append(queue.popleft())
    while queue:
        taken.append(queue.popleft())
    assert sorted(taken, key=lambda task: task.number) == put
    with pytest.raises(IndexError):
        queue.popleft()
