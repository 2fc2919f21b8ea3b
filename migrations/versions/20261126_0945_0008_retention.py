"""Make the tables of what retention removed and of what it remembers of the clock.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_learner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.Uuid(), nullable=False),
        sa.Column("registrations", sa.JSON(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_learner")),
    )
    op.create_index(op.f("ix_removed_learner_removed_at"), "removed_learner", ["removed_at"])
    op.create_table(
        "retention_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steady_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disbelieved", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.String(10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_retention_state_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_state")),
    )


def downgrade() -> None:
    op.drop_table("retention_state")
    op.drop_index(op.f("ix_removed_learner_removed_at"), table_name="removed_learner")
    op.drop_table("removed_learner")
