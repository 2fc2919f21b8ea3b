"""What is sent: at the office the rows of a group, in parts; on the laptop what changed since both sides last agreed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from perille.core.database import Session
from perille.core.synced_tables import SyncedTable
from perille.sync.models import SyncBase
from perille.sync.replaced_rows import replaced
from perille.sync.scope import Scope, table_of
from perille.sync.statements import TABLE
from perille.sync.statements import lines_of as statements_of
from perille.sync.wire import MOST_BYTES, MOST_LINES, Row, SyncRefusal, base_key, digest, in_parts, key_of, row_of

#: What `people` sends in its own way.
BY_HAND = frozenset({"organisation", "account", "membership", "group_trainer"})


def rows_after(session: Session, scope: Scope, mark: str) -> tuple[list[Row], str]:
    """Return a part of what belongs to a group, and the mark of the next one, "" at the end.

    A mark is a number of rows, or a course and a place in the record. What is added meanwhile comes with a part or with the next run, and
    what comes twice changes nothing.
    """
    kind, first = _read_mark(mark)
    part: list[Row] = []
    size = 0
    for line, mark_of in _marked(session, scope, kind, first):
        length = len(msgspec.json.encode(line)) + 1
        if part and (size + length > MOST_BYTES * 3 // 4 or len(part) >= MOST_LINES - 2):
            return part, mark_of
        part.append(line)
        size += length
    return part, ""


def _read_mark(mark: str) -> tuple[str, list[int]]:
    """Return "r" and a number of rows, or "s" and a course and a place in the record; raise SyncRefusal for what is no mark."""
    if not mark:
        return "r", [0]
    kind, numbers = mark[0], mark[1:].split(".")
    if kind not in "rs" or not all(each.isdecimal() and len(each) < 19 for each in numbers):
        raise SyncRefusal("format", "There is no such mark.")
    return kind, [int(each) for each in numbers]


def _marked(session: Session, scope: Scope, kind: str, first: list[int]) -> Iterator[tuple[Row, str]]:
    """Yield lines, each with the mark of a part that begins with it."""
    if kind == "r":
        for number, line in enumerate(_rows(session, scope)):
            if number >= first[0]:
                yield line, f"r{number}"
        first = [0, 0]
    course, after = (*first, 0)[:2]
    for number, row in enumerate(scope.rows(session, "enrolment")):
        if number >= course:
            for line in statements_of(session, row["registration"], after if number == course else 0):
                yield line, f"s{number}.{line['seq'] - 1}"


def _rows(session: Session, scope: Scope) -> Iterator[Row]:
    for name, carried in scope.tables.items():
        if name not in BY_HAND:
            table, rows = table_of(carried), scope.rows(session, name)
            earlier = replaced(table, rows)
            for row in rows:
                yield {"table": name, "row": row_of(table, row, carried.without), **_replaces(earlier, row)}


def _replaces(earlier: dict[object, list[str]], row: Row) -> Row:
    return {"replaces": earlier[row["id"]]} if earlier and row["id"] in earlier else {}


def _is_brought(name: str, carried: SyncedTable) -> bool:
    """Tell whether rows of a table go from the laptop to the office by themselves: a learner goes with their group."""
    return not carried.to_room and name != "learner"


def changed_lines(session: Session, scope: Scope) -> Iterator[Row]:
    """Yield the rows of the laptop that are new or changed since both sides last agreed, each with what they agreed on."""
    learners = {row["id"]: row for row in scope.rows(session, "learner")}
    learned = _learned_in(session, scope)
    for name in (name for name, carried in scope.tables.items() if _is_brought(name, carried)):
        rows = scope.rows(session, name)
        earlier = replaced(table_of(scope.tables[name]), rows)
        for row in rows:
            for line in _lines_for(session, scope, name, row, learners, learned):
                yield {**line, **_replaces(earlier, row)}


def _lines_for(
    session: Session, scope: Scope, name: str, row: Row, learners: dict[object, Row], learned: set[tuple[UUID, str]]
) -> Iterator[Row]:
    """Yield what is sent of a row, the learner first where it is who belongs to a group; taken out of *learners*, each goes once."""
    if name == "group_course" and (row["group_id"], row["pack_id"]) in learned:
        yield from _line(session, scope, name, row, always=True)
        return
    if name == "group_member" and (learner := learners.pop(row["learner_id"], None)) is not None:
        yield from _line(session, scope, "learner", learner)
    yield from _line(session, scope, name, row)


def _learned_in(session: Session, scope: Scope) -> set[tuple[UUID, str]]:
    """Return group and course of all who learn, where something of a course is to be sent.

    These courses are sent along: the office may have let the group take one no longer meanwhile, and would refuse all that was done in it.
    """
    if not _has_news_of_courses(session, scope):
        return set()
    groups: dict[UUID, set[UUID]] = {}
    for member in scope.rows(session, "group_member"):
        groups.setdefault(member["learner_id"], set()).add(member["group_id"])
    found = set[tuple[UUID, str]]()
    for row in scope.rows(session, "enrolment"):
        found |= {(group, row["pack_id"]) for group in groups.get(row["learner_id"], ())}
    return found


def _has_news_of_courses(session: Session, scope: Scope) -> bool:
    if next(new_statements(session, scope), None) is not None:
        return True
    names = [name for name, carried in scope.tables.items() if not carried.to_room and _is_of_a_course(scope, name)]
    return any(
        next(_line(session, scope, name, row), None) is not None for name in names for row in scope.rows(session, name)
    )


def _is_of_a_course(scope: Scope, name: str) -> bool:
    """Tell whether rows of a table are enrolments, or hang on one."""
    carried = scope.tables.get(name)
    if carried is None or not carried.through or name == "enrolment":
        return name == "enrolment"
    return _is_of_a_course(scope, next(iter(table_of(carried).c[carried.through].foreign_keys)).column.table.name)


def _line(session: Session, scope: Scope, name: str, row: Row, *, always: bool = False) -> Iterator[Row]:
    carried = scope.tables[name]
    table = table_of(carried)
    key = key_of(table, row)
    base = session.get(SyncBase, base_key(key))
    if always or base is None or any(base.digests.get(each) != digest(key, each, row[each]) for each in carried.settle):
        sent = row_of(table, row, carried.without)
        yield {"table": name, "row": sent, **({"base": base.digests} if base is not None else {})}


def new_statements(session: Session, scope: Scope) -> Iterator[Row]:
    """Yield what was recorded since the last part that the office took, course by course."""
    for row in scope.rows(session, "enrolment"):
        yield from _new_statements_of(session, row["registration"])


def _new_statements_of(session: Session, registration: UUID) -> Iterator[Row]:
    base = session.get(SyncBase, base_key(f"{TABLE} {registration}"))
    return statements_of(session, registration, int(base.digests["seq"]) if base is not None else 0)


__all__ = ["BY_HAND", "changed_lines", "in_parts", "new_statements", "rows_after"]
