"""What a run of the tests says of its cost."""

from __future__ import annotations

import os
from pathlib import Path

from support.processor import ProcessorTime, busy_seconds


class Lines(list[str]):
    """What would be printed."""

    def write_line(self, words: str) -> None:
        """Take a line."""
        self.append(words)


def written(stat: Path, *seconds: int) -> Path:
    """Write what the machine says of its cores: user, nice, system, idle, waiting, interrupts, soft ones, stolen, guests."""
    ticks = os.sysconf("SC_CLK_TCK")
    stat.write_text(f"cpu  {' '.join(str(each * ticks) for each in seconds)}\ncpu0 1 2 3\n")
    return stat


def test_what_was_calculated_counts_and_what_was_waited_for_or_stolen_does_not(tmp_path: Path) -> None:
    assert busy_seconds(written(tmp_path / "stat", 10, 20, 30, 4000, 5000, 1, 2, 6000, 7000)) == 63


def test_only_what_a_run_cost_is_said(tmp_path: Path) -> None:
    stat, lines = written(tmp_path / "stat", 100, 0, 50, 10, 0, 0, 0, 0, 0), Lines()
    plugin = ProcessorTime(stat)
    written(stat, 130, 0, 62, 99, 9, 0, 0, 0, 0)
    plugin.pytest_terminal_summary(lines)  # type: ignore[arg-type]  # what it uses of the reporter
    (line,) = lines
    assert line.startswith("42 s of the processor in ")


def test_a_machine_that_does_not_say_is_asked_for_nothing(tmp_path: Path) -> None:
    lines = Lines()
    ProcessorTime(tmp_path / "none").pytest_terminal_summary(lines)  # type: ignore[arg-type]
    assert lines == []
