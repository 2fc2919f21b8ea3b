"""Let each learner who shares a phone choose a picture.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("phone", sa.Column("picture", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("phone", "picture")
