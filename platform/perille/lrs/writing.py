"""Storing statements: one hold of the store, one insert for a table, nothing half done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct

from perille.database import Session, uuid7
from perille.lrs import comparing, learning, references, terms, vault
from perille.lrs.entries import Entry
from perille.lrs.faces import keys_of_statement
from perille.lrs.faults import Fault, Rule
from perille.lrs.models import Kind, Mark
from perille.lrs.reading import AnyStatement, Incoming
from perille.lrs.sql import Driver, marks
from perille.lrs.store import Hold, hold_store, keep, known_of

_INSERT = (
    "INSERT INTO lrs_statement (store_id, seq, id, stored, agent_id, verb_id, activity_id, registration_id, authority_id, marks,"
    " dictionary, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store_id, id) DO NOTHING"
)
_ACTIVITIES = "INSERT INTO lrs_related_activity (store_id, activity_id, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_AGENTS = "INSERT INTO lrs_related_agent (store_id, agent_id, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_FACES = (
    "INSERT INTO lrs_face (store_id, seq, agent_id, verb_id, activity_id, registration_id) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


class Authority(Struct, frozen=True):
    """Who vouches for statements: the JSON written into them, and the keys it is found by."""

    body: bytes
    keys: tuple[str, ...]


def write(session: Session, number: int, batch: Sequence[Incoming], authority: Authority) -> list[Entry]:
    """Store a batch, all of it or nothing; what is here already with the same content is left, with other content it is 409."""
    driver = Driver(session)
    hold = hold_store(session, driver, number)
    entries = [_entry(hold, incoming) for incoming in batch]
    known = _resolve(driver, hold, entries, authority)
    authority_id = _authority_number(driver, hold, authority)
    _insert(driver, hold, entries, known, authority_id)
    fresh = [entry for entry in entries if not entry.repeated]
    _insert_lists(driver, hold, fresh, known, authority)
    learning.learn(driver, hold, fresh, known)
    references.link(driver, hold, fresh)
    keep(session, driver, hold)
    return entries


def _entry(hold: Hold, incoming: Incoming) -> Entry:
    hold.seq += 1
    return Entry(
        incoming, keys_of_statement(incoming.statement), hold.seq, incoming.id or uuid7().bytes, hold.next_moment()
    )


def _resolve(driver: Driver, hold: Hold, entries: Sequence[Entry], authority: Authority) -> dict[Any, int]:
    """Return the numbers of all keys of the batch; unknown ones are made, in sorted order."""
    wanted: set[terms.Key] = {(Kind.AGENT, key) for key in authority.keys}
    for entry in entries:
        keys = entry.keys
        wanted.add((Kind.VERB, keys.verb))
        for agent in keys.agents:
            wanted.add((Kind.AGENT, agent))
        for agent in keys.related_agents:
            wanted.add((Kind.AGENT, agent))
        for activity in keys.related_activities:
            wanted.add((Kind.ACTIVITY, activity))
        if keys.activity is not None:
            wanted.add((Kind.ACTIVITY, keys.activity))
        if keys.registration is not None:
            wanted.add((Kind.REGISTRATION, keys.registration))
    return resolve(driver, hold, wanted)


def resolve(driver: Driver, hold: Hold, wanted: set[terms.Key]) -> dict[Any, int]:
    """Return the numbers of keys, making those that are not known; the writer holds the store, so nobody else makes them."""
    memory = known_of(driver, hold)
    known = {key: memory[key] for key in wanted if key in memory}
    if len(known) == len(wanted):
        return known
    missing = wanted - known.keys()
    found = terms.find(driver, hold.number, missing)
    fresh = {key: hold.next_term() for key in sorted(missing - found.keys())}
    terms.insert(driver, hold.number, fresh)
    known |= found | fresh
    hold.fresh |= found | fresh
    return known


def _authority_number(driver: Driver, hold: Hold, authority: Authority) -> int:
    """Return the number of an authority's JSON in this store."""
    memory = known_of(driver, hold)
    key = ("authority", authority.body)
    number: int | None = memory.get(key)
    if number is None:
        rows = driver.rows("SELECT id, body FROM lrs_authority WHERE store_id = ?", hold.number)
        number = next((row[0] for row in rows if bytes(row[1]) == authority.body), None)
        if number is None:
            number = 1 + max((row[0] for row in rows), default=0)
            driver.run(
                "INSERT INTO lrs_authority (store_id, id, body) VALUES (?, ?, ?)", hold.number, number, authority.body
            )
        hold.fresh[key] = number
    return number


def _insert(driver: Driver, hold: Hold, entries: Sequence[Entry], known: dict[Any, int], authority_id: int) -> None:
    """Insert the rows; where fewer went in than were sent, some ids were here already."""
    rows = []
    for entry in entries:
        keys = entry.keys
        agent = known[Kind.AGENT, keys.agents[0]] if keys.agents else 0
        activity = known[Kind.ACTIVITY, keys.activity] if keys.activity is not None else 0
        registration = known[Kind.REGISTRATION, keys.registration] if keys.registration is not None else 0
        entry.numbers = (agent, known[Kind.VERB, keys.verb], activity, registration)
        dictionary, body = vault.pack(entry.incoming.body)
        rows.append(
            (hold.number, entry.seq, entry.id, entry.stored, *entry.numbers, authority_id, entry.incoming.marks, dictionary, body)
        )  # fmt: skip
    if driver.many(_INSERT, rows) != len(rows):
        _settle_repeated(driver, hold, entries)


def _settle_repeated(driver: Driver, hold: Hold, entries: Sequence[Entry]) -> None:
    """A repeated statement with the same content is left as it is; with other content the request fails (Communication 2.1.1)."""
    ids = [entry.id for entry in entries]
    sql = f"SELECT id, seq, dictionary, body FROM lrs_statement WHERE store_id = ? AND id IN ({marks(ids)})"  # noqa: S608
    there = {bytes(row[0]): row for row in driver.rows(sql, hold.number, *ids)}
    for place, entry in enumerate(entries):
        row = there[entry.id]
        if row[1] == entry.seq:
            continue
        if not comparing.same_statement(vault.unpack(row[2], row[3]), entry.incoming.body):
            path = "$.id" if len(entries) == 1 else f"$[{place}].id"
            raise Fault(409, Rule.SAME_ID, path, f"The statement {UUID(bytes=entry.id)} is stored with other content.")
        entry.repeated = True
        entry.seq = row[1]


def _insert_lists(
    driver: Driver, hold: Hold, entries: Sequence[Entry], known: dict[Any, int], authority: Authority
) -> None:
    """Insert what a statement is found by beside its columns; sorted, so that pages are filled side by side."""
    faces, agents, activities = [], [], []
    vouching = {known[Kind.AGENT, key] for key in authority.keys}
    for entry in entries:
        keys, (own, *rest) = entry.keys, entry.numbers
        direct = {known[Kind.AGENT, key] for key in keys.agents}
        faces += [(hold.number, entry.seq, agent, *rest) for agent in direct if agent != own]
        related = vouching.union(known[Kind.AGENT, key] for key in keys.related_agents)
        agents += [(hold.number, agent, entry.seq) for agent in related - direct]
        activities += [(hold.number, known[Kind.ACTIVITY, key], entry.seq) for key in keys.related_activities]
    driver.many(_FACES, sorted(faces))
    driver.many(_AGENTS, sorted(agents))
    driver.many(_ACTIVITIES, sorted(activities))


def has(entry: Entry, mark: Mark) -> bool:
    """Tell whether an entry carries a mark."""
    return bool(entry.incoming.marks & mark.value)


def timestamp_of(entry: Entry) -> int:
    """Return when it happened: the statement's own timestamp, else when it was stored (Data 2.4.7)."""
    return entry.incoming.timestamp if entry.incoming.timestamp is not None else entry.stored


def score_of(statement: AnyStatement) -> float | None:
    """Return the scaled score, if there is one."""
    if statement.result is UNSET or statement.result.score is UNSET or statement.result.score.scaled is UNSET:
        return None
    return float(statement.result.score.scaled)
