"""Finding statements: filters, each driven by an index that ends in `seq` (Communication 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from msgspec import Struct

from perille.lrs.presenting import COLUMNS, TABLES, Kept, kept
from perille.lrs.sql import Driver
from perille.lrs.terms import ACTIVITY, AGENT, REGISTRATION, VERB, find_one

_VISIBLE = "s.marks & 1 = 0"


class Filter(Struct, kw_only=True, frozen=True):
    """What is asked for. Keys are those of `identity` and `faces`; times are microseconds since 1970."""

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: int | None = None
    until: int | None = None
    ascending: bool = False
    #: Only statements that this authority vouched for (scope statements/read/mine).
    mine: bytes | None = None
    #: Where the page before ended.
    after: int | None = None
    limit: int = 100


class _Where(Struct):
    """Conditions of one query: columns that equal numbers, tables beside the statement's own, bounds of `seq`."""

    face: bool
    equal: dict[str, int]
    agent: int | None
    activity: int | None


def search(driver: Driver, store: int, wanted: Filter) -> list[Kept]:
    """Return up to `limit` statements, newest first unless ascending; voided ones are left out."""
    numbers = _numbers(driver, store, wanted)
    if numbers is None:
        return []
    bounds = _bounds(driver, store, wanted)
    arms = list(_arms(wanted, numbers))
    return _run(driver, store, wanted, arms, bounds)


def _numbers(driver: Driver, store: int, wanted: Filter) -> dict[str, int] | None:
    """Return the numbers of what is asked for, by kind; a term that has none was never seen, so nothing is found."""
    keys = {AGENT: wanted.agent, VERB: wanted.verb, ACTIVITY: wanted.activity, REGISTRATION: wanted.registration}
    found: dict[str, int] = {}
    for kind, key in keys.items():
        if key is not None:
            number = find_one(driver, store, kind + key)
            if number is None:
                return None
            found[kind] = number
    return found


def _arms(wanted: Filter, numbers: dict[str, int]) -> Iterator[_Where]:
    """Yield the queries whose union is the answer: a statement's own columns, its other faces, and the related lists."""
    agent_ways = (False, True) if wanted.related_agents and AGENT in numbers else (False,)
    activity_ways = (False, True) if wanted.related_activities and ACTIVITY in numbers else (False,)
    filtered = bool(numbers)
    for by_agent, by_activity in product(agent_ways, activity_ways):
        equal = {}
        if REGISTRATION in numbers:
            equal["registration_id"] = numbers[REGISTRATION]
        if AGENT in numbers and not by_agent:
            equal["agent_id"] = numbers[AGENT]
        if ACTIVITY in numbers and not by_activity:
            equal["activity_id"] = numbers[ACTIVITY]
        if VERB in numbers:
            equal["verb_id"] = numbers[VERB]
        agent = numbers[AGENT] if by_agent else None
        activity = numbers[ACTIVITY] if by_activity else None
        yield _Where(False, equal, agent, activity)
        if filtered and equal:
            yield _Where(True, equal, agent, activity)


def _bounds(driver: Driver, store: int, wanted: Filter) -> tuple[int, int]:
    """Return the lowest and highest `seq` that may be found: since and until are times, and times grow with `seq`."""
    low, high = 0, (1 << 62)
    if wanted.since is not None:
        low = max(low, first_after(driver, store, wanted.since))
    if wanted.until is not None:
        high = min(high, first_after(driver, store, wanted.until) - 1)
    if wanted.after is not None:
        low, high = (max(low, wanted.after + 1), high) if wanted.ascending else (low, min(high, wanted.after - 1))
    return low, high


def first_after(driver: Driver, store: int, moment: int) -> int:
    """Return the lowest `seq` stored after a moment, by halving: no index on `stored` is needed."""
    row = driver.one("SELECT last_seq, last_stored FROM lrs_store WHERE number = ?", store)
    low, high = 1, (row[0] if row else 0) + 1
    if row is None or row[1] <= moment:
        return high
    while low < high:
        middle = (low + high) // 2
        found = driver.one(
            "SELECT seq, stored FROM lrs_statement WHERE store_id = ? AND seq >= ? ORDER BY seq LIMIT 1", store, middle
        )
        if found is None or found[1] > moment:
            high = middle
        else:
            low = found[0] + 1
    return low


def _run(driver: Driver, store: int, wanted: Filter, arms: Sequence[_Where], bounds: tuple[int, int]) -> list[Kept]:
    """Join the arms, each cut to the limit by its own index, and fetch the bodies."""
    order = "ASC" if wanted.ascending else "DESC"
    parts, values = [], []
    for number, arm in enumerate(arms):
        sql, given = _arm(arm, wanted, store, bounds)
        parts.append(f"SELECT seq FROM (SELECT DISTINCT {sql} ORDER BY 1 {order} LIMIT ?) arm{number}")  # noqa: S608 - constants
        values += [*given, wanted.limit]
    found = f" FROM ({' UNION '.join(parts)}) f JOIN lrs_statement s ON s.store_id = ? AND s.seq = f.seq"  # noqa: S608 - constants
    joined = " JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"
    sql = f"SELECT {COLUMNS}{found}{joined} ORDER BY s.seq {order} LIMIT ?"
    return [kept(row) for row in driver.rows(sql, *values, store, wanted.limit)]


def _arm(arm: _Where, wanted: Filter, store: int, bounds: tuple[int, int]) -> tuple[str, list[Any]]:
    """Write one arm: the related list first, as it drives; then the statement or the face; then what both must fulfil."""
    values: list[Any] = []
    key = "f" if arm.face else "s"
    tables, conditions = [], []
    if arm.activity is not None:
        tables.append(("lrs_related_activity", "ra"))
        conditions.append("ra.activity_id = ?")
        values.append(arm.activity)
    if arm.agent is not None:
        tables.append(("lrs_related_agent", "rg"))
        conditions.append("rg.agent_id = ?")
        values.append(arm.agent)
    if arm.face:
        tables.append(("lrs_face", "f"))
    tables.append(("lrs_statement", "s"))
    for column, number in arm.equal.items():
        conditions.append(f"{key}.{column} = ?")
        values.append(number)
    if wanted.mine is not None:
        conditions.append(
            "s.authority_id IN (SELECT id FROM lrs_authority m WHERE m.store_id = s.store_id AND m.body = ?)"
        )
        values.append(wanted.mine)
    lead = "s" if not arm.face and arm.activity is None and arm.agent is None else tables[0][1]
    source = f"{tables[0][0]} {tables[0][1]}"
    for table, alias in tables[1:]:
        source += f" JOIN {table} {alias} ON {alias}.store_id = {lead}.store_id AND {alias}.seq = {lead}.seq"
    where = " AND ".join([f"{lead}.store_id = ?", f"{lead}.seq BETWEEN ? AND ?", *conditions, _VISIBLE])
    # The leading values stand first in the text.
    return f"{lead}.seq FROM {source} WHERE {where}", [store, *bounds, *values]


def find_by_id(driver: Driver, store: int, key: bytes) -> Kept | None:
    """Return one statement by its id, voided or not."""
    row = driver.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE s.store_id = ? AND s.id = ?", store, key)  # noqa: S608
    return kept(row) if row else None


def slices(
    driver: Driver, store: int, *, after: int, size: int = 500, registration: str | None = None
) -> Iterator[list[Kept]]:
    """Yield all statements after a `seq`, voided ones included, in slices; those of one registration where one is given."""
    more, values = "", []
    if registration is not None:
        number = find_one(driver, store, REGISTRATION + registration)
        if number is None:
            return
        more, values = " AND s.registration_id = ?", [number]
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE s.store_id = ? AND s.seq > ?{more} ORDER BY s.seq LIMIT ?"  # noqa: S608
    while True:
        rows = driver.rows(sql, store, after, *values, size)
        if not rows:
            return
        yield [kept(row) for row in rows]
        after = rows[-1][0]
