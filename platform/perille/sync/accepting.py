"""On the laptop: rows of the office are taken over where nobody changed them here, and both sides' agreement is noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Table, select

from perille.core.database import Session
from perille.core.synced_tables import SyncedTable
from perille.enrolment.models import Enrolment
from perille.enrolment.tombstones import Tombstone, tombstone_digest
from perille.sync.inserting import change_row, current_row, insert_row
from perille.sync.models import SyncBase
from perille.sync.response_schemas import Unreadable
from perille.sync.scope import ROOT, Scope, table_of
from perille.sync.sending import BY_HAND
from perille.sync.wire import Row, SyncRefusal, base_key, digest, key_of, read_row, value_of


@dataclass
class Acceptance:
    """Rows of one answer of the office, in one transaction."""

    session: Session
    organisation_id: UUID
    scope: Scope
    counts: dict[str, int] = field(default_factory=dict)

    def apply_row(self, line: Row) -> None:
        """Take a row along; raise SyncRefusal for one that is not to be here.

        What changed here since both sides agreed stays, until it is brought.
        """
        carried = self.scope.tables.get(str(line.get("table")))
        if carried is None or str(line.get("table")) in BY_HAND:
            raise SyncRefusal("row", "The office sends rows of a table that this version does not know.")
        table = table_of(carried)
        row = read_row(table, line.get("row"), carried.without)
        if table.name == ROOT and row["organisation_id"] != self.organisation_id:
            raise SyncRefusal("organisation", "The office sends a group of another organisation.", 403)
        current = current_row(self.session, table, row)
        if current is None:
            if self._may_stand(table, row) and insert_row(self.session, carried, row, line.get("replaces")):
                self._note(carried, table, row, row)
                self._count(str(table.name))
            return
        self._take_over(carried, table, current, row)

    def _take_over(self, carried: SyncedTable, table: Table, current: Row, row: Row) -> None:
        """Change a row that is here to what the office has, where nobody changed it here."""
        key = key_of(table, row)
        base = self._base(key)
        values, agreed = Row(), dict(base)
        for name in _names_taken(carried, table, row):
            if current[name] == row[name]:
                agreed[name] = digest(key, name, row[name])
            elif carried.to_room or base.get(name) == digest(key, name, current[name]):
                values[name], agreed[name] = row[name], digest(key, name, row[name])
        if values:
            if not change_row(self.session, table, row, values):
                return
            self._count(str(table.name))
        self._keep(key, agreed)

    def agree(self, line: Row, answer: Row) -> None:
        """Note what the office answered to a row that was brought: it has it, or it left it out; raise Unreadable for another row."""
        carried = self.scope.tables[line["table"]]
        table = table_of(carried)
        sent = read_row(table, line["row"], carried.without)
        key = key_of(table, sent)
        if answer.get("key") != key:
            raise Unreadable("it answered to another row")
        now = sent if answer.get("gone") else read_row(table, answer.get("row"), carried.without)
        current = current_row(self.session, table, sent)
        if current is None:
            return
        # Only where nobody changed it here since it was sent.
        values = {name: now[name] for name in carried.settle if current[name] == sent[name] != now[name]}
        # What leads to a row that only the office has, such as a later certificate, comes with the next take.
        here = {name: value for name, value in values.items() if self._is_here(table, name, value)}
        if here:
            change_row(self.session, table, sent, here)
        self._note(carried, table, sent, {**now, **{name: sent[name] for name in values.keys() - here.keys()}})

    def known(self, lines: list[Row]) -> list[Row]:
        """Return the statements whose course is here: who was erased here has none."""
        registrations = {_registration(line) for line in lines}
        here = set(
            self.session.scalars(select(Enrolment.registration).where(Enrolment.registration.in_(registrations)))
        )
        return [line for line in lines if _registration(line) in here]

    def _may_stand(self, table: Table, row: Row) -> bool:
        """Tell whether what a row hangs on is here, and its learner was not erased here."""
        if table.name == "learner" and self.session.get(Tombstone, tombstone_digest(row["actor_name"])) is not None:
            return False
        return all(
            self._is_here(table, key.parent.name, row[key.parent.name])
            for key in table.foreign_keys
            if key.parent.name in row
        )

    def _is_here(self, table: Table, name: str, value: object) -> bool:
        keys = [key for key in table.c[name].foreign_keys if value is not None]
        return all(self.session.execute(select(key.column).where(key.column == value)).first() for key in keys)

    def _base(self, key: str) -> dict[str, str]:
        found = self.session.get(SyncBase, base_key(key))
        return dict(found.digests) if found is not None else {}

    def _note(self, carried: SyncedTable, table: Table, row: Row, agreed: Row) -> None:
        key = key_of(table, row)
        self._keep(key, {name: digest(key, name, value_of(agreed[name])) for name in carried.settle})

    def _keep(self, key: str, digests: dict[str, str]) -> None:
        self.session.merge(SyncBase(key=base_key(key), digests=digests))
        self.session.flush()

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1


def _registration(line: Row) -> UUID:
    try:
        return UUID(line["row"]["registration"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable("a statement names no course") from error


def _names_taken(carried: SyncedTable, table: Table, row: Row) -> Iterable[str]:
    """Return the columns that the office's row may change: all of a table that is only sent to the room, else those that are settled."""
    if not carried.to_room:
        return carried.settle
    return [str(each.name) for each in table.columns if each.name in row and not each.primary_key]
