"""Note with which logo a certificate was made.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.add_column(sa.Column("logo", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.drop_column("logo")
