"""Terms of the inverted index: numbers of agents, verbs, activities and registrations; what is committed is kept in `memory`.

A term is written as one text: the digit of its kind, then its key, as in `3https://learn.example/course/1`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from perille.lrs.storage.connection import Insert, RawConnection, marks

#: The kinds, as a term begins with them. Plain text, for a dictionary asks for millions of them.
AGENT, VERB, ACTIVITY, REGISTRATION = "1", "2", "3", "4"
_INSERT = Insert(
    "lrs_term", {"store_id": "integer", "id": "bigint", "kind": "smallint", "digest": "bytea", "key": "text"}
)


def digest(term: str) -> bytes:
    """Return the 16 bytes that a term's key is looked up by."""
    return blake2b(term[1:].encode(), digest_size=16).digest()


def find(raw: RawConnection, store: int, wanted: Iterable[str]) -> dict[str, int]:
    """Return the numbers of those terms that have one."""
    found: dict[str, int] = {}
    by_kind: dict[str, dict[bytes, str]] = {}
    for term in wanted:
        by_kind.setdefault(term[0], {})[digest(term)] = term
    for kind, digests in by_kind.items():
        keys = sorted(digests)
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            sql = f"SELECT digest, id FROM lrs_term WHERE store_id = ? AND kind = ? AND digest IN ({marks(part)})"  # noqa: S608 - only marks
            for row in raw.rows(sql, store, int(kind), *part):
                found[digests[bytes(row[0])]] = row[1]
    return found


def find_one(raw: RawConnection, store: int, term: str) -> int | None:
    """Return the number of one term, if it has one."""
    row = raw.one(
        "SELECT id FROM lrs_term WHERE store_id = ? AND kind = ? AND digest = ?", store, int(term[0]), digest(term)
    )
    return row[0] if row else None


def insert(raw: RawConnection, store: int, fresh: dict[str, int]) -> None:
    """Write new terms."""
    raw.insert(_INSERT, [(store, number, int(term[0]), digest(term), term[1:]) for term, number in fresh.items()])


def holding(
    raw: RawConnection, store: int, words: Iterable[str], numbers: Iterable[int] = ()
) -> list[tuple[int, int, str]]:
    """Return (kind, number, key) of the terms whose key holds one of these lower-case words, and of those with these numbers."""
    found: dict[int, tuple[int, int, str]] = {}
    place = "position(? IN lower(key))" if raw.postgresql else "instr(lower(key), ?)"
    for word in words:
        for row in raw.rows(f"SELECT kind, id, key FROM lrs_term WHERE store_id = ? AND {place} > 0", store, word):  # noqa: S608
            found[row[1]] = (row[0], row[1], row[2])
    for number in numbers:
        for row in raw.rows("SELECT kind, id, key FROM lrs_term WHERE store_id = ? AND id = ?", store, number):
            found[row[1]] = (row[0], row[1], row[2])
    return [*found.values()]
