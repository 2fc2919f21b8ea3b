"""Keep for some minutes who has a lesson open in the Studio, so that two authors see each other.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_presence",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tab", sa.String(length=16), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("screen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_studio_presence_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_presence_draft_id_studio_draft"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "account_id", "tab", name=op.f("pk_studio_presence")),
    )
    op.create_index(op.f("ix_studio_presence_seen_at"), "studio_presence", ["seen_at"])
    op.create_index(op.f("ix_studio_presence_account_id"), "studio_presence", ["account_id"])


def downgrade() -> None:
    op.drop_table("studio_presence")
