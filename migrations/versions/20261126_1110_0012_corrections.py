"""Count how often the name on a certificate was corrected, and keep the day of the last time.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Earlier corrections were not counted.
    op.add_column("credential", sa.Column("corrections", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("credential", sa.Column("corrected_on", sa.Date()))


def downgrade() -> None:
    op.drop_column("credential", "corrected_on")
    op.drop_column("credential", "corrections")
