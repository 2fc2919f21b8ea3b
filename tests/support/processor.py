"""Says at the end of a run what it cost: seconds of the processor, of the whole machine.

`time make test` sees neither sites that tests start, nor their browsers, nor PostgreSQL, which are half of it; and how long a run took says
more of what else the machine did. The bar is 720 s on two cores that do nothing else: 1,440 s of the processor.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

#: Of the first line of /proc/stat, in ticks: user, nice, system, idle, waiting for disks, interrupts of two kinds.
_BUSY = (0, 1, 2, 5, 6)
_STAT = Path("/proc/stat")


class ProcessorTime:
    """The plugin of the process that starts the others."""

    def __init__(self, stat: Path = _STAT) -> None:
        self._stat = stat
        self._began = time.monotonic()
        self._busy = busy_seconds(stat)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it; nothing fails for it, as others may use the machine."""
        if self._busy is not None:
            busy = (busy_seconds(self._stat) or 0.0) - self._busy
            cores, took = os.cpu_count() or 1, time.monotonic() - self._began
            terminalreporter.write_line(
                f"{busy:.0f} s of the processor in {took:.0f} s, of the whole machine ({cores} cores, {busy / took / cores:.0%} busy)"
            )


def busy_seconds(stat: Path = _STAT) -> float | None:
    """Return for how long the machine's cores have calculated since it was started, together; None where it does not say (not Linux)."""
    if not stat.is_file():
        return None
    _name, *ticks = stat.read_text().partition("\n")[0].split()
    return sum(int(ticks[each]) for each in _BUSY) / os.sysconf("SC_CLK_TCK")
