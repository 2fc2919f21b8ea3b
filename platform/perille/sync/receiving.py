"""At the office: one part of what a laptop brings is taken whole or not at all.

The key says for which organisation. A row of another one refuses the whole part; a row that this version cannot store, or that hangs on
nothing here, is told and left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Table, and_, select

from perille.core.database import Session
from perille.core.synced_tables import ConflictRule, SyncedTable
from perille.enrolment.models import Enrolment, MergedLearner
from perille.enrolment.tombstones import Tombstone, tombstone_digest
from perille.groups.ids import member_id
from perille.people.memberships import roles_in
from perille.people.models import Role
from perille.sync.inserting import change_row, current_row, insert_row
from perille.sync.models import SyncConflict
from perille.sync.scope import ROOT, Scope, table_of
from perille.sync.wire import Row, SyncRefusal, digest, key_of, read_row, row_of, value_of
from perille.sync.withdrawn_courses import note_put_back

_NAMES = UUID("6f6b2b6e-0d8e-5f0a-8f55-5a3c2f5f6f21")


@dataclass
class ReceivedPart:
    """One part that is being taken, in one transaction."""

    session: Session
    organisation_id: UUID
    scope: Scope
    #: The office's day.
    today: date
    counts: dict[str, int] = field(default_factory=dict)
    #: Learners who are new with this part: it must lead to them.
    fresh: set[UUID] = field(default_factory=set)

    def apply_row(self, line: Row) -> Row:
        """Take one row; return what is answered: the row as it is here now, or that it is not."""
        carried = self._carried(line)
        table = table_of(carried)
        row = read_row(table, line.get("row"), carried.without)
        if "learner_id" in row:
            row["learner_id"] = self._who_stays(row["learner_id"]) or row["learner_id"]
        base = _agreed_before(line)
        key = key_of(table, row)
        if table.name == "learner":
            if base.get("last_seen_on") != digest(key, "last_seen_on", row["last_seen_on"]):
                row["last_seen_on"] = self.today  # the laptop's clock may be wrong by years
            if self._who_stays(row["id"]) is not None:
                # Here they turned out to be the same person as another.
                return {"key": key, "gone": True, "conflicts": []}
        current = current_row(self.session, table, row)
        told: list[Row] = []
        if current is not None:
            told = self._settle(carried, table, key, current, row, base)
        elif (fault := self._insert(carried, table, row, line)) is not None:
            return {"key": key, "gone": True, "conflicts": self._left_out(table, key, row) if fault == "told" else []}
        now = current_row(self.session, table, row)
        assert now is not None
        return {"key": key, "row": row_of(table, now, carried.without), "conflicts": told}

    def _carried(self, line: Row) -> SyncedTable:
        name = line.get("table")
        carried = self.scope.tables.get(name) if isinstance(name, str) else None
        if carried is None or carried.to_room:
            raise SyncRefusal("row", "The office takes no rows of such a table.")
        return carried

    def finish(self) -> None:
        """Raise SyncRefusal where the part brings learners whom no group leads to."""
        for learner in self.fresh:
            if not self.scope.has(self.session, "learner", "id", learner):
                raise SyncRefusal("row", "A learner comes with no line in a group.")

    def _insert(self, carried: SyncedTable, table: Table, row: Row, line: Row) -> str | None:
        """Store the new row of a line; return why it was left out, None where it was stored."""
        self._refuse_foreign_group(table, row)
        if table.name == "learner":
            if self.session.get(Tombstone, tombstone_digest(row["actor_name"])) is not None:
                return "erased"
            self.fresh.add(row["id"])
        if not self._parents(table, row):
            return "alone"
        if carried.in_courses and not self.scope.has(self.session, "group_course", "pack_id", row["pack_id"]):
            raise SyncRefusal("row", "An enrolment is in a course that no group of the organisation takes.")
        if not insert_row(self.session, carried, row, line.get("replaces")):
            return "told"
        # With a base both sides had it before.
        if table.name == "group_course" and "base" in line:
            note_put_back(self.session, key_of(table, row))
        self._count(str(table.name))
        return None

    def _refuse_foreign_group(self, table: Table, row: Row) -> None:
        if table.name == ROOT and row["organisation_id"] != self.organisation_id:
            raise _foreign()

    def _parents(self, table: Table, row: Row) -> bool:
        """Tell whether all that a row hangs on is here; raise SyncRefusal where it is another organisation's."""
        groups = set()
        for value, parent in self._carried_parents(table, row):
            if parent.name == "account":
                if not {Role.TRAINER, Role.COORDINATOR} & set(roles_in(self.session, value, self.organisation_id)):
                    return False
                continue
            found = self.session.execute(select(parent).where(parent.c.id == value)).mappings().first()
            if found is None:
                return False
            if value not in self.fresh and not self.scope.has(self.session, parent.name, "id", value):
                raise _foreign()
            groups |= {found["group_id"]} if "group_id" in found else set()
        if len(groups) > 1:
            raise SyncRefusal("row", f"A row of {table.name} ties two groups together.")
        return True

    def _carried_parents(self, table: Table, row: Row) -> Iterator[tuple[UUID, Table]]:
        """Yield (number, table) of what a row leads to that is carried, too; the organisation is that of the key."""
        for key in table.foreign_keys:
            value, parent = row.get(key.parent.name), key.column.table
            if value is not None and parent.name in self.scope.tables and parent.name != "organisation":
                yield value, parent

    def _who_stays(self, learner_id: UUID | None) -> UUID | None:
        """Return the learner as whom one counts here who was put together with them; None for nearly all."""
        query = select(MergedLearner.into_id).where(MergedLearner.learner_id == learner_id)
        return self.session.scalar(query) if learner_id is not None else None

    def _settle(self, carried: SyncedTable, table: Table, key: str, current: Row, row: Row, base: Row) -> list[Row]:
        """Take over what only the room changed, and settle what both did."""
        mine = and_(self.scope.where(table.name), *(column == row[column.name] for column in table.primary_key))
        if self.session.execute(select(*table.primary_key.columns).where(mine)).first() is None:
            raise _foreign()
        values, told = self._settled(carried, table, key, current, row, base)
        learner = values.get("learner_id")
        if not (learner is None or learner in self.fresh or self.scope.has(self.session, "learner", "id", learner)):
            raise _foreign()
        if values:
            if not change_row(self.session, table, row, values):
                return [*told, *self._left_out(table, key, row)]
            self._count(str(table.name))
        return told

    def _settled(
        self, carried: SyncedTable, table: Table, key: str, current: Row, row: Row, base: Row
    ) -> tuple[Row, list[Row]]:
        """Return the values that change here, and the conflicts: what both sides changed since they agreed."""
        values, told = Row(), list[Row]()
        for name in carried.settle:
            here, there = current[name], row[name]
            if here == there or base.get(name) == digest(key, name, there):
                continue
            agreed = base.get(name) == digest(key, name, here)
            wins = agreed or self._room_wins(carried, table, row, name, here)
            if wins:
                values[name] = there
            if not agreed and name != "last_seen_on":
                told.append(self._tell(table, key, row, name, *((there, here) if wins else (here, there))))
        return values, told

    def _room_wins(self, carried: SyncedTable, table: Table, row: Row, name: str, here: object) -> bool:
        """Tell whether what the room brings counts where both sides changed it; a line that is somebody's here stays theirs."""
        if name == "learner_id" and here is not None:
            self._beside(carried, table, row)
            return False
        return carried.settle[name] is ConflictRule.GREATER and _rank(row[name]) > _rank(here)

    def _beside(self, carried: SyncedTable, table: Table, row: Row) -> None:
        """Put somebody on a line of their own: one name of the list was given a phone on two laptops, and may be two people."""
        beside = {**row, "id": member_id(row["group_id"], row["learner_id"])}
        if row["learner_id"] is None or current_row(self.session, table, beside) is not None:
            return
        if self._parents(table, beside) and insert_row(self.session, carried, beside):
            self._count(str(table.name))

    def _left_out(self, table: Table, key: str, row: Row) -> list[Row]:
        return [self._tell(table, key, row, "", None, row.get("name"))]

    def _tell(self, table: Table, key: str, row: Row, name: str, stands: object, other: object) -> Row:
        """Note a conflict for the trainer; the same one again is the same row."""
        texts = [msgspec.json.encode(value_of(each)).decode() for each in (stands, other)]
        number = uuid5(_NAMES, f"{self.organisation_id} {key} {name} {texts[1]}")
        learner = self._learner_of(table, row)
        values: Row = {"row": str(table.name), "field": name, "stands": texts[0], "other": texts[1]}
        if self.session.get(SyncConflict, number) is None:
            self.session.add(
                SyncConflict(id=number, organisation_id=self.organisation_id, learner_id=learner, **values)
            )
            self.session.flush()
        return {"id": number.hex, "learner": value_of(learner), **values}

    def _learner_of(self, table: Table, row: Row) -> UUID | None:
        """Return whom a row tells of: who goes takes it along."""
        found: UUID | None = None
        if table.name == "learner":
            found = row["id"]
        elif "learner_id" in row:
            found = row["learner_id"]
        elif "enrolment_id" in row:
            found = self.session.scalar(select(Enrolment.learner_id).where(Enrolment.id == row["enrolment_id"]))
        elif "member_id" in row:
            member = table_of(self.scope.tables["group_member"])
            found = self.session.scalar(select(member.c.learner_id).where(member.c.id == row["member_id"]))
        elif "attempt_id" in row:
            attempt = table_of(self.scope.tables["attempt"])
            query = select(Enrolment.learner_id).join(attempt, attempt.c.enrolment_id == Enrolment.id)
            found = self.session.scalar(query.where(attempt.c.id == row["attempt_id"]))
        here = table_of(self.scope.tables["learner"])
        return self.session.scalar(select(here.c.id).where(here.c.id == found)) if found is not None else None

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1


def _foreign() -> SyncRefusal:
    return SyncRefusal("organisation", "A row belongs to another organisation than this key.", 403)


def _agreed_before(line: Row) -> Row:
    base = line.get("base")
    return base if isinstance(base, dict) else {}


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)
