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
