"""A cache of committed rows in each process. When a store's part is full it begins anew: an LRU would cost more on each hit."""

from __future__ import annotations

import sys
from threading import Lock
from typing import Any

from perille.core.extension_state import EngineSlot
from perille.lrs.storage.connection import RawConnection
from perille.lrs.xapi import limits

#: What is known of committed rows: what they are found by -> number, or what stands in them.
Known = dict[Any, Any]
#: Rows of a store that are kept at most.
_REMEMBERED = 100_000


class Memory:
    """What this process knows of one database's committed rows; forgotten as a whole for a store when it grows too large."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epochs: dict[int, int] = {}
        self._known: dict[int, Known] = {}
        #: Facts that never change: numbers of stores, the default store.
        self.fixed: Known = {}

    def of(self, store: int, epoch: int) -> Known:
        """Return what is known of a store; an erasure in any process makes a new epoch and empties it."""
        known = self._known.get(store)
        if known is None or self._epochs.get(store) != epoch or len(known) > _REMEMBERED:
            with self._lock:
                self._epochs[store] = epoch
                known = self._known[store] = {}
        return known


#: What this process knows of each database.
memories = EngineSlot(Memory)


def remember(raw: RawConnection, store: int, epoch: int, rows: Known) -> None:
    """Keep *rows* in mind once the transaction has committed; a rollback drops them."""
    if rows:
        memory = memories.of(raw.engine)
        raw.when_committed(lambda: memory.of(store, epoch).update(rows))


def is_small(*texts: str) -> bool:
    """Tell whether texts are short enough to be kept in mind: what a client sends does not fill the memory."""
    return sum(map(sys.getsizeof, texts)) <= limits.REMEMBERED * len(texts)
