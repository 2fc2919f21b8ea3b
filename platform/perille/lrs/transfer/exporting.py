"""Export: statements as JSON lines or CSV, streamed in slices, whatever their number.

A line of JSON is a statement as a client would get it. An export is read in short transactions, so that it holds nobody up; what is
stored meanwhile comes at its end. `importing` reads the lines again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from uuid import UUID

from msgspec import Raw
from msgspec.structs import replace

from perille.core.database import Session, run_in_transaction
from perille.core.spreadsheet import csv_row
from perille.core.type_aliases import JsonObject
from perille.lrs.storage import attachments, query, serialization
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.query import Filter
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.xapi.multipart import Part
from perille.lrs.xapi.versions import Version

SLICE = 500
CSV_COLUMNS = (
    "id", "stored", "timestamp", "actor", "verb", "activity", "registration",
    "success", "completion", "scaled", "raw", "response", "duration",
)  # fmt: skip
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
#: Takes the content of an attachment under its hash.
Keep = Callable[[str, bytes], None]
#: Told how many statements are done, after each slice.
Progress = Callable[[int], None]


def export(
    session: Session,
    store_id: UUID,
    asked: Filter,
    *,
    progress: Progress = lambda _done: None,
    keep: Keep | None = None,
) -> Iterator[bytes]:
    """Yield statements that a filter finds as lines of JSON, oldest first; each slice is read in a transaction of its own.

    Voided statements are among them, or an import could not make again what voids them.

    *keep* is given the contents of their attachments, one at a time, each before the first statement that names it; some more than once.
    """
    everything = replace(asked, voided=True)
    for slice_ in _slices(session, store_id, everything, progress):
        if keep is not None:
            _keep_contents(session, store_id, slice_, keep)
        for kept in slice_:
            yield line_of(kept)


def _keep_contents(session: Session, store_id: UUID, found: list[StoredRow], keep: Keep) -> None:
    def named() -> list[str]:
        return attachments.hashes_of(raw_connection(session), store_number(session, store_id), found)

    def content(sha2: str) -> list[Part]:
        return attachments.load(raw_connection(session), store_number(session, store_id), [sha2])

    for sha2 in run_in_transaction(session, named, write=False):
        for part in run_in_transaction(session, partial(content, sha2), write=False):
            keep(sha2, part.body)


def export_csv(
    session: Session, store_id: UUID, asked: Filter, *, progress: Progress = lambda _done: None
) -> Iterator[str]:
    """Yield statements as CSV with a header line, one row each, without voided ones; what looks like a formula is made text."""
    yield csv_row(CSV_COLUMNS)
    for kept in chain.from_iterable(_slices(session, store_id, asked, progress)):
        yield row_of(kept)


def _slices(session: Session, store_id: UUID, asked: Filter, progress: Progress) -> Iterator[list[StoredRow]]:
    after, done = asked.after, 0
    while True:
        part = replace(asked, ascending=True, after=after, limit=SLICE)
        found = run_in_transaction(session, lambda part=part: _slice(session, store_id, part), write=False)  # type: ignore[misc]
        if not found:
            return
        yield found
        after, done = found[-1].seq, done + len(found)
        progress(done)


def _slice(session: Session, store_id: UUID, asked: Filter) -> list[StoredRow]:
    return query.search(raw_connection(session), store_number(session, store_id), asked)


def line_of(kept: StoredRow) -> bytes:
    """Return a statement as one line of JSON, also one that was sent on many lines: a line break stands only between its parts."""
    return serialization.exact(kept, Version.V2).translate(_ONE_LINE) + b"\n"


def row_of(kept: StoredRow) -> str:
    """Return a statement as a row of CSV under `CSV_COLUMNS`."""
    return csv_row(_cells(serialization.complete(kept, Version.V2)))


def _cells(statement: JsonObject) -> list[str]:
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
