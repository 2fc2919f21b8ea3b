"""Which tables there are: ours, and those of plugins that the database has been given."""

from __future__ import annotations

from sqlalchemy import Table, inspect

from perille.core.database import Base, Session

#: Key of `Table.info`: the plugin that brings the table.
PLUGIN = "plugin"


def known_tables(session: Session) -> list[Table]:
    """Return all tables, in the order of their foreign keys, without those of plugins that the database does not have yet."""
    tables = Base.metadata.sorted_tables
    names = {table.name for table in tables if PLUGIN in table.info}
    if not names:
        return tables
    missing = names - set(inspect(session.connection()).get_table_names())
    return [table for table in tables if table.name not in missing]
