"""Statements about statements: voiding, and being found by what is pointed to (Data 2.3.2, Communication 2.1.3 on StatementRefs)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from perille.lrs.entries import Entry
from perille.lrs.faults import Rule, bad
from perille.lrs.models import Mark
from perille.lrs.reading import uuid_bytes
from perille.lrs.sql import Driver, marks
from perille.lrs.store import Hold

#: How many references are followed one after another.
MAX_CHAIN = 16
_REFERENCE = Mark.REFERENCE.value
_REFER = "INSERT INTO lrs_reference (store_id, target, seq, voiding) VALUES (?, ?, ?, ?)"
_VOID = "UPDATE lrs_statement SET marks = marks | 1 WHERE store_id = ? AND seq = ?"
_COPY_FACES = (
    "INSERT INTO lrs_face (store_id, seq, agent_id, verb_id, activity_id, registration_id)"
    " SELECT store_id, ?, agent_id, verb_id, activity_id, registration_id FROM lrs_statement WHERE store_id = ? AND seq = ?"
    " UNION SELECT store_id, ?, agent_id, verb_id, activity_id, registration_id FROM lrs_face WHERE store_id = ? AND seq = ?"
    " ON CONFLICT DO NOTHING"
)


def link(driver: Driver, hold: Hold, entries: Sequence[Entry]) -> None:
    """Void what is voided and let references be found by their targets, whichever came first."""
    pointing = [entry for entry in entries if entry.incoming.marks & _REFERENCE]
    _link_outward(driver, hold, pointing)
    named = {entry.id: entry for entry in entries if entry.incoming.id is not None}
    if named:
        _link_inward(driver, hold, named)


def _link_outward(driver: Driver, hold: Hold, pointing: Sequence[Entry]) -> None:
    """Follow the references of new statements to what is here."""
    if not pointing:
        return
    rows = []
    for entry in pointing:
        target = uuid_bytes(entry.statement.object.id)
        rows.append((hold.number, target, entry.seq, bool(entry.incoming.marks & Mark.VOIDING.value)))
    driver.many(_REFER, rows)
    for (_, target, seq, voiding), entry in zip(rows, pointing, strict=True):
        found = driver.one("SELECT seq, marks FROM lrs_statement WHERE store_id = ? AND id = ?", hold.number, target)
        if found is None:
            continue
        if voiding:
            _void(
                driver,
                hold,
                found[0],
                found[1],
                f"The statement voided by {entry.statement.verb.id} is voiding itself.",
            )
        _copy(driver, hold, found[0], seq)


def _void(driver: Driver, hold: Hold, seq: int, known: int, message: str) -> None:
    """A voiding statement cannot be voided (Data 2.3.2)."""
    if known & Mark.VOIDING.value:
        raise bad(Rule.VOIDING, "$.object.id", message)
    driver.run(_VOID, hold.number, seq)


def _link_inward(driver: Driver, hold: Hold, named: dict[bytes, Entry]) -> None:
    """Find references that waited for one of these statements."""
    sql = f"SELECT target, seq, voiding FROM lrs_reference WHERE store_id = ? AND target IN ({marks(named)})"  # noqa: S608
    for target, seq, voiding in driver.rows(sql, hold.number, *named):
        entry = named[bytes(target)]
        if voiding and not entry.incoming.marks & Mark.VOIDING.value:
            driver.run(_VOID, hold.number, entry.seq)
            entry.voided = True
        _copy(driver, hold, entry.seq, seq)


def _copy(driver: Driver, hold: Hold, target: int, seq: int) -> None:
    """Let the statement *seq*, and all that point to it, be found as *target* is."""
    waiting, seen = [seq], {target}
    for _ in range(MAX_CHAIN):
        if not waiting:
            return
        for pointer in waiting:
            seen.add(pointer)
            driver.run(_COPY_FACES, pointer, hold.number, target, pointer, hold.number, target)
        waiting = [row for row in _pointing_to(driver, hold, waiting) if row not in seen]


def _pointing_to(driver: Driver, hold: Hold, seqs: Iterable[int]) -> list[int]:
    found: list[int] = []
    for seq in seqs:
        rows = driver.rows(
            "SELECT r.seq FROM lrs_reference r JOIN lrs_statement s ON s.store_id = r.store_id AND s.id = r.target"
            " WHERE s.store_id = ? AND s.seq = ?",
            hold.number, seq,
        )  # fmt: skip
        found += [row[0] for row in rows]
    return found
