"""Keep with an attempt by which structure it was marked again, when, and the score before that.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt", sa.Column("marked_by", sa.String(64), nullable=False, server_default=""))
    op.add_column("attempt", sa.Column("marked_again_at", sa.DateTime(timezone=True)))
    op.add_column("attempt", sa.Column("score_before", sa.Double()))


def downgrade() -> None:
    for name in ("score_before", "marked_again_at", "marked_by"):
        op.drop_column("attempt", name)
