"""What an office answers, read before it is believed: at its address may answer a sign-in page of the network, or another version.

Whatever is not as said here ends the run in words (`Unreadable`), and nothing of that answer is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

from perille.core.decoding import read_json
from perille.sync.wire import HEAD, Row, SyncRefusal


class ConnectionLost(Exception):
    """The office was not reached, or its answer did not arrive whole. What it took stays taken; the next run goes on from there."""


class Unreadable(ConnectionLost):
    """What answers at the address is no office that speaks this version: to ask again brings the same."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"What answers there ({what}) is no office that speaks this version. Nothing of the answer was kept. Is the address right? "
            "Some networks ask you to sign in on a page of theirs first. If all of that is right, bring both sides up to date."
        )


class Group(msgspec.Struct):
    """A group that can be taken along."""

    id: UUID
    name: str


class OfficeOrganisation(msgspec.Struct):
    """The organisation that a key speaks for."""

    id: UUID
    name: str
    kind: str
    languages: list[str]
    countries: list[str]


class Hello(msgspec.Struct):
    """For whom the key speaks, by what name learners go in the record, and what time it is there."""

    organisation: OfficeOrganisation
    home: str
    site: str
    now: Annotated[datetime, msgspec.Meta(tz=True)]
    #: Whether codes on paper are taken; older offices say nothing of it.
    codes: bool = False


class Trainer(msgspec.Struct):
    """Somebody who leads a group."""

    id: UUID
    email: str | None
    name: str
    locale: str
    roles: list[str]
    #: Whether the office knows that the address is theirs; an older one says nothing of it.
    address_proven: bool = True


class People(msgspec.Struct):
    """Who leads a group."""

    trainers: list[Trainer]


class Rows(msgspec.Struct):
    """A part of the rows of a group; *next* is the mark of the part after it, "" at the end."""

    next: str


class Erased(msgspec.Struct):
    """Whom the office erased."""

    erased: str


class CodesTaken(msgspec.Struct):
    """How many codes of a learner were stored."""

    learner: str
    taken: int


class Conflict(msgspec.Struct):
    """What both sides changed."""

    id: UUID
    learner: UUID | None
    row: str
    field: str
    stands: str
    other: str


class RowTaken(msgspec.Struct):
    """What became of a row or a statement that was brought."""

    key: str
    conflicts: list[Conflict] = []


T = TypeVar("T", bound=msgspec.Struct)


def read(kind: type[T], line: Row) -> T:
    """Return a line of an answer as its kind says; raise Unreadable where it is another one."""
    try:
        return read_json(msgspec.json.encode(line), kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Unreadable(f"its answer lacks what belongs there: {error}") from error


def read_all(kind: type[T], lines: Iterable[Row]) -> list[T]:
    """Return all lines of an answer; raise Unreadable."""
    return [read(kind, line) for line in lines]


def why_unreadable(status: int, body: bytes, error: SyncRefusal) -> ConnectionLost | SyncRefusal:
    """Say why an answer is none: of another version, cut short on its way, or of somebody else."""
    if error.cause == "version" and HEAD.encode() in body:
        return error
    if 300 <= status < 400:
        return Unreadable(f"status {status}, it leads to another address")
    if error.cause == "cut" and (not body or body.startswith(b"{")):
        return ConnectionLost(f"The answer of the office (status {status}) was cut short.")
    return Unreadable(f"status {status}")
