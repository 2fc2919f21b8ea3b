"""Counts how often a pattern stands in files: a program of its own, run by `erasure_proof`.

It must not be done in a process that has the database open: closing a file that SQLite has open too gives up SQLite's locks on it
(https://www.sqlite.org/howtocorrupt.html, 2.2), and the next process to close the database would take it for its last user.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 1 << 20
#: Longer than any identifier that is looked for, so that none is cut in two unseen.
_OVERLAP = 4096


def count_in_files(pattern: str, paths: Iterable[Path]) -> dict[str, int]:
    """Return how often a pattern stands in each of some files; those that are gone meanwhile are left out."""
    # By the standard input: the arguments of a process can be seen by others.
    asked = json.dumps({"pattern": pattern, "paths": [str(path) for path in paths]})
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", __name__], input=asked, capture_output=True, text=True, check=True
    )
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def _count(path: Path, pattern: re.Pattern[bytes]) -> int:
    count, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            data = tail + chunk
            # What ends in the part that was read before was counted with it.
            count += sum(1 for match in pattern.finditer(data) if match.end() > len(tail))
            tail = data[-_OVERLAP:]
    return count


def main() -> None:
    """Count what the standard input asks for."""
    asked = json.load(sys.stdin)
    pattern = re.compile(asked["pattern"].encode(), re.IGNORECASE)
    counts = {}
    for path in asked["paths"]:
        try:
            counts[path] = _count(Path(path), pattern)
        except FileNotFoundError:
            continue
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
