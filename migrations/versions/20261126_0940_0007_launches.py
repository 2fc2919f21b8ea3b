"""Make the table of launches, and keep apart what launched content says of a unit.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("launch_completed_at", "launch_passed_at")


def upgrade() -> None:
    op.create_table(
        "lrs_launch",
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("fetch_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32)),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_lrs_launch")),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_launch_key")),
        sa.UniqueConstraint("fetch_hash", name=op.f("uq_lrs_launch_fetch_hash")),
    )
    op.create_index(op.f("ix_lrs_launch_registration"), "lrs_launch", ["registration"])
    for name in _COLUMNS:
        op.add_column("unit_progress", sa.Column(name, sa.DateTime(timezone=True)))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("unit_progress", name)
    op.drop_table("lrs_launch")
