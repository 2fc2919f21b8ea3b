"""Compiling what has changed, in two processes where there is much of it.

Packs do not ask each other while they are compiled, so that each half of them can be compiled by a copy of this process. A copy begins with
all that was read already, such as the libraries, and gives back rows as bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import msgspec

from perille.core.copies import HAS_COPIES, Copy, begin_copy
from perille.core.decoding import read_msgpack
from perille.packs.compiler.compile import compile_loaded
from perille.packs.publishing.build_queue import BuildQueue, PackBuild
from perille.packs.publishing.publish import Rows, rows_of
from perille.packs.source.diagnostics import Diagnostic, PackError

#: Bytes of text below which the other process costs more than it spares.
_WORTH_IT = 1_000_000
_TEXTS = (".po", ".md", ".toml")
#: Called with a pack that has been compiled.
Told = Callable[[PackBuild], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A pack as it came from the compiler."""

    #: None where it has faults.
    rows: Rows | None
    #: Its faults and warnings.
    diagnostics: tuple[Diagnostic, ...]


def build(queue: BuildQueue, candidate: PackBuild) -> Built:
    """Compile one pack."""
    try:
        compiled = compile_loaded(queue.loaded(candidate), queue.libraries())
    except PackError as error:
        return Built(rows=None, diagnostics=error.diagnostics)
    return Built(rows=rows_of(compiled, candidate.files), diagnostics=compiled.warnings)


def build_all(queue: BuildQueue, candidates: Sequence[PackBuild], processes: int, told: Told) -> dict[str, Built]:
    """Compile packs and return id -> what came of each.

    *processes*: in how many at most, this one included; more than one only where no other thread may hold a lock, which nobody would give
    back in a copy. What a copy does not give back is compiled here. *told* is called here, after each pack.
    """
    if candidates:
        # Read once, before there are copies.
        queue.libraries()
    shares = _shares(candidates, processes)
    apart = [(share, _begin(queue, share)) for share in shares[1:]]
    built: dict[str, Built] = {}
    for candidate in shares[0] if shares else ():
        built[candidate.id] = build(queue, candidate)
        told(candidate)
    for share, begun in apart:
        given = _take(*begun) if begun is not None else {}
        for candidate in share:
            built[candidate.id] = given.get(candidate.id) or build(queue, candidate)
            told(candidate)
    return built


def _shares(candidates: Iterable[PackBuild], processes: int) -> list[list[PackBuild]]:
    """Return packs in shares of about the same size, each in the order in which they came; one share where there is little to do."""
    order = list(candidates)
    sizes = {each.id: _size(each) for each in order}
    count = processes if HAS_COPIES and sum(sizes.values()) >= _WORTH_IT else 1
    totals = [0] * count
    share_of: dict[str, int] = {}
    for each in sorted(order, key=lambda one: -sizes[one.id]):
        smallest = totals.index(min(totals))
        share_of[each.id] = smallest
        totals[smallest] += sizes[each.id]
    shares = [[each for each in order if share_of[each.id] == number] for number in range(count)]
    return [share for share in shares if share]


def _size(candidate: PackBuild) -> int:
    return sum(len(body) for path, body in candidate.files.files.items() if path.endswith(_TEXTS))


def _begin(queue: BuildQueue, share: Sequence[PackBuild]) -> tuple[Copy, IO[bytes]] | None:
    """Begin to compile a share in a copy of this process; return it and the file into which it writes.

    Return None where the system gives no copy or no file: there is too little memory, or no folder that can be written.
    """
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by who reads it)
    except OSError:
        return None

    def work() -> None:
        file.write(msgspec.msgpack.encode({each.id: build(queue, each) for each in share}))
        file.flush()

    try:
        return begin_copy(work), file
    except OSError:
        file.close()
        return None


def _take(copy: Copy, file: IO[bytes]) -> dict[str, Built]:
    """Return what a copy has compiled, nothing where it failed: it is compiled again, and fails where everybody sees it."""
    with file:
        if not copy.wait():
            return {}
        file.seek(0)
        return read_msgpack(file.read(), dict[str, Built])
