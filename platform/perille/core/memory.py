"""Memory that this process asked for and needs no more."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def give_back_memory() -> None:
    """Give the system back what is free: glibc keeps it by itself. Does nothing where the C library has no `malloc_trim`."""
    gc.collect()
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def leave_out_of_search() -> None:
    """Leave what there is now out of all later searches for garbage: it stays for as long as the server runs.

    There are some 300,000 objects, and to look through all of them held every thread up for a tenth of a second now and then.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def no_search_for_garbage() -> Iterator[None]:
    """Search for no garbage meanwhile: work that makes very many objects and keeps them would have all of them searched again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
