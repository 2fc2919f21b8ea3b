"""Storing statements: one hold of the store, one insert for a table, nothing half done."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from msgspec import Struct

from perille.lrs.storage import compression, definitions, postings, statement_refs, terms
from perille.lrs.storage.connection import Insert, RawConnection, Row, in_parts, marks
from perille.lrs.storage.definitions import Define
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.index_keys import index_keys_of
from perille.lrs.storage.lock import StoreLock, lock_store, save_counters
from perille.lrs.storage.memory import is_small
from perille.lrs.xapi import equivalence
from perille.lrs.xapi.errors import Rule, XapiError
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.parsing import ParsedStatement

_INSERT = Insert(
    "lrs_statement",
    {
        "store_id": "integer",
        "seq": "bigint",
        "id": "bytea",
        "stored": "bigint",
        "agent_id": "integer",
        "verb_id": "integer",
        "activity_id": "integer",
        "registration_id": "integer",
        "authority_id": "integer",
        "marks": "smallint",
        "dictionary": "smallint",
        "extras": "bytea",
        "body": "bytea",
    },
    "ON CONFLICT (store_id, id) DO NOTHING",
)
_MORE_AGENTS = StatementFlag.MORE_AGENTS.value


class Authority(Struct, frozen=True):
    """Who vouches for statements: the JSON written into them, and the terms it is found by."""

    body: bytes
    terms: tuple[str, ...]


def write(
    raw: RawConnection, number: int, batch: Sequence[ParsedStatement], authority: Authority, define: Define = Define.ALL
) -> list[Entry]:
    """Store a batch, all of it or nothing; what is here already with the same content is left, with other content it is 409."""
    lock = lock_store(raw, number)
    entries = [_entry(lock, incoming) for incoming in batch]
    insert_entries(raw, lock, entries, authority, define)
    postings.flush_if_long(raw, lock)
    save_counters(raw, lock)
    return entries


def insert_entries(
    raw: RawConnection, lock: StoreLock, entries: Sequence[Entry], authority: Authority, define: Define = Define.MISSING
) -> None:
    """Store entries that have their places, with what follows from them."""
    known = _resolve(raw, lock, entries, authority)
    vouching = [known[term] for term in authority.terms]
    authority_id = _authority_number(raw, lock, authority, vouching)
    _insert(raw, lock, entries, known, authority_id, vouching)
    fresh = [entry for entry in entries if not entry.repeated]
    definitions.store_definitions(raw, lock, fresh, known, define)
    statement_refs.link(raw, lock, fresh, authority_id)


def _entry(lock: StoreLock, incoming: ParsedStatement) -> Entry:
    lock.seq += 1
    # A random UUID (RFC 4122 4.4), and no newer kind: clients in use take versions 1 to 5 alone.
    key, moment = incoming.id or uuid4().bytes, lock.next_moment(incoming.stored)
    return Entry(incoming, index_keys_of(incoming.statement), lock.seq, key, moment)


def _resolve(
    raw: RawConnection, lock: StoreLock, entries: Sequence[Entry], authority: Authority
) -> dict[str | None, int]:
    """Return the numbers of all terms of the batch; None, no term, is 0."""
    wanted: set[str | None] = set(authority.terms)
    for entry in entries:
        keys = entry.keys
        wanted.update(keys.agents, keys.related_agents, keys.related_activities)
        wanted.update((keys.verb, keys.activity, keys.registration))
    wanted.discard(None)
    known: dict[str | None, int] = {None: 0}
    known.update(resolve(raw, lock, wanted))  # type: ignore[arg-type]  # no None in it any more
    return known


def resolve(raw: RawConnection, lock: StoreLock, wanted: set[str]) -> dict[str, int]:
    """Return the numbers of terms, making those that are not known; the writer holds the store, so nobody else makes them."""
    memory = lock.known
    known = {term: memory[term] for term in wanted if term in memory}
    if len(known) == len(wanted):
        return known
    missing = wanted - known.keys()
    found = terms.find(raw, lock.number, missing)
    fresh = {term: lock.next_term() for term in sorted(missing - found.keys())}
    terms.insert(raw, lock.number, fresh)
    made = found | fresh
    lock.fresh |= {term: number for term, number in made.items() if is_small(term)}
    return known | made


def _authority_number(raw: RawConnection, lock: StoreLock, authority: Authority, vouching: Sequence[int]) -> int:
    """Return the number of an authority's JSON in this store."""
    memory = lock.known
    key = ("authority", authority.body)
    number: int | None = memory.get(key)
    if number is None:
        rows = raw.rows("SELECT id, body FROM lrs_authority WHERE store_id = ?", lock.number)
        number = next((row[0] for row in rows if bytes(row[1]) == authority.body), None)
        if number is None:
            number = 1 + max((row[0] for row in rows), default=0)
            sql = "INSERT INTO lrs_authority (store_id, id, agent_id, body) VALUES (?, ?, ?, ?)"
            raw.run(sql, lock.number, number, vouching[0] if vouching else 0, authority.body)
        lock.fresh[key] = number
    return number


def _insert(
    raw: RawConnection,
    lock: StoreLock,
    entries: Sequence[Entry],
    known: dict[str | None, int],
    authority_id: int,
    vouching: Sequence[int],
) -> None:
    """Insert the rows; where fewer went in than were sent, some ids were here already."""
    rows = []
    for entry in entries:
        keys, seen = entry.keys, entry.incoming
        first = known[keys.agents[0]] if keys.agents else 0
        numbers = (first, known[keys.verb], known[keys.activity], known[keys.registration])
        extras, more = _extras(entry, known, vouching)
        dictionary, body = compression.compress(seen.body)
        state = (authority_id, seen.marks | more, dictionary, extras, body)
        rows.append((lock.number, entry.seq, entry.id, entry.stored, *numbers, *state))
    if raw.insert(_INSERT, rows) != len(rows):
        _settle_repeated(raw, lock, entries)


def _extras(entry: Entry, known: dict[str | None, int], vouching: Sequence[int]) -> tuple[bytes, int]:
    """Return the further terms of a statement as bytes, and the mark that it has more agents."""
    keys = entry.keys
    agents = [known[term] for term in keys.agents]
    related = [number for number in (*vouching, *(known[term] for term in keys.related_agents)) if number not in agents]
    activities = tuple([known[term] for term in keys.related_activities if term != keys.activity])
    extras = postings.ExtraKeys(tuple(agents[1:]), tuple(dict.fromkeys(related)), activities)
    return postings.pack(extras), _MORE_AGENTS if len(agents) > 1 else 0


def _settle_repeated(raw: RawConnection, lock: StoreLock, entries: Sequence[Entry]) -> None:
    """A repeated statement with the same content is left as it is; with other content the request fails (Communication 2.1.1)."""
    ids = [entry.id for entry in entries]
    there: dict[bytes, Row] = {}
    for some in in_parts(ids):
        sql = f"SELECT id, seq, dictionary, body FROM lrs_statement WHERE store_id = ? AND id IN ({marks(some)})"  # noqa: S608
        there |= {bytes(row[0]): row for row in raw.rows(sql, lock.number, *some)}
    for place, entry in enumerate(entries):
        row = there[entry.id]
        if row[1] == entry.seq:
            continue
        if not equivalence.is_equivalent(compression.decompress(row[2], row[3]), entry.incoming.body):
            path = "$.id" if len(entries) == 1 else f"$[{place}].id"
            raise XapiError(
                409, Rule.SAME_ID, path, f"The statement {UUID(bytes=entry.id)} is stored with other content."
            )
        entry.repeated = True
        entry.seq = row[1]
