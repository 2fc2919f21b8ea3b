"""Where a person is mentioned beyond what the lists know: a search through all bodies, in short transactions of their own.

It is made before an erasure takes the store, so that nobody waits for it; what is stored meanwhile the erasure looks through itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from perille.core.database import Session, run_in_transaction
from perille.lrs.storage import compression
from perille.lrs.storage.connection import RawConnection, Row, raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.persons import Matcher

_SIZE = 500
_STATEMENTS = "SELECT seq, dictionary, body FROM lrs_statement WHERE store_id = ? AND seq > ? ORDER BY seq LIMIT ?"
_TERMS = "SELECT id, key FROM lrs_term WHERE store_id = ? AND id > ? ORDER BY id LIMIT ?"
_ATTACHMENTS = (
    "SELECT sha2, body, content_type FROM lrs_attachment WHERE store_id = ? AND sha2 > ? ORDER BY sha2 LIMIT ?"
)
_ACTIVITIES = "SELECT activity_id, definition FROM lrs_activity WHERE store_id = ? AND activity_id > ? ORDER BY activity_id LIMIT ?"
_NAMES = "SELECT agent_id, name FROM lrs_agent_name WHERE store_id = ? AND agent_id >= ? ORDER BY agent_id, name"
#: Documents are few beside statements, and a key of six columns does not page well: all keys first, then each body.
_DOCUMENTS = (
    "SELECT kind, activity_id, agent_id, registration_id, name FROM lrs_document WHERE store_id = ? AND updated > ?"
)
_DOCUMENT = (
    "SELECT name, body FROM lrs_document"
    " WHERE store_id = ? AND kind = ? AND activity_id = ? AND agent_id = ? AND registration_id = ? AND name = ?"
)
DocumentKey = tuple[int, int, int, int, str]
T = TypeVar("T")
#: What stands in the first column of a row, after which the next page begins.
_First = int | str


class _Read(Protocol):
    """Runs work in a short transaction of its own."""

    def __call__(self, work: Callable[[RawConnection, int], T], /) -> T: ...


class Mentions(Struct):
    """What mentions a person. *through* and *moment* say up to which statement and which change of a document was looked."""

    statements: set[int]
    terms: set[int]
    documents: set[DocumentKey]
    attachments: set[str]
    activities: set[int]
    names: set[tuple[int, str]]
    through: int
    moment: int


def no_mentions() -> Mentions:
    """Return a search that has found nothing yet."""
    return Mentions(set(), set(), set(), set(), set(), set(), 0, -1)


def look_through(session: Session, store_id: UUID, matcher: Matcher) -> Mentions:
    """Look through everything in the store, in many short transactions."""
    found = no_mentions()

    def read(work: Callable[[RawConnection, int], T]) -> T:
        return run_in_transaction(
            session, lambda: work(raw_connection(session), store_number(session, store_id)), write=False
        )

    found.through, found.moment = read(_bounds)
    found.statements = _numbers(
        read, _STATEMENTS, 0, lambda row: matcher.in_json(compression.decompress(row[1], row[2]))
    )
    found.terms = _numbers(read, _TERMS, 0, lambda row: matcher.in_key(row[1]))
    found.activities = _numbers(read, _ACTIVITIES, 0, lambda row: matcher.in_json(bytes(row[1])))
    found.attachments = _numbers(read, _ATTACHMENTS, "", lambda row: _in_attachment(matcher, row), size=1)
    found.names = {tuple(row) for row in read(_names) if matcher.in_text(row[1])}
    keys = read(lambda raw, store: raw.rows(_DOCUMENTS, store, -1))
    found.documents = {tuple(key) for key in keys if read(partial(in_document, key=key, matcher=matcher))}
    return found


def look_at_newer(raw: RawConnection, store: int, found: Mentions, matcher: Matcher) -> None:
    """Look through what was stored since; for a writer who holds the store."""
    for rows in _pages(lambda after: raw.rows(_STATEMENTS, store, after, _SIZE), found.through):
        found.statements.update(row[0] for row in rows if matcher.in_json(compression.decompress(row[1], row[2])))
    keys = raw.rows(_DOCUMENTS, store, found.moment)
    found.documents.update(tuple(key) for key in keys if in_document(raw, store, key, matcher))


def in_document(raw: RawConnection, store: int, key: Row, matcher: Matcher) -> bool:
    """Tell whether a document mentions the person, in its name or its body."""
    row = raw.one(_DOCUMENT, store, *key)
    return row is not None and (matcher.in_text(row[0]) or matcher.in_json(bytes(row[1])))


def _bounds(raw: RawConnection, store: int) -> tuple[int, int]:
    row = raw.one("SELECT last_seq, last_stored FROM lrs_store WHERE number = ?", store) or (0, 0)
    return row[0], row[1]


def _names(raw: RawConnection, store: int) -> Sequence[Row]:
    return raw.rows(_NAMES, store, 0)


def _in_attachment(matcher: Matcher, row: Row) -> bool:
    return matcher.in_bytes(bytes(row[1])) or matcher.in_text(row[2])


def _numbers(
    read: _Read,
    sql: str,
    first: _First,
    fits: Callable[[Row], bool],
    size: int = _SIZE,
) -> set[Any]:
    """Return the first columns of the rows that fit, page by page."""

    def page(after: _First) -> Sequence[Row]:
        return read(lambda raw, store: raw.rows(sql, store, after, size))

    return {row[0] for rows in _pages(page, first) for row in rows if fits(row)}


def _pages(page: Callable[[_First], Sequence[Row]], first: _First) -> Iterator[Sequence[Row]]:
    while rows := page(first):
        yield rows
        first = rows[-1][0]
