"""Work in a copy of this process, which ends when this one ends.

A copy holds the ports and files of this process, so that the next one could not have them while the copy runs. Where there is no `fork`
there are no copies.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

#: Whether this system has copies of processes.
HAS_COPIES = hasattr(os, "fork")


@dataclass(frozen=True, slots=True)
class RunningCopy:
    """A copy that has begun."""

    process: int
    #: Held open by this process alone: its end tells the copy of that of this process.
    held: int

    def wait(self) -> bool:
        """Wait until the copy has ended, and tell whether it did its work."""
        try:
            _process, status = os.waitpid(self.process, 0)
        finally:
            os.close(self.held)
        return os.waitstatus_to_exitcode(status) == 0

    def stop(self) -> None:
        """End the copy, whatever it is at, and wait until it has ended."""
        os.close(self.held)
        os.waitpid(self.process, 0)


def begin_copy(work: Callable[[], None]) -> RunningCopy:
    """Begin *work* in a copy of this process, which ends at once when the work is done, or failed.

    It does without what a process does at its end: connections that the copy has come by are not its own to close. No other thread may
    hold a lock that the work needs: nobody would give it back in the copy. Raise OSError where the system gives no copy, as one without
    enough memory or with a limit on processes.
    """
    alive, held = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(alive)
        os.close(held)
        raise
    if process:
        os.close(alive)
        return RunningCopy(process, held)
    status = 1
    try:
        os.close(held)
        threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
        work()
        status = 0
    finally:
        os._exit(status)


def _end_with(alive: int) -> None:
    """End this copy when the process has ended from which it was made."""
    os.read(alive, 1)
    os._exit(1)
