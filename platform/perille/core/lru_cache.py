"""A memory of the things used last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class LruCache(Generic[T]):
    """The things used last, at most *size* of them; safe for threads.

    *weigh*: what one thing counts for, where some are much larger than others; 1 at least, so that empty ones do not gather. One that
    alone is larger than *size* is kept, and no other.

    >>> words = LruCache[str](2)
    >>> words.get("fi", lambda: "Suomi"), words.get("fi", lambda: "made once")
    ('Suomi', 'Suomi')
    >>> lists = LruCache[str](9, weigh=len)
    >>> for word in ("Suomi", "Eesti", "Island og Svíþjóð"):
    ...     lists.put(word, word)
    >>> [lists.find(word) for word in ("Suomi", "Eesti", "Island og Svíþjóð")]
    [None, None, 'Island og Svíþjóð']
    """

    def __init__(self, size: int, weigh: Callable[[T], int] = lambda _thing: 1) -> None:
        self._things: LRUCache[Hashable, T] = LRUCache(size, lambda thing: min(max(weigh(thing), 1), size))
        self._lock = RLock()

    def find(self, key: Hashable) -> T | None:
        """Return the thing of that key, None where it is not there."""
        with self._lock:
            try:
                return self._things[key]
            except KeyError:
                return None

    def put(self, key: Hashable, thing: T) -> None:
        """Remember a thing under that key."""
        with self._lock:
            self._things[key] = thing

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the thing of that key, made where it is not there; two threads may make it at the same moment.

        What makes it runs without the lock: a course that is read for the first time holds up nobody who reads another.
        """
        with self._lock:
            if key in self._things:
                return self._things[key]
        thing = make()
        self.put(key, thing)
        return thing
