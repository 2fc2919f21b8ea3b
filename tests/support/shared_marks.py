"""What any process of a test run has put down, so that no other need do it again: one file of short digests that only grows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from support.shared import locked

_SIZE = 12


@dataclass(slots=True)
class SharedMarks:
    """Marks of all processes of a run. One is told by what it prints, which has to be the same in each process."""

    name: str
    _seen: set[bytes] = field(default_factory=set)
    _read: int = 0

    def add(self, marks: Iterable[Hashable]) -> bool:
        """Put *marks* down; tell whether each of them was there before, whoever put it down."""
        wanted = {blake2b(repr(mark).encode(), digest_size=_SIZE).digest() for mark in marks}
        with locked(self.name) as path, path.open("a+b") as file:
            file.seek(self._read)
            others = file.read()
            self._seen.update(others[start : start + _SIZE] for start in range(0, len(others), _SIZE))
            new = wanted - self._seen
            file.write(b"".join(new))
        self._seen |= new
        self._read += len(others) + len(new) * _SIZE
        return not new
