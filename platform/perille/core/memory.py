"""Memory that this process asked for and needs no more."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


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
