"""Keep by which keys PINs and codes are known that a laptop brought.

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
    with op.batch_alter_table("sync_key") as table:
        table.add_column(sa.Column("sealed_room_keys", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sync_key") as table:
        table.drop_column("sealed_room_keys")
