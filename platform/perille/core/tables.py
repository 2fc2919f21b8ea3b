"""Which tables there are: ours, and those of plugins that the database has been given."""

from __future__ import annotations

from sqlalchemy import Table, inspect

from perille.core.database import Base, Session

#: Key of `Table.info`: the plugin that brings the table.
PLUGIN = "plugin"
#: How the names of plugins' tables begin (docs/plugins/features.md), and none of ours.
_PREFIX = "plugin_"


def known_tables(session: Session) -> list[Table]:
    """Return all tables, in the order of their foreign keys, without those of plugins that the database does not have.

    A plugin that raised an exception while it was imported may have left its tables behind, without anybody who says whose they are: they
    are told by their names.
    """
    tables = Base.metadata.sorted_tables
    names = {table.name for table in tables if PLUGIN in table.info or table.name.startswith(_PREFIX)}
    if not names:
        return tables
    missing = names - set(inspect(session.connection()).get_table_names())
    return [table for table in tables if table.name not in missing]
