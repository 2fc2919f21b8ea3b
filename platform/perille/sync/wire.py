"""The format in which rows travel: JSON lines (https://jsonlines.org), the first of which says the version.

    {"perille-sync": 1, "lines": 1}
    {"table": "learning_group", "row": {"id": "...", "name": "Monday"}, "base": {"name": "1f0c..."}}

`base` has the digests of the fields that may change, as both sides last agreed on them; `replaces` the numbers of the rows of its table
that a row took the place of, as a corrected certificate does (`replaced_rows`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Never
from uuid import UUID

import msgspec
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, String, Table, TypeDecorator, Uuid

from perille.core.decoding import read_json
from perille.core.errors import PerilleError
from perille.core.type_aliases import RowValues

VERSION = 1
HEAD = "perille-sync"
#: Bytes of one request, and lines in it: each is one transaction.
MOST_BYTES, MOST_LINES = 120_000, 200
#: Characters of a text whose column names no length.
_LONGEST_TEXT = 10_000
Row = dict[str, Any]


class SyncRefusal(PerilleError):
    """What was sent is not taken, and nothing of it was written; *cause* is one word of a fixed list, for programs."""

    def __init__(self, cause: str, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.cause, self.words, self.status = cause, words, status


def pack(lines: Iterable[RowValues], **head: Any) -> bytes:
    """Return lines as they are sent, with the line in front that says the version and how many there are."""
    rest = [msgspec.json.encode(line) + b"\n" for line in lines]
    return msgspec.json.encode({HEAD: VERSION, "lines": len(rest), **head}) + b"\n" + b"".join(rest)


def unpack(body: bytes, most: int = MOST_BYTES) -> tuple[Row, list[Row]]:
    """Return the first line and the others; raise SyncRefusal for another version, for what is no such file and for one cut short."""
    if len(body) > most:
        raise SyncRefusal("size", f"A part has {most} bytes at most.", 413)
    if not body.endswith(b"\n"):
        raise SyncRefusal("cut", "The part was cut short. Send it again.")
    lines = body.split(b"\n")[:-1]
    if len(lines) > MOST_LINES + 1:
        raise SyncRefusal("size", f"A part has {MOST_LINES} lines at most.", 413)
    try:
        head, *rest = [read_json(line, dict) for line in lines]
    except (msgspec.DecodeError, RecursionError) as error:
        raise SyncRefusal("format", "This is no part of a sync: a line is not a JSON object.") from error
    if head.get(HEAD) != VERSION:
        raise SyncRefusal(
            "version", f"The other side speaks another version than {VERSION}. Bring both up to date.", 409
        )
    if head.get("lines") != len(rest):
        raise SyncRefusal("cut", "The part was cut short. Send it again.")
    return head, rest


def in_parts(lines: Iterable[Row], keep_together: Iterable[str] = ("learner",)) -> Iterable[list[Row]]:
    """Yield lines in parts of a size; a part never ends with a row of *keep_together*, which needs the next one."""
    together, part, size = frozenset(keep_together), list[Row](), 0
    for line in lines:
        length = len(msgspec.json.encode(line)) + 1
        full = size + length > MOST_BYTES * 3 // 4 or len(part) >= MOST_LINES - 2
        if full and part and part[-1]["table"] not in together:
            yield part
            part, size = [], 0
        part.append(line)
        size += length
    if part:
        yield part


def value_of(value: object) -> object:
    """Return a value as JSON has it."""
    return msgspec.to_builtins(value)


def row_of(table: Table, mapping: RowValues, without: frozenset[str] = frozenset()) -> Row:
    """Return a row as it is sent."""
    return {str(column.name): value_of(mapping[column.name]) for column in table.columns if column.name not in without}


def read_row(table: Table, row: object, without: frozenset[str] = frozenset()) -> Row:
    """Return a row that was sent as the database takes it; raise SyncRefusal where a column is missing, unknown or of another kind."""
    names = {column.name for column in table.columns if column.name not in without}
    if not isinstance(row, dict) or set(row) != names:
        raise SyncRefusal("row", f"A row of {table.name} has other columns than this version knows.")
    return {name: _read(table.c[name], row[name]) for name in sorted(names)}


def _read(column: Column[Any], value: object) -> object:
    if value is None:
        if not column.nullable:
            raise SyncRefusal("row", f"{column.table.name}.{column.name} must not be empty.")
        return None
    try:
        return _typed(column, value)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise SyncRefusal("row", f"{column.table.name}.{column.name} is of another kind.") from error


def _typed(column: Column[Any], value: object) -> object:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, String):
        return _text(value, kind.length or _LONGEST_TEXT)
    return next((read for types, read in _READERS if isinstance(kind, types)), _fail)(value)


def _fail(value: object) -> Never:
    raise ValueError(f"{type(value).__name__} is not what the column holds")


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    # A time without its zone is another moment on each side.
    return at.astimezone(UTC) if at.tzinfo is not None else _fail(value)


def _truth(value: object) -> bool:
    return value if isinstance(value, bool) else _fail(value)


def _whole_number(value: object) -> int:
    # To Python True is a number, and PostgreSQL's integers have 32 bits.
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31 else _fail(value)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else _fail(value)


def _texts(value: object) -> list[str]:
    return value if isinstance(value, list) and all(isinstance(each, str) for each in value) else _fail(value)


def _text(value: object, most: int) -> str:
    # PostgreSQL holds no U+0000.
    return value if isinstance(value, str) and len(value) <= most and "\0" not in value else _fail(value)


#: Kinds of columns but text -> what reads their values. Whatever stands in no row is refused.
_READERS: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (Uuid, UUID),
    (DateTime, _moment),
    (Date, date.fromisoformat),
    (Boolean, _truth),
    (Integer, _whole_number),
    (Float, _number),
    (JSON, _texts),
)


def key_of(table: Table, row: RowValues) -> str:
    """Return what a row is known by, in words."""
    return " ".join([table.name, *(str(value_of(row[column.name])) for column in table.primary_key)])


def digest(key: str, field: str, value: object) -> str:
    """Return a digest of a value of one row. The row's own id is in it, so that it leads to no value once the row is gone."""
    return hashlib.sha256(msgspec.json.encode([key, field, value_of(value)])).hexdigest()[:24]


def base_key(key: str) -> str:
    """Return under what the digests of a row are kept: nothing of a person can be found by it."""
    return hashlib.sha256(b"perille sync base\0" + key.encode()).hexdigest()
