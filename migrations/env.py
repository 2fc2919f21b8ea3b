"""Alembic's environment: the application's models, on the database of its settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import Connection

from perille.core.config import load_config
from perille.core.database import prepare_engine
from perille.core.schema import migration_transaction
from perille.features import metadata


def migrate(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter a column: Alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        user_module_prefix="perille.",
        # A plugin's migrations are a history of their own.
        version_table=context.config.attributes.get("version_table", "alembic_version"),
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Use the connection that the caller brings, or open one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = create_engine(load_config().database_url, poolclass=pool.NullPool)
    prepare_engine(engine)
    with migration_transaction(engine) as connection:
        migrate(connection)


main()
