"""The memory of the things used last."""

from __future__ import annotations

from perille.core.lru_cache import LruCache


def test_things_that_weigh_nothing_do_not_gather_for_ever() -> None:
    lists = LruCache[tuple[str, ...]](3, weigh=len)
    for number in range(5):
        lists.put(number, ())
    assert [number for number in range(5) if lists.find(number) is not None] == [2, 3, 4]
