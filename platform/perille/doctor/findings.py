"""What the doctor found: each with how bad it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    #: Works, and should be looked at.
    WARNING = "look"
    #: Does not work, or endangers data or people.
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report, in plain English; no secret, no password, no name of anybody."""

    level: Level
    #: What was looked at: "database".
    part: str
    what: str
    #: What to do; "" where nothing is.
    do: str = ""

    def __str__(self) -> str:
        """Return the line as it is printed.

        >>> print(Finding(Level.FAULT, "disk", "3 MB free", "make room"))
        FAULT  disk      3 MB free: make room
        """
        return f"{self.level:<6} {self.part:<9} {self.what}{f': {self.do}' if self.do else ''}"


def ok(part: str, what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(Level.OK, part, what)


def warning(part: str, what: str, do: str) -> Finding:
    """Return a finding that should be looked at."""
    return Finding(Level.WARNING, part, what, do)


def fault(part: str, what: str, do: str) -> Finding:
    """Return a finding that must be mended."""
    return Finding(Level.FAULT, part, what, do)
