"""One statement with all that it says, and what stands around it: what points to it, what it points to, who refused it."""

from __future__ import annotations

from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from perille.core.database import Session
from perille.lrs.storage import query, serialization
from perille.lrs.storage.connection import RawConnection, raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.serialization import StoredRow, Wishes
from perille.lrs.viewer.lines import StatementLine, lines_of, parsed_statement
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.statement import StatementRef
from perille.lrs.xapi.versions import Version

#: Statements and refusals around one that its page lists.
_AROUND = 50


class StatementDetail(Struct, frozen=True):
    """A statement, and what stands around it."""

    line: StatementLine
    #: JSON on many lines, numbers as they were written.
    text: str
    voided: bool
    #: Whether its object is a statement, and this one voids it.
    voids: bool
    #: The statement that is its object, and the one in its context, whether they are here or not; each with its line if it is.
    targets: list[tuple[UUID, StatementLine | None]]
    #: Statements that point to it, the oldest first.
    pointing: list[StatementLine]
    #: Name of another store, and why it did not take the statement.
    refused: list[tuple[str, str]]


def find_statement(session: Session, store_id: UUID, statement_id: UUID, wishes: Wishes) -> StatementDetail | None:
    """Return one statement, voided or not, or None."""
    raw, number = raw_connection(session), store_number(session, store_id)
    kept = query.find_by_id(raw, number, statement_id.bytes)
    if kept is None:
        return None
    pointing = _pointing(raw, number, kept)
    targets = _targets(kept)
    here = {UUID(bytes=one.id): one for each in targets if (one := query.find_by_id(raw, number, each.bytes))}
    rows = [kept, *here.values(), *pointing]
    lines = {line.id: line for line in lines_of(session, store_id, rows, wishes)}
    return StatementDetail(
        line=lines[statement_id],
        text=msgspec.json.format(serialization.exact(kept, Version.V2), indent=2).decode(),
        voided=kept.has(StatementFlag.VOIDED),
        voids=kept.has(StatementFlag.VOIDING),
        targets=[(each, lines.get(each)) for each in targets],
        pointing=[lines[UUID(bytes=each.id)] for each in pointing],
        refused=_refused(raw, number, kept),
    )


def _targets(kept: StoredRow) -> list[UUID]:
    seen = parsed_statement(kept)
    found = [seen.object.id] if isinstance(seen.object, StatementRef) else []
    if seen.context is not UNSET and seen.context.statement is not UNSET:
        found.append(seen.context.statement.id)
    return [*dict.fromkeys(map(UUID, found))]


def _pointing(raw: RawConnection, store: int, kept: StoredRow) -> list[StoredRow]:
    sql = "SELECT seq FROM lrs_reference WHERE store_id = ? AND target = ? ORDER BY seq LIMIT ?"
    seqs = [row[0] for row in raw.rows(sql, store, kept.id, _AROUND)]
    return sorted(query.by_seq(raw, store, seqs), key=lambda one: one.seq)


def _refused(raw: RawConnection, store: int, kept: StoredRow) -> list[tuple[str, str]]:
    rows = raw.rows(
        "SELECT f.name, r.reason FROM lrs_refusal r JOIN lrs_forward f ON f.store_id = r.store_id AND f.id = r.forward_id"
        " WHERE r.store_id = ? AND r.seq = ? ORDER BY f.name LIMIT ?",
        store, kept.seq, _AROUND,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]
