"""Note when a certificate was extended, and by how many minutes of refresher.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.add_column(sa.Column("extended_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("extended_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.drop_column("extended_minutes")
        table.drop_column("extended_on")
