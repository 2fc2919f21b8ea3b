"""Keep of a record store since when its clients are refused; that of an organisation which is closed is closed with it.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ORGANISATION = sa.table(
    "organisation", sa.column("store_id", sa.Uuid()), sa.column("closed_at", sa.DateTime(timezone=True))
)
_STORE = sa.table("lrs_store", sa.column("id", sa.Uuid()), sa.column("closed_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    with op.batch_alter_table("lrs_store") as table:
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    closed = sa.select(_ORGANISATION.c.closed_at).where(_ORGANISATION.c.store_id == _STORE.c.id).scalar_subquery()
    op.execute(sa.update(_STORE).values(closed_at=closed))


def downgrade() -> None:
    with op.batch_alter_table("lrs_store") as table:
        table.drop_column("closed_at")
