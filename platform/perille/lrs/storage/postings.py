"""The inverted index: lists of `seq` under an agent, a verb, an activity, a registration, and pairs of them.

A statement's row alone is written at once; its postings are written in bunches of thousands of statements, sorted, which touches a tenth
of the pages. Up to then it belongs to the tail, which a search looks through row by row. `lrs_store.folded` says where the tail begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct

from perille.lrs.storage.connection import Insert, RawConnection
from perille.lrs.storage.lock import StoreLock

#: How many statements the tail has when it is folded into the lists.
FLUSH_AT = 2000

#: The lists. Plain numbers, for millions of them are made.
AGENT, AGENT_VERB, AGENT_ACTIVITY, VERB, ACTIVITY, VERB_ACTIVITY, REGISTRATION, RELATED_AGENT, RELATED_ACTIVITY = range(
    1, 10
)
#: Those whose first key is an agent.
OF_AGENT = (AGENT, AGENT_VERB, AGENT_ACTIVITY, RELATED_AGENT)


class PostingList(NamedTuple):
    """A list: its kind and one or two numbers of terms."""

    list: int
    a: int
    b: int = 0


class ExtraKeys(Struct, array_like=True, frozen=True):
    """What a statement is found by beside its four columns."""

    #: Agents beside the first: an object, members of a group.
    agents: tuple[int, ...] = ()
    related_agents: tuple[int, ...] = ()
    #: Without the object itself.
    related_activities: tuple[int, ...] = ()


Numbers = tuple[int, int, int, int]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ExtraKeys).decode
_INSERT = Insert(
    "lrs_posting",
    {"store_id": "integer", "list": "smallint", "a": "integer", "b": "integer", "seq": "bigint"},
    "ON CONFLICT DO NOTHING",
)
_COLUMNS = "seq, agent_id, verb_id, activity_id, registration_id, extras"


def pack(extras: ExtraKeys) -> bytes:
    """Write extras as bytes."""
    return _encode(extras)


def unpack(extras: bytes) -> ExtraKeys:
    """Read extras."""
    return _decode(extras)


def number_bytes(number: int) -> bytes:
    """Return the bytes by which a number stands among extras."""
    return msgspec.msgpack.encode(number)


def posting_lists_of(numbers: Numbers, extras: ExtraKeys) -> list[PostingList]:
    """Return the lists that a statement belongs to."""
    return [PostingList(*place) for place in _places(numbers, extras)]


def _places(numbers: Numbers, extras: ExtraKeys) -> list[tuple[int, int, int]]:
    """The same as plain tuples: for millions of them."""
    agent, verb, activity, registration = numbers
    places = [(VERB, verb, 0)]
    if activity:
        places += ((ACTIVITY, activity, 0), (VERB_ACTIVITY, verb, activity))
    if registration:
        places.append((REGISTRATION, registration, 0))
    for each in (agent, *extras.agents):
        if each:
            places += ((AGENT, each, 0), (AGENT_VERB, each, verb))
            if activity:
                places.append((AGENT_ACTIVITY, each, activity))
    places += [(RELATED_AGENT, each, 0) for each in extras.related_agents]
    places += [(RELATED_ACTIVITY, each, 0) for each in extras.related_activities]
    return places


def insert_rows(raw: RawConnection, rows: Sequence[tuple[int, ...]]) -> None:
    """Write sorted entries (store, list, a, b, seq) at once (a reference is listed under its target's keys)."""
    raw.insert(_INSERT, rows)


def flush_if_long(raw: RawConnection, lock: StoreLock) -> None:
    """Fold the tail when it has grown long."""
    if lock.seq - lock.folded >= FLUSH_AT:
        flush(raw, lock)


def flush(raw: RawConnection, lock: StoreLock) -> None:
    """List all statements of the tail; it is empty then."""
    sql = f"SELECT {_COLUMNS} FROM lrs_statement WHERE store_id = ? AND seq > ? ORDER BY seq"  # noqa: S608 - constants
    lists: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    store = lock.number
    for seq, *numbers, extras in raw.rows(sql, store, lock.folded):
        for place in _places(tuple(numbers), _decode(extras)):
            lists[place].append(seq)
    raw.insert(_INSERT, [(store, *place, seq) for place in sorted(lists) for seq in lists[place]])
    lock.folded = lock.seq


def posting_lists_at(raw: RawConnection, store: int, seqs: Sequence[int]) -> dict[int, list[PostingList]]:
    """Return the lists of kept statements, by their `seq`."""
    sql = f"SELECT {_COLUMNS} FROM lrs_statement WHERE store_id = ? AND seq = ?"  # noqa: S608 - constants
    found = {}
    for seq in seqs:
        row = raw.one(sql, store, seq)
        if row is not None:
            found[seq] = posting_lists_of(tuple(row[1:5]), _decode(row[5]))
    return found
