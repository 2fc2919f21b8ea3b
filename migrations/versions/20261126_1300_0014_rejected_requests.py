"""Keep the newest refused requests of each client of the record store, for whoever develops it.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_rejected_request",
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("resource", sa.String(300), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("message", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_lrs_rejected_request"),
    )
    op.create_index("ix_lrs_rejected_request_client", "lrs_rejected_request", ["store_id", "client_id", "at"])


def downgrade() -> None:
    op.drop_table("lrs_rejected_request")
