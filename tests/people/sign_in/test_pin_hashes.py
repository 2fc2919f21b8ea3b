"""Hashes of PINs: dear on purpose, so few at a time, in the order in which they were asked for."""

from __future__ import annotations

import threading

import pytest

from perille.core.errors import Unavailable
from perille.people.sign_in.hashing import HashQueue, PinHasher


def test_a_full_queue_is_told_at_once_and_a_free_one_works() -> None:
    queue = HashQueue(1, queue=0)
    hasher = PinHasher(["k" * 40], weak=True, queue=queue)
    with queue.turn(), pytest.raises(Unavailable) as refused:
        hasher.hash("271828")
    assert refused.value.retry_after == 5
    assert hasher.verify(hasher.hash("271828"), "271828")


def test_a_hash_that_waits_too_long_is_given_up() -> None:
    queue = HashQueue(1, queue=4, patience=0.01)
    with queue.turn(), pytest.raises(Unavailable):
        PinHasher(["k" * 40], weak=True, queue=queue).hash("271828")


def test_whoever_waits_longest_is_next_though_others_ask_again_at_once() -> None:
    queue, order = HashQueue(1), list[int]()
    with queue.turn():
        threads = []
        for number in range(5):
            thread = threading.Thread(target=take_turn, args=(queue, order, number))
            thread.start()
            threads.append(thread)
            while len(queue._waiting) <= number:
                threading.Event().wait(0.001)
    with queue.turn():
        order.append(99)
    for thread in threads:
        thread.join()
    # The one who asked again at once came last.
    assert order == [0, 1, 2, 3, 4, 99]


def take_turn(queue: HashQueue, order: list[int], number: int) -> None:
    with queue.turn():
        order.append(number)


def test_pins_outlive_a_new_key_and_need_one_that_made_them() -> None:
    made = PinHasher(["old" * 20], weak=True).hash("271828")
    assert PinHasher(["new" * 20, "old" * 20], weak=True).verify(made, "271828")
    assert not PinHasher(["new" * 20], weak=True).verify(made, "271828")


def test_the_real_hash_takes_19_mebibytes_and_two_passes() -> None:
    assert PinHasher(["k" * 40]).hash("271828").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("pin_hash", [None, "", "nonsense"])
def test_nothing_is_right_for_nobody(pin_hash: str | None) -> None:
    hasher = PinHasher(["k" * 40], weak=True)
    assert not hasher.verify(pin_hash, "nobody")
    assert not hasher.verify(pin_hash, "x" * 1000)
