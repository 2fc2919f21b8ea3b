"""Statements about statements: voiding, and being found by what is pointed to (Data 2.3.2, Communication 2.1.3 on StatementRefs).

A reference is listed under the keys of its target. What a request costs here is bounded: `MAX_CHAIN` references are followed one
after another, `MAX_POINTERS` references are listed again because their target came, and `MAX_LISTED` entries are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from perille.lrs.storage import postings
from perille.lrs.storage.connection import RawConnection, Row, marks
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.lock import StoreLock
from perille.lrs.storage.postings import PostingList
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.parsing import uuid_bytes

#: How many references are followed one after another.
MAX_CHAIN = 16
#: How many references that were stored before are listed again by one request.
MAX_POINTERS = 1000
#: How many entries of lists one request writes for references.
MAX_LISTED = 20_000
_SLICE = 500
_REFERENCE, _VOIDING, _IMPORTED, _MAY_VOID = (
    mark.value
    for mark in (StatementFlag.REFERENCE, StatementFlag.VOIDING, StatementFlag.IMPORTED, StatementFlag.MAY_VOID)
)
_REFER = "INSERT INTO lrs_reference (store_id, target, seq, voiding) VALUES (?, ?, ?, ?)"
_VOID = "UPDATE lrs_statement SET marks = marks | 1 WHERE store_id = ? AND seq = ?"
_JOIN = "lrs_reference r JOIN lrs_statement s ON s.store_id = r.store_id AND s.id = r.target"
_TARGETS = f"SELECT r.seq, s.seq, s.marks, s.authority_id FROM {_JOIN} WHERE r.store_id = ? AND r.seq IN "  # noqa: S608
_TARGET_LISTS = (
    "SELECT r.seq, s.seq, s.marks, s.agent_id, s.verb_id, s.activity_id, s.registration_id, s.extras"  # noqa: S608
    f" FROM {_JOIN} WHERE r.store_id = ? AND r.seq IN "
)
_POINTERS = f"SELECT r.seq FROM {_JOIN} WHERE r.store_id = ? AND s.seq IN "  # noqa: S608
_WAITING = "SELECT seq, voiding FROM lrs_reference WHERE store_id = ? AND target IN "
_WAITING_VOIDS = (  # noqa: S608 - constants
    "SELECT r.target FROM lrs_reference r JOIN lrs_statement v ON v.store_id = r.store_id AND v.seq = r.seq"  # noqa: S608 - constants
    f" WHERE r.voiding AND (v.authority_id = ? AND v.marks & {_IMPORTED} = ? OR v.marks & {_MAY_VOID} <> 0)"
    " AND r.store_id = ? AND r.target IN "
)


def link(raw: RawConnection, lock: StoreLock, entries: Sequence[Entry], authority: int) -> None:
    """Void what is voided and let references be found by their targets, whichever came first.

    *authority*: the number of the one who vouches for *entries*.
    """
    pointing = [entry for entry in entries if entry.incoming.marks & _REFERENCE]
    if pointing:
        _note_references(raw, lock, pointing)
        _void_targets(raw, lock, [entry for entry in pointing if entry.incoming.marks & _VOIDING], authority)
    if not (pointing or lock.references):
        return
    seqs = [*(entry.seq for entry in pointing), *_meet_waiting(raw, lock, entries, authority)]
    if seqs:
        _list_references(raw, lock, seqs)


def _meet_waiting(raw: RawConnection, lock: StoreLock, entries: Sequence[Entry], authority: int) -> list[int]:
    """Return the `seq` of stored references that waited for these statements, at most `MAX_POINTERS`; void what they void."""
    named = {entry.id: entry for entry in entries if entry.incoming.id is not None}
    waiting = list(_select(raw, _WAITING, (lock.number,), list(named), f" LIMIT {MAX_POINTERS}"))
    if len(waiting) >= MAX_POINTERS or any(voiding for _, voiding in waiting):
        _void_expected(raw, lock, named, authority)
    return [seq for seq, _ in waiting[:MAX_POINTERS]]


def _note_references(raw: RawConnection, lock: StoreLock, pointing: Sequence[Entry]) -> None:
    raw.many(
        _REFER,
        [
            (lock.number, uuid_bytes(one.statement.object.id), one.seq, bool(one.incoming.marks & _VOIDING))
            for one in pointing
        ],
    )


def _void_targets(raw: RawConnection, lock: StoreLock, voiding: Sequence[Entry], authority: int) -> None:
    """Void what new statements void; a request that may not is refused as a whole (Data 2.3.2)."""
    senders = {entry.seq: entry.incoming.marks for entry in voiding}
    for seq, target, known, vouched in list(_select(raw, _TARGETS, (lock.number,), list(senders))):
        if known & _VOIDING:
            raise bad_request(Rule.VOIDING, "$.object.id", "A voiding statement cannot be voided.")
        same = vouched == authority and not (known ^ senders[seq]) & _IMPORTED
        if not (same or senders[seq] & _MAY_VOID):
            message = "Only who vouched for a statement may void it, or a client with the scope void."
            raise XapiError(403, Rule.VOIDING, "$.object.id", message)
        raw.run(_VOID, lock.number, target)


def _void_expected(raw: RawConnection, lock: StoreLock, named: dict[bytes, Entry], authority: int) -> None:
    """Void new statements whose voiding came before them, from the same authority or from one that may void all."""
    for imported in (0, _IMPORTED):
        ids = [
            key
            for key, one in named.items()
            if one.incoming.marks & _IMPORTED == imported and not one.incoming.marks & _VOIDING
        ]
        for row in list(_select(raw, _WAITING_VOIDS, (authority, imported, lock.number), ids)):
            entry = named[bytes(row[0])]
            raw.run(_VOID, lock.number, entry.seq)
            entry.voided = True


def _list_references(raw: RawConnection, lock: StoreLock, seqs: Iterable[int]) -> None:
    """List references, and those that point to them, wherever their targets are listed."""
    pointers = _with_pointers(raw, lock, seqs)
    targets = _targets_of(raw, lock, pointers)
    rows: dict[tuple[int, ...], None] = {}
    for pointer in pointers:
        for place in _places_along(targets, pointer):
            rows[(lock.number, *place, pointer)] = None
        if len(rows) > MAX_LISTED:
            break
    postings.insert_rows(raw, sorted(islice(rows, MAX_LISTED)))


def _with_pointers(raw: RawConnection, lock: StoreLock, seqs: Iterable[int]) -> list[int]:
    """Return references with all that point to them, one after another; at most `MAX_POINTERS` more than were given."""
    found = dict.fromkeys(seqs)
    most = len(found) + MAX_POINTERS
    frontier = list(found)
    for _ in range(MAX_CHAIN):
        fresh = {row[0]: None for row in _select(raw, _POINTERS, (lock.number,), frontier) if row[0] not in found}
        frontier = list(islice(fresh, most - len(found)))
        found |= dict.fromkeys(frontier)
        if not frontier:
            break
    return list(found)


def _targets_of(
    raw: RawConnection, lock: StoreLock, pointers: Sequence[int]
) -> dict[int, tuple[int, list[PostingList]]]:
    """Return the target of each reference with the lists it is in, and so on along each chain: one query for each step of all."""
    found: dict[int, tuple[int, list[PostingList]]] = {}
    frontier = list(pointers)
    for _ in range(MAX_CHAIN):
        following = []
        for seq, target, known, *numbers, extras in _select(raw, _TARGET_LISTS, (lock.number,), frontier):
            agent, verb, activity, registration = numbers
            found[seq] = (
                target,
                postings.posting_lists_of((agent, verb, activity, registration), postings.unpack(bytes(extras))),
            )
            if known & _REFERENCE:
                following.append(target)
        frontier = [target for target in dict.fromkeys(following) if target not in found]
        if not frontier:
            break
    return found


def _places_along(targets: dict[int, tuple[int, list[PostingList]]], seq: int) -> Iterator[PostingList]:
    """Yield the lists of a reference's target, of that one's target, and so on."""
    for _ in range(MAX_CHAIN):
        found = targets.get(seq)
        if found is None:
            return
        seq, places = found
        yield from places


def _select(
    raw: RawConnection, sql: str, values: Sequence[object], keys: Sequence[object], end: str = ""
) -> Iterator[Row]:
    """Run a query that ends in IN for slices of *keys*."""
    for start in range(0, len(keys), _SLICE):
        part = keys[start : start + _SLICE]
        yield from raw.rows(f"{sql}({marks(part)}){end}", *values, *part)
