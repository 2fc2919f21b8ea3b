"""Statements about statements: voiding, and being found by what is pointed to (Data 2.3.2, Communication 2.1.3 on StatementRefs)."""

from __future__ import annotations

from collections.abc import Sequence

from perille.lrs import postings
from perille.lrs.entries import Entry
from perille.lrs.faults import Rule, bad
from perille.lrs.models import Mark
from perille.lrs.postings import Place
from perille.lrs.reading import uuid_bytes
from perille.lrs.sql import Driver, marks
from perille.lrs.store import Hold

#: How many references are followed one after another.
MAX_CHAIN = 16
_REFERENCE, _VOIDING = Mark.REFERENCE.value, Mark.VOIDING.value
_REFER = "INSERT INTO lrs_reference (store_id, target, seq, voiding) VALUES (?, ?, ?, ?)"
_VOID = "UPDATE lrs_statement SET marks = marks | 1 WHERE store_id = ? AND seq = ?"
_TARGET = (
    "SELECT s.seq, s.marks FROM lrs_reference r JOIN lrs_statement s ON s.store_id = r.store_id AND s.id = r.target"
    " WHERE r.store_id = ? AND r.seq = ?"
)
_POINTERS = (
    "SELECT r.seq FROM lrs_statement s JOIN lrs_reference r ON r.store_id = s.store_id AND r.target = s.id"
    " WHERE s.store_id = ? AND s.seq = ?"
)


def link(driver: Driver, hold: Hold, entries: Sequence[Entry]) -> None:
    """Void what is voided and let references be found by their targets, whichever came first."""
    pointing = [entry for entry in entries if entry.incoming.marks & _REFERENCE]
    if pointing:
        _link_outward(driver, hold, pointing)
    if not (pointing or hold.references):
        return
    named = {entry.id: entry for entry in entries if entry.incoming.id is not None}
    if named:
        _link_inward(driver, hold, named)


def _link_outward(driver: Driver, hold: Hold, pointing: Sequence[Entry]) -> None:
    """Note the references of new statements, and follow them to what is here."""
    targets = [uuid_bytes(entry.statement.object.id) for entry in pointing]
    rows = [
        (hold.number, target, entry.seq, bool(entry.incoming.marks & _VOIDING))
        for entry, target in zip(pointing, targets, strict=True)
    ]
    driver.many(_REFER, rows)
    for _, _, seq, voiding in rows:
        found = driver.one(_TARGET, hold.number, seq)
        if found is not None:
            if voiding:
                _void(driver, hold, found[0], found[1])
            _echo(driver, hold, seq, _places_along(driver, hold, found[0]))


def _void(driver: Driver, hold: Hold, seq: int, known: int) -> None:
    """A voiding statement cannot be voided (Data 2.3.2)."""
    if known & _VOIDING:
        raise bad(Rule.VOIDING, "$.object.id", "A voiding statement cannot be voided.")
    driver.run(_VOID, hold.number, seq)


def _link_inward(driver: Driver, hold: Hold, named: dict[bytes, Entry]) -> None:
    """Find references that waited for one of these statements."""
    sql = f"SELECT target, seq, voiding FROM lrs_reference WHERE store_id = ? AND target IN ({marks(named)})"  # noqa: S608
    for target, seq, voiding in driver.rows(sql, hold.number, *named):
        entry = named[bytes(target)]
        if voiding and not entry.incoming.marks & _VOIDING:
            driver.run(_VOID, hold.number, entry.seq)
            entry.voided = True
        _echo(driver, hold, seq, _places_along(driver, hold, entry.seq))


def _places_along(driver: Driver, hold: Hold, seq: int) -> set[Place]:
    """Return the lists of a statement and of all that it points to, one after another."""
    places: set[Place] = set()
    for _ in range(MAX_CHAIN):
        places.update(postings.places_at(driver, hold.number, [seq]).get(seq, ()))
        target = driver.one(_TARGET, hold.number, seq)
        if target is None:
            break
        seq = target[0]
    return places


def _echo(driver: Driver, hold: Hold, seq: int, places: set[Place]) -> None:
    """List a statement, and all that point to it, where its target is listed."""
    waiting, seen = [seq], {seq}
    for _ in range(MAX_CHAIN):
        for pointer in waiting:
            postings.insert(driver, hold.number, places, pointer)
        found = (row[0] for pointer in waiting for row in driver.rows(_POINTERS, hold.number, pointer))
        waiting = [pointer for pointer in found if pointer not in seen]
        seen.update(waiting)
        if not waiting:
            return
