"""The proof of an erasure: a search for the person in every table and in the bytes of every file of the data folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, Table, select

from perille.core.database import Session, UtcDateTime, run_in_transaction
from perille.core.tables import known_tables
from perille.lrs.services import Matcher
from perille.lrs.storage import compression
from perille.privacy.archive import contents_of
from perille.privacy.filesearch import count_in_files
from perille.privacy.models import RemovedLearner

_STATEMENTS = "lrs_statement"
#: What these hold leads to nobody.
_NUMBERS = (Integer, Numeric, Boolean, Date, DateTime, UtcDateTime)


class ErasureProof(msgspec.Struct, frozen=True):
    """What a search found: how often, by table and by file; and how much was searched."""

    tables: dict[str, int]
    files: dict[str, int]
    searched_tables: int
    searched_files: int

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.tables and not self.files


def prove(session: Session, matcher: Matcher, folder: Path) -> ErasureProof:
    """Search every table, and every file of the data folder and of the database."""
    tables = run_in_transaction(session, lambda: known_tables(session), write=False)
    counts = {table.name: _in_table(session, table, matcher) for table in tables}
    files = count_in_files(matcher.file_pattern, _files(session, folder))
    return ErasureProof(
        {name: count for name, count in counts.items() if count},
        {name: count for name, count in files.items() if count},
        len(counts),
        len(files),
    )


def _in_table(session: Session, table: Table, matcher: Matcher) -> int:
    columns = [column for column in table.columns if not isinstance(column.type, _NUMBERS)]
    if not columns:
        return 0
    asked = select(*columns, table.c.dictionary) if table.name == _STATEMENTS else select(*columns)

    def count() -> int:
        rows = session.execute(asked, execution_options={"yield_per": 500})
        return sum(1 for row in rows if any(_mentions(value, matcher) for value in _values(table.name, tuple(row))))

    return run_in_transaction(session, count, write=False)


def _values(table: str, row: Sequence[Any]) -> Iterator[Any]:
    """Yield the values of a row, unpacked."""
    *values, last = row
    if table == _STATEMENTS:
        yield from values[:-1]
        yield compression.decompress(last, values[-1])
    elif table == RemovedLearner.__tablename__:
        yield from values
        yield from contents_of(last)
    else:
        yield from row


def _mentions(value: object, matcher: Matcher) -> bool:
    if isinstance(value, bytes):
        return matcher.in_json(value)
    if isinstance(value, str):
        return matcher.in_key(value) if value.startswith("account ") else matcher.in_text(value)
    return value is not None and not isinstance(value, int | float) and matcher.in_json(msgspec.json.encode(value))


def _files(session: Session, folder: Path) -> list[Path]:
    found = {path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    engine = session.get_bind().engine
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database:
        whole = Path(database)
        found.update(path for path in whole.parent.glob(f"{whole.name}*") if path.is_file())
    return sorted(found)
