"""Compiling what has changed, in two processes where there is much of it.

Packs do not ask each other while they are compiled, so that some of them can be compiled by a copy of this process. A copy begins with
all that was read already, such as the libraries, and gives back rows as bytes.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

import msgspec

from perille.core.decoding import read_msgpack
from perille.core.forked_work import HAS_COPIES, RunningCopy, begin_copy
from perille.packs.compiler.compile import compile_loaded
from perille.packs.publishing.build_queue import BuildQueue, PackBuild
from perille.packs.publishing.publish import PackRows, rows_of
from perille.packs.source.diagnostics import Diagnostic, PackError

#: Bytes of text below which the other process costs more than it spares.
_WORTH_IT = 1_000_000
_TEXTS = (".po", ".md", ".toml")
#: Bytes of the number of a pack that waits.
_NUMBER = 4
#: Called with a pack that has been compiled.
Told = Callable[[PackBuild], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPack:
    """A pack as it came from the compiler."""

    #: None where it has faults.
    rows: PackRows | None
    #: Its faults and warnings.
    diagnostics: tuple[Diagnostic, ...]


def build(queue: BuildQueue, candidate: PackBuild) -> BuiltPack:
    """Compile one pack."""
    try:
        compiled = compile_loaded(queue.loaded(candidate), queue.libraries())
    except PackError as error:
        return BuiltPack(rows=None, diagnostics=error.diagnostics)
    return BuiltPack(rows=rows_of(compiled, candidate.files), diagnostics=compiled.warnings)


def build_all(queue: BuildQueue, candidates: Sequence[PackBuild], processes: int, told: Told) -> dict[str, BuiltPack]:
    """Compile packs and return id -> what came of each.

    *processes*: in how many at most, this one included; more than one only where no other thread may hold a lock, which nobody would give
    back in a copy. What a copy does not give back is compiled here. *told* is called here, after each pack.
    """
    if candidates:
        # Read once, before there are copies.
        queue.libraries()
    order = _largest_first(candidates)
    built: dict[str, BuiltPack] = {}
    with ExitStack() as opened:
        begun, waiting = _divide(queue, order, _copies(order, processes), opened)
        with _stopped_on_error(begun):
            for candidate in waiting:
                built[candidate.id] = build(queue, candidate)
                told(candidate)
        _gather(queue, order, begun, built, told)
    return built


@contextmanager
def _stopped_on_error(begun: Iterable[tuple[RunningCopy, IO[bytes]]]) -> Iterator[None]:
    """End copies at once where the block ends with an error: nobody takes what they make."""
    try:
        yield
    except BaseException:
        for copy, _file in begun:
            copy.stop()
        raise


def _gather(
    queue: BuildQueue,
    order: Iterable[PackBuild],
    begun: Iterable[tuple[RunningCopy, IO[bytes]]],
    built: dict[str, BuiltPack],
    told: Told,
) -> None:
    """Add to *built* what copies have compiled; what none gives back is compiled here."""
    given = {name: each for copy in begun for name, each in _take(*copy).items()}
    for candidate in order:
        if candidate.id not in built:
            built[candidate.id] = given.get(candidate.id) or build(queue, candidate)
            told(candidate)


def _copies(order: Sequence[PackBuild], processes: int) -> int:
    """Return how many copies are worth it."""
    return min(processes, len(order)) - 1 if HAS_COPIES and sum(map(_size, order)) >= _WORTH_IT else 0


def _divide(
    queue: BuildQueue, order: Sequence[PackBuild], copies: int, opened: ExitStack
) -> tuple[list[tuple[RunningCopy, IO[bytes]]], Iterable[PackBuild]]:
    """Return copies that have begun, each with the file into which it writes, and the packs that this process takes.

    Each process begins with a pack of its own, and goes on with what no other has begun.
    """
    shared = _share(order[copies + 1 :], opened) if copies > 0 else None
    if shared is None:
        return [], order
    begun = [_begin(queue, itertools.chain((first,), shared), opened) for first in order[:copies]]
    return [each for each in begun if each is not None], itertools.chain((order[copies],), shared)


def _largest_first(candidates: Iterable[PackBuild]) -> list[PackBuild]:
    """Return packs in the order in which they are begun: a small one at the end leaves no process waiting for long."""
    return sorted(candidates, key=_size, reverse=True)


def _share(waiting: Sequence[PackBuild], opened: ExitStack) -> _Shared | None:
    """Return packs of which each process takes the next when it is ready; None where there is no folder that can be written."""
    try:
        return _Shared(waiting, opened.enter_context(tempfile.TemporaryFile()))
    except OSError:
        return None


class _Shared:
    """Packs that are given out once among this process and its copies.

    How long a pack takes is not told by its size: a library has been read already, and one with many questions takes twice as long as
    another. A file that is open in all of them knows how many were taken, since copies and this process are at one place in it.
    """

    def __init__(self, waiting: Sequence[PackBuild], file: IO[bytes]) -> None:
        self._waiting = waiting
        self._file = file
        file.write(b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(waiting))))
        file.flush()
        file.seek(0)

    def __iter__(self) -> Iterator[PackBuild]:
        # Read without a buffer, which would take several.
        while number := os.read(self._file.fileno(), _NUMBER):
            yield self._waiting[int.from_bytes(number, "big")]


def _size(candidate: PackBuild) -> int:
    return sum(len(body) for path, body in candidate.files.files.items() if path.endswith(_TEXTS))


def _begin(queue: BuildQueue, share: Iterable[PackBuild], opened: ExitStack) -> tuple[RunningCopy, IO[bytes]] | None:
    """Begin to compile packs in a copy of this process; return it and the file into which it writes, which *opened* closes.

    Return None where the system gives no copy or no file: there is too little memory, or no folder that can be written.
    """
    try:
        file = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  (the stack closes it)
    except OSError:
        return None

    def work() -> None:
        file.write(msgspec.msgpack.encode({each.id: build(queue, each) for each in share}))
        file.flush()

    try:
        return begin_copy(work), file
    except OSError:
        return None


def _take(copy: RunningCopy, file: IO[bytes]) -> dict[str, BuiltPack]:
    """Return what a copy has compiled, nothing where it failed: it is compiled again, and fails where everybody sees it."""
    if not copy.wait():
        return {}
    file.seek(0)
    return read_msgpack(file.read(), dict[str, BuiltPack])
