"""Export and import: statements as JSON lines or CSV, streamed in slices, whatever their number.

A line of JSON is a statement as a client would get it. An export is read in short transactions, so that it holds nobody up; what is
stored meanwhile comes at its end. An import skips what is here already, so that one that was broken off is simply run again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from msgspec import UNSET, Raw, Struct

from perille.database import Session, run_in_transaction
from perille.lrs import presenting, reading, searching
from perille.lrs.clients import authority_of
from perille.lrs.faults import Fault
from perille.lrs.presenting import Kept
from perille.lrs.searching import Filter
from perille.lrs.services import store_incoming
from perille.lrs.sql import driver_of
from perille.lrs.store import store_number
from perille.lrs.versions import Version
from perille.lrs.writing import Authority

SLICE = 500
CSV_COLUMNS = (
    "id", "stored", "timestamp", "actor", "verb", "activity", "registration",
    "success", "completion", "scaled", "raw", "response", "duration",
)  # fmt: skip
#: Told how many statements are done, after each slice.
Progress = Callable[[int], None]


class ImportReport(Struct, frozen=True):
    """What an import did: statements stored, those that were here already, and lines refused with their reason."""

    stored: int
    repeated: int
    refused: list[tuple[int, str]]


def export(
    session: Session, store_id: UUID, asked: Filter, *, progress: Progress = lambda _done: None
) -> Iterator[bytes]:
    """Yield statements that a filter finds as lines of JSON, oldest first; each slice is read in a transaction of its own."""
    for line in _kept(session, store_id, asked, progress):
        yield presenting.exact(line, Version.V2) + b"\n"


def export_csv(
    session: Session, store_id: UUID, asked: Filter, *, progress: Progress = lambda _done: None
) -> Iterator[str]:
    """Yield the same as CSV with a header line, one row a statement; what looks like a formula is made text."""
    yield _row(CSV_COLUMNS)
    for kept in _kept(session, store_id, asked, progress):
        yield _row(_cells(presenting.complete(kept, Version.V2)))


def _kept(session: Session, store_id: UUID, asked: Filter, progress: Progress) -> Iterator[Kept]:
    after, done = asked.after, 0
    while True:
        part = Filter(**{**_fields(asked), "ascending": True, "after": after, "limit": SLICE})
        found = run_in_transaction(session, lambda part=part: _slice(session, store_id, part), write=False)  # type: ignore[misc]
        if not found:
            return
        yield from found
        after, done = found[-1].seq, done + len(found)
        progress(done)


def _fields(asked: Filter) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__struct_fields__}


def _slice(session: Session, store_id: UUID, asked: Filter) -> list[Kept]:
    return searching.search(driver_of(session), store_number(session, store_id), asked)


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(
        [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in cells]
    )
    return text.getvalue()


def _cells(statement: dict[str, Any]) -> list[str]:
    """Return one statement's cells; an actor is its identifier, a missing value is empty."""
    actor, result = statement["actor"], statement.get("result", {})
    account = actor.get("account", {})
    who = account.get("name") or actor.get("mbox") or actor.get("mbox_sha1sum") or actor.get("openid") or ""
    score = result.get("score", {})
    values = (
        statement["id"], statement["stored"], statement["timestamp"], who, statement["verb"]["id"], statement["object"].get("id", ""),
        statement.get("context", {}).get("registration", ""), result.get("success", ""), result.get("completion", ""),
        score.get("scaled", ""), score.get("raw", ""), result.get("response", ""), result.get("duration", ""),
    )  # fmt: skip
    return [_cell(value) for value in values]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return bytes(value).decode() if isinstance(value, memoryview | bytes | Raw) else str(value)


def import_lines(
    session: Session,
    store_id: UUID,
    lines: Iterable[bytes],
    authority: Authority | None = None,
    *,
    progress: Progress = lambda _done: None,
) -> ImportReport:
    """Store lines of JSON, slice by slice; a line that is refused is reported with its number and does not stop the rest.

    Each statement keeps the authority written in it, for whoever imports is trusted; *authority* vouches for those without.
    """
    stored = repeated = done = 0
    refused: list[tuple[int, str]] = []
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while part := list(islice(numbered, SLICE)):
        for voucher, batch in _read(part, authority, refused).items():
            fresh, again = _store(session, store_id, voucher, batch, refused)
            stored, repeated = stored + fresh, repeated + again
        done += len(part)
        progress(done)
    return ImportReport(stored, repeated, refused)


Numbered = list[tuple[int, reading.Incoming]]


def _read(
    part: list[tuple[int, bytes]], authority: Authority | None, refused: list[tuple[int, str]]
) -> dict[Authority, Numbered]:
    """Read a slice, grouped by who vouches."""
    groups: dict[Authority, Numbered] = {}
    for number, line in part:
        try:
            incoming = reading.read_statement(line, Version.V2)
            written = incoming.statement.authority
            voucher = authority if written is UNSET else authority_of(reading.encode(written))
            if voucher is None:
                refused.append((number, "The statement has no authority, and none was given."))
                continue
            groups.setdefault(voucher, []).append((number, incoming))
        except Fault as fault:
            refused.append((number, f"{fault.path}: {fault.message}"))
    return groups


def _store(
    session: Session, store_id: UUID, voucher: Authority, batch: Numbered, refused: list[tuple[int, str]]
) -> tuple[int, int]:
    """Store a group; where one of it is refused, one by one. Returns how many are new and how many were here."""
    try:
        kept = run_in_transaction(session, lambda: _store_batch(session, store_id, voucher, batch), write=True)
    except Fault as fault:
        if len(batch) == 1:
            refused.append((batch[0][0], f"{fault.path}: {fault.message}"))
            return 0, 0
        counts = [_store(session, store_id, voucher, [one], refused) for one in batch]
        return sum(fresh for fresh, _ in counts), sum(again for _, again in counts)
    return kept, len(batch) - kept


def _store_batch(session: Session, store_id: UUID, voucher: Authority, batch: Numbered) -> int:
    before = driver_of(session).one(
        "SELECT last_seq FROM lrs_store WHERE number = ?", store_number(session, store_id)
    ) or (0,)
    found = store_incoming(session, [incoming for _, incoming in batch], store_id=store_id, authority=voucher)
    return sum(one.seq > before[0] for one in found)
