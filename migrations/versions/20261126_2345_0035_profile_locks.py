"""Let three pictures stand before the progress of a learner on a phone.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("phone") as table:
        table.add_column(sa.Column("lock_hash", sa.String(200), nullable=True))
        table.add_column(sa.Column("lock_failures", sa.Integer(), nullable=False, server_default=sa.text("0")))
        table.add_column(sa.Column("lock_failed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("phone") as table:
        table.drop_column("lock_failed_at")
        table.drop_column("lock_failures")
        table.drop_column("lock_hash")
