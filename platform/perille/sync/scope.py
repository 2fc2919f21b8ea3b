"""Which rows belong to which groups: what is carried, and what a key of one organisation may touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Select, Table, and_, select

from perille.core.database import Base, Session
from perille.core.feature import features_of
from perille.core.synced_tables import SyncedTable
from perille.sync.replaced_rows import latest_first
from perille.sync.wire import Row

ROOT = "learning_group"
#: The order of sending: what a row needs is sent before it, and a learner right before the line of the group that leads to them.
_ORDER = (ROOT, "group_course", "group_session", "learner", "group_member", "attendance", "enrolment")


def carried_tables() -> dict[str, SyncedTable]:
    """Return table -> how its rows are carried, in the order of sending."""
    found = {each.model.__tablename__: each for feature in features_of(current_app) for each in feature.carried}
    names = [*_ORDER, *(str(table.name) for table in Base.metadata.sorted_tables if table.name not in _ORDER)]
    return {name: found[name] for name in names if name in found}


def table_of(carried: SyncedTable) -> Table:
    """Return the table of a model."""
    table = carried.model.__table__
    assert isinstance(table, Table)
    return table


@dataclass(frozen=True)
class Scope:
    """The rows of some groups."""

    tables: Mapping[str, SyncedTable]
    #: Ids of the groups.
    groups: Select[tuple[UUID]]

    def where(self, name: str) -> ColumnElement[bool]:
        """Return which rows of a table belong to the groups."""
        carried = self.tables[name]
        table = table_of(carried)
        if name == ROOT:
            return table.c.id.in_(self.groups)
        if carried.reached:
            other, column = carried.reached.split(".")
            return table.c.id.in_(self._column(other, column))
        parent = next(iter(table.c[carried.through].foreign_keys)).column.table
        found = table.c[carried.through].in_(self._column(parent.name, "id"))
        return (
            and_(found, table.c.pack_id.in_(self._column("group_course", "pack_id"))) if carried.in_courses else found
        )

    def _column(self, name: str, column: str) -> Select[Any]:
        table = table_of(self.tables[name])
        return select(table.c[column]).where(self.where(name))

    def rows(self, session: Session, name: str) -> list[Row]:
        """Return the rows of a table that belong to the groups, in the order of their keys, but what replaced a row before that row."""
        table = table_of(self.tables[name])
        query = select(table).where(self.where(name)).order_by(*table.primary_key.columns)
        return latest_first(table, [dict(row) for row in session.execute(query).mappings()])

    def has(self, session: Session, name: str, column: str, value: object) -> bool:
        """Tell whether a row with this value belongs to the groups."""
        table = table_of(self.tables[name])
        query = select(table.c[column]).where(self.where(name), table.c[column] == value)
        return session.execute(query).first() is not None


def scope_of(organisation_id: UUID, group_id: UUID | None = None) -> Scope:
    """Return the scope of an organisation's groups, or of one of them."""
    group = table_of(carried_tables()[ROOT])
    query = select(group.c.id).where(group.c.organisation_id == organisation_id)
    return Scope(carried_tables(), query if group_id is None else query.where(group.c.id == group_id))
