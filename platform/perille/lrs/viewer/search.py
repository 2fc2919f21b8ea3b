"""Finding statements for a reader: every property a filter, one page at a time, the newest first.

A page is a stretch of `seq`, which only grows: what is stored while somebody reads moves no page. All filters go along the lists of the
inverted index (see `storage.query`); nothing here looks through the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from perille.core.database import Session
from perille.lrs.storage import query
from perille.lrs.storage.connection import RawConnection, raw_connection
from perille.lrs.storage.index_keys import IndexKeys, index_keys_of
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.persons import make_person, sha1_of_mailbox
from perille.lrs.storage.query import Filter
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.storage.terms import ACTIVITY, AGENT, REGISTRATION, VERB, find
from perille.lrs.xapi import parsing
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.versions import Version

#: Statements on a page.
PAGE = 50
#: Refusals of other stores that one search by their text looks at, the newest first.
REFUSALS = 2000


class StatementSearch(Struct, kw_only=True, frozen=True):
    """What is asked for; times are microseconds since 1970."""

    #: Numbers of the agents who are meant, all of them one person; None: anybody. A number nobody has finds nothing.
    people: tuple[int, ...] | None = None
    #: One of these; None: whichever.
    verbs: tuple[str, ...] | None = None
    activity: str | None = None
    registration: str | None = None
    #: Whether the person and the activity may stand anywhere in a statement, as `related_agents` and `related_activities` have it.
    everywhere: bool = False
    since: int | None = None
    until: int | None = None
    voided: bool = False
    #: Part of what another store said when it refused the statement.
    error: str = ""


class StatementPage(Struct, frozen=True):
    """A page of what was found, and where the pages beside it begin; None where there is none."""

    found: list[StoredRow]
    older: int | None
    newer: int | None


def find_page(
    session: Session,
    store_id: UUID,
    asked: StatementSearch,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> StatementPage:
    """Return the page of statements before a `seq`, or the one after it; the newest page where neither is given."""
    raw, number = raw_connection(session), store_number(session, store_id)
    upwards = before is None and after is not None
    found = _find(raw, number, asked, after if upwards else before, limit + 1, ascending=upwards)
    more, found = len(found) > limit, found[:limit]
    if upwards:
        found.reverse()
        return StatementPage(found, found[-1].seq if found else None, found[0].seq if more else None)
    newer = found[0].seq if found and before is not None else None
    return StatementPage(found, found[-1].seq if more else None, newer)


def slices_of(
    session: Session, store_id: UUID, asked: StatementSearch, after: int, size: int = 500
) -> Sequence[StoredRow]:
    """Return the next statements after a `seq`, oldest first: a slice of an export."""
    raw, number = raw_connection(session), store_number(session, store_id)
    return _find(raw, number, asked, after, size, ascending=True)


def _find(
    raw: RawConnection, store: int, asked: StatementSearch, place: int | None, limit: int, *, ascending: bool
) -> list[StoredRow]:
    if asked.error:
        return _refused(raw, store, asked, place, limit, ascending=ascending)
    filters = _filters(raw, store, asked, Filter(after=place, limit=limit, ascending=ascending))
    found = {kept.seq: kept for each in filters for kept in query.search(raw, store, each)}
    return [found[seq] for seq in sorted(found, reverse=not ascending)][:limit]


def _filters(raw: RawConnection, store: int, asked: StatementSearch, page: Filter) -> list[Filter]:
    """Return a filter for each verb and each identifier of the person."""
    one = replace(
        page,
        activity=_term(ACTIVITY, asked.activity),
        registration=_term(REGISTRATION, asked.registration),
        related_activities=asked.everywhere and asked.activity is not None,
        related_agents=asked.everywhere and asked.people is not None,
        since=asked.since,
        until=asked.until,
        voided=asked.voided,
    )
    each_verb = [one] if asked.verbs is None else [replace(one, verb=VERB + iri) for iri in asked.verbs]
    if asked.people is None:
        return each_verb
    keys = keys_of_numbers(raw, store, asked.people)
    return [replace(each, agent=AGENT + key) for each in each_verb for key in keys]


def verbs_of(session: Session, store_id: UUID, limit: int = 500) -> list[str]:
    """Return the IRIs of the verbs that statements of a store have, in the order of their letters, at most *limit*."""
    raw, number = raw_connection(session), store_number(session, store_id)
    sql = "SELECT key FROM lrs_term WHERE store_id = ? AND kind = ? ORDER BY key LIMIT ?"
    return [row[0] for row in raw.rows(sql, number, int(VERB), limit)]


def _term(kind: str, key: str | None) -> str | None:
    return None if key is None else kind + key


def keys_of_numbers(raw: RawConnection, store: int, numbers: Sequence[int]) -> list[str]:
    """Return the keys of agents by their numbers; one that nobody has is left out."""
    rows = (
        raw.one("SELECT key FROM lrs_term WHERE store_id = ? AND id = ? AND kind = ?", store, number, int(AGENT))
        for number in numbers
    )
    return [row[0] for row in rows if row is not None]


def numbers_of_keys(session: Session, store_id: UUID, keys: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of a person's agents, by the keys somebody knows (see `ifi`).

    Who is known by an e-mail address is found by its SHA-1 too, and the other way about.
    """
    raw, number = raw_connection(session), store_number(session, store_id)
    known = [*make_person(keys).keys, *_mailboxes(raw, number, keys)]
    return tuple(sorted(find(raw, number, [AGENT + key for key in known]).values()))


def _mailboxes(raw: RawConnection, store: int, keys: Sequence[str]) -> Iterator[str]:
    """Yield the addresses among the agents whose hash is asked for: a hash says nothing of its address, so each is tried."""
    wanted = {key.removeprefix("mbox_sha1sum ") for key in keys if key.startswith("mbox_sha1sum ")}
    if not wanted:
        return
    for (key,) in raw.rows("SELECT key FROM lrs_term WHERE store_id = ? AND kind = ?", store, int(AGENT)):
        if key.startswith("mbox mailto:") and sha1_of_mailbox(key.removeprefix("mbox ")) in wanted:
            yield key


def _refused(
    raw: RawConnection, store: int, asked: StatementSearch, place: int | None, limit: int, *, ascending: bool
) -> list[StoredRow]:
    """Return statements that another store refused with such words; what else is asked for is compared one by one."""
    low, high, _ = query.bounds(
        raw, store, Filter(since=asked.since, until=asked.until, after=place, ascending=ascending)
    )
    order = "ASC" if ascending else "DESC"
    holds = "position(? IN lower(reason))" if raw.postgresql else "instr(lower(reason), ?)"
    within = f"store_id = ? AND seq BETWEEN ? AND ? ORDER BY seq {order} LIMIT ?"
    newest = f"SELECT seq, reason FROM lrs_refusal WHERE {within}"  # noqa: S608 - constants
    sql = f"SELECT DISTINCT seq FROM ({newest}) r WHERE {holds} > 0 ORDER BY seq {order}"  # noqa: S608 - constants
    seqs = [row[0] for row in raw.rows(sql, store, low, high, REFUSALS, asked.error.lower())]
    people = None if asked.people is None else {AGENT + key for key in keys_of_numbers(raw, store, asked.people)}
    found: list[StoredRow] = []
    for start in range(0, len(seqs), 500):
        part = sorted(
            query.by_seq(raw, store, seqs[start : start + 500]), key=lambda kept: kept.seq, reverse=not ascending
        )
        found += [kept for kept in part if _fits(kept, asked, people)]
        if len(found) >= limit:
            break
    return found[:limit]


def _fits(kept: StoredRow, asked: StatementSearch, people: set[str] | None) -> bool:
    if kept.has(StatementFlag.VOIDED) and not asked.voided:
        return False
    version = Version.V2 if kept.has(StatementFlag.V2) else Version.V1
    keys = index_keys_of(parsing.parse_statement(kept.body, version).statement)
    return (
        (asked.verbs is None or keys.verb[1:] in asked.verbs)
        and (asked.registration is None or keys.registration == REGISTRATION + asked.registration)
        and _fits_activity(keys, asked)
        and (people is None or not people.isdisjoint(_agents(keys, asked)))
    )


def _agents(keys: IndexKeys, asked: StatementSearch) -> set[str]:
    return {*keys.agents, *(keys.related_agents if asked.everywhere else ())}


def _fits_activity(keys: IndexKeys, asked: StatementSearch) -> bool:
    wanted = _term(ACTIVITY, asked.activity)
    return wanted in (None, keys.activity) or (asked.everywhere and wanted in keys.related_activities)
