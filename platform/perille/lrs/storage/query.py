"""Finding statements: every filter is a list that ends in `seq`, or two of them (Communication 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from perille.lrs.storage import unindexed
from perille.lrs.storage.connection import RawConnection, marks
from perille.lrs.storage.postings import (
    ACTIVITY,
    AGENT,
    AGENT_ACTIVITY,
    AGENT_VERB,
    REGISTRATION,
    RELATED_ACTIVITY,
    RELATED_AGENT,
    VERB,
    VERB_ACTIVITY,
    PostingList,
)
from perille.lrs.storage.serialization import COLUMNS, TABLES, StoredRow, stored_row
from perille.lrs.storage.terms import REGISTRATION as REGISTRATION_TERM
from perille.lrs.storage.terms import find_one
from perille.lrs.storage.unindexed import TailFilter
from perille.lrs.xapi.flags import StatementFlag

_ON = "p.store_id = ? AND p.list = ? AND p.a = ? AND p.b = ?"
#: A scalar query, not EXISTS: PostgreSQL would make a join of that and read a whole list for it.
_ALSO = (
    "(SELECT q.seq FROM lrs_posting q WHERE q.store_id = p.store_id AND q.list = ? AND q.a = ? AND q.b = ? AND q.seq = p.seq)"
    " IS NOT NULL"
)
_REFERENCE = StatementFlag.REFERENCE.value


class Filter(Struct, kw_only=True, frozen=True):
    """What is asked for. Keys are written as terms; times are microseconds since 1970."""

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
    #: Whether voided statements are found too: for an export, never for a client.
    voided: bool = False


def search(raw: RawConnection, store: int, asked: Filter) -> list[StoredRow]:
    """Return up to `limit` statements, newest first unless ascending; voided ones are left out."""
    wanted = _wanted(raw, store, asked)
    if wanted is None:
        return []
    if wanted.nothing:
        return _newest(raw, store, asked, wanted)
    listed = _listed(raw, store, asked, wanted)
    loose = by_seq(raw, store, unindexed.search(raw, store, wanted, asked.ascending, asked.limit))
    found = {one.seq: one for one in (*listed, *loose)}
    return [found[seq] for seq in sorted(found, reverse=not asked.ascending)][: asked.limit]


def _wanted(raw: RawConnection, store: int, asked: Filter) -> TailFilter | None:
    """Look up the numbers of what is asked for; a term that has none was never seen, so nothing is found."""
    numbers = []
    for term in (asked.agent, asked.verb, asked.activity, asked.registration):
        number = find_one(raw, store, term) if term is not None else 0
        if number is None:
            return None
        numbers.append(number)
    mine = 0
    if asked.mine is not None:
        row = raw.one("SELECT id FROM lrs_authority WHERE store_id = ? AND body = ?", store, asked.mine)
        if row is None:
            return None
        mine = row[0]
    low, high, folded = bounds(raw, store, asked)
    agent, verb, activity, registration = numbers
    where = (asked.related_agents, asked.related_activities, mine, low, high, folded, asked.voided)
    return TailFilter(agent, verb, activity, registration, *where)


def bounds(raw: RawConnection, store: int, asked: Filter) -> tuple[int, int, int]:
    """Return the lowest and highest `seq` that may be found, and where the tail begins; times grow with `seq`."""
    row = raw.one("SELECT last_seq, last_stored, folded FROM lrs_store WHERE number = ?", store) or (0, 0, 0)
    low, high = 0, row[0]
    if asked.since is not None:
        low = first_after(raw, store, asked.since, row[0], row[1])
    if asked.until is not None:
        high = first_after(raw, store, asked.until, row[0], row[1]) - 1
    if asked.after is not None:
        low, high = (max(low, asked.after + 1), high) if asked.ascending else (low, min(high, asked.after - 1))
    return low, high, row[2]


def first_after(raw: RawConnection, store: int, moment: int, last_seq: int, last_stored: int) -> int:
    """Return the lowest `seq` stored after a moment, by halving: no index on `stored` is needed."""
    low, high = 1, last_seq + 1
    if last_stored <= moment:
        return high
    while low < high:
        middle = (low + high) // 2
        sql = "SELECT seq, stored FROM lrs_statement WHERE store_id = ? AND seq >= ? ORDER BY seq LIMIT 1"
        found = raw.one(sql, store, middle)
        if found is None or found[1] > moment:
            high = middle
        else:
            low = found[0] + 1
    return low


def lists_of(wanted: TailFilter) -> list[list[PostingList]]:
    """Return the lists that an answer is in, all of them, each with its alternatives; the first one is the one to go along.

    They stand from narrow to wide: whoever asks for a registration or an agent gets few entries, for a verb most of the store.
    """
    lists = [[PostingList(REGISTRATION, wanted.registration)]] if wanted.registration else []
    lists += _lists_of_agent(wanted)
    lists += _lists_of_activity(wanted)
    if wanted.verb and not (wanted.own_agent or wanted.own_activity):
        lists.append([PostingList(VERB, wanted.verb)])
    return lists


def _lists_of_agent(wanted: TailFilter) -> list[list[PostingList]]:
    agent, activity, verb = wanted.own_agent, wanted.own_activity, wanted.verb
    if not agent:
        related = [PostingList(AGENT, wanted.agent), PostingList(RELATED_AGENT, wanted.agent)]
        return [related] if wanted.agent else []
    if not (activity or verb):
        return [[PostingList(AGENT, agent)]]
    lists = [[PostingList(AGENT_ACTIVITY, agent, activity)]] if activity else []
    return [*lists, [PostingList(AGENT_VERB, agent, verb)]] if verb else lists


def _lists_of_activity(wanted: TailFilter) -> list[list[PostingList]]:
    activity, verb = wanted.own_activity, wanted.verb
    if activity:
        # With its agent it is in the list of both.
        alone = PostingList(VERB_ACTIVITY, verb, activity) if verb else PostingList(ACTIVITY, activity)
        return [] if wanted.own_agent else [[alone]]
    related = [PostingList(ACTIVITY, wanted.activity), PostingList(RELATED_ACTIVITY, wanted.activity)]
    return [related] if wanted.activity else []


def _listed(raw: RawConnection, store: int, asked: Filter, wanted: TailFilter) -> list[StoredRow]:
    """Go along the first list, in each of its alternatives, and look each entry up in the others; then fetch the bodies."""
    sql, values = listed_sql(store, asked.ascending, asked.limit, wanted, postgresql=raw.postgresql)
    return [stored_row(row) for row in raw.rows(sql, *values)]


def listed_sql(
    store: int, ascending: bool, limit: int, wanted: TailFilter, *, postgresql: bool
) -> tuple[str, list[object]]:
    """Write the query of `_listed`: an arm for each alternative, cut to the limit by its own order."""
    order = "ASC" if ascending else "DESC"
    along, *others = lists_of(wanted)
    fits, fit_values = _fits(wanted, others, postgresql=postgresql)
    arms, values = [], list[object]()
    for name, place in enumerate(along):
        where = f"{_ON} AND p.seq BETWEEN ? AND ? AND {fits}"
        one = f"SELECT p.seq FROM lrs_posting p WHERE {where} ORDER BY p.seq {order} LIMIT ?"  # noqa: S608 - constants
        arms.append(f"SELECT seq FROM ({one}) arm{name}")  # noqa: S608
        values += [store, *place, wanted.low, wanted.high, *fit_values, limit]
    found = f" FROM ({' UNION '.join(arms)}) f JOIN lrs_statement s ON s.store_id = ? AND s.seq = f.seq"
    joined = " JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"
    return f"SELECT {COLUMNS}{found}{joined} ORDER BY s.seq {order} LIMIT ?", [*values, store, limit]


def _fits(wanted: TailFilter, others: list[list[PostingList]], *, postgresql: bool) -> tuple[str, list[object]]:
    """Write the condition that an entry is visible and in all the other lists.

    Its own row is asked first, which rules nearly all out; a CASE, because only in it the order is kept.
    """
    visible = ("1 = 1" if wanted.voided else "v.marks & 1 = 0") + (" AND v.authority_id = ?" if wanted.mine else "")
    values: list[object] = [wanted.mine] if wanted.mine else []
    if others:
        conditions, more = unindexed.fitting_rows(wanted, postgresql=postgresql)
        visible += f" AND (v.marks & {_REFERENCE} <> 0 OR ({' AND '.join(conditions)}))"
        values += more
    row = f"(SELECT 1 FROM lrs_statement v WHERE v.store_id = p.store_id AND v.seq = p.seq AND {visible})"  # noqa: S608
    if not others:
        return f"{row} = 1", values
    listed = " AND ".join(f"({' OR '.join([_ALSO] * len(places))})" for places in others)
    values += [number for places in others for place in places for number in place]
    return f"CASE WHEN {row} IS NULL THEN 0 WHEN {listed} THEN 1 ELSE 0 END = 1", values


def _newest(raw: RawConnection, store: int, asked: Filter, wanted: TailFilter) -> list[StoredRow]:
    """Return statements without a filter: the table's own order."""
    order = "ASC" if asked.ascending else "DESC"
    mine = " AND authority_id = ?" if wanted.mine else ""
    # "<> 1", for PostgreSQL takes "= 0" to be rare and would sort the whole table. Cut first, joined then, for the same reason.
    visible = "" if wanted.voided else " AND marks & 1 <> 1"
    where = f"store_id = ? AND seq BETWEEN ? AND ?{visible}{mine}"
    part = f"SELECT * FROM lrs_statement WHERE {where} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - constants
    joined = f"({part}) s JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"
    sql = f"SELECT {COLUMNS} FROM {joined} ORDER BY s.seq {order}"  # noqa: S608 - constants
    values = [wanted.mine] if wanted.mine else []
    return [stored_row(row) for row in raw.rows(sql, store, wanted.low, wanted.high, *values, asked.limit)]


def by_seq(raw: RawConnection, store: int, seqs: Sequence[int]) -> list[StoredRow]:
    """Return statements by their places, in no order."""
    if not seqs:
        return []
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE s.store_id = ? AND s.seq IN ({marks(seqs)})"  # noqa: S608 - constants
    return [stored_row(row) for row in raw.rows(sql, store, *seqs)]


def find_by_id(raw: RawConnection, store: int, key: bytes) -> StoredRow | None:
    """Return one statement by its id, voided or not."""
    row = raw.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE s.store_id = ? AND s.id = ?", store, key)  # noqa: S608
    return stored_row(row) if row else None


def slices(
    raw: RawConnection, store: int, *, after: int, size: int = 500, registration: str | None = None
) -> Iterator[list[StoredRow]]:
    """Yield all statements after a `seq`, voided ones included, in slices; those of one registration where one is given."""
    if registration is not None:
        number = find_one(raw, store, REGISTRATION_TERM + registration)
        if number is None:
            return
        seqs = _seqs_of_registration(raw, store, number, after)
        for start in range(0, len(seqs), size):
            yield sorted(by_seq(raw, store, seqs[start : start + size]), key=lambda one: one.seq)
        return
    sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE s.store_id = ? AND s.seq > ? ORDER BY s.seq LIMIT ?"  # noqa: S608
    while True:
        rows = raw.rows(sql, store, after, size)
        if not rows:
            return
        yield [stored_row(row) for row in rows]
        after = rows[-1][0]


def newest_stored(raw: RawConnection, store: int, registration: str) -> int:
    """Return when the newest statement of a registration was stored, in microseconds; 0 where there is none."""
    number = find_one(raw, store, REGISTRATION_TERM + registration)
    seqs = _seqs_of_registration(raw, store, number, 0) if number is not None else []
    row = raw.one("SELECT stored FROM lrs_statement WHERE store_id = ? AND seq = ?", store, seqs[-1]) if seqs else None
    return row[0] if row else 0


def _seqs_of_registration(raw: RawConnection, store: int, number: int, after: int) -> list[int]:
    """Return the statements that name a registration themselves, listed and in the tail, in order."""
    rows = raw.rows(
        "SELECT s.seq FROM lrs_posting p JOIN lrs_statement s ON s.store_id = p.store_id AND s.seq = p.seq"
        " WHERE p.store_id = ? AND p.list = ? AND p.a = ? AND p.b = 0 AND p.seq > ? AND s.registration_id = p.a"
        " UNION SELECT s.seq FROM lrs_statement s WHERE s.store_id = ? AND s.registration_id = ?"
        " AND s.seq > (SELECT folded FROM lrs_store WHERE number = ?) AND s.seq > ?",
        store, REGISTRATION, number, after, store, number, store, after,
    )  # fmt: skip
    return sorted(row[0] for row in rows)
