"""Saving what a search finds: JSON lines that an import reads again, or CSV; streamed, each slice in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Engine

from perille.core.database import run_in_transaction
from perille.core.spreadsheet import csv_row
from perille.lrs.storage.connection import StoreSession
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.transfer.exporting import CSV_COLUMNS, line_of, row_of
from perille.lrs.viewer.search import StatementSearch, slices_of


def json_lines(engine: Engine, store_id: UUID, asked: StatementSearch) -> Iterator[bytes]:
    """Yield the statements that a search finds as lines of JSON, oldest first (see `transfer.importing`).

    Voided ones are among them: without them an import could not make again what voids them.
    """
    for kept in _all(engine, store_id, replace(asked, voided=True)):
        yield line_of(kept)


def csv_rows(engine: Engine, store_id: UUID, asked: StatementSearch) -> Iterator[bytes]:
    """Yield the statements that a search finds as CSV with a header line; what looks like a formula is made text."""
    yield csv_row(CSV_COLUMNS).encode()
    for kept in _all(engine, store_id, asked):
        yield row_of(kept).encode()


def _all(engine: Engine, store_id: UUID, asked: StatementSearch) -> Iterator[StoredRow]:
    after = 0
    while True:
        work = StoreSession(engine)
        found = run_in_transaction(work, partial(slices_of, work, store_id, asked, after), write=False)
        if not found:
            return
        yield from found
        after = found[-1].seq
