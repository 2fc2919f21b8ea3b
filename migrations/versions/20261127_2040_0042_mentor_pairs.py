"""Pairs of a mentor and somebody of a group, and the days on which they met.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mentor_pair",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mentor_pair_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["group_member.id"], name=op.f("fk_mentor_pair_member_id_group_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mentor_pair")),
    )
    op.create_index(op.f("ix_mentor_pair_account_id"), "mentor_pair", ["account_id"])
    op.create_table(
        "mentor_meeting",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["mentor_pair.member_id"],
            name=op.f("fk_mentor_meeting_member_id_mentor_pair"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_mentor_meeting")),
    )


def downgrade() -> None:
    op.drop_table("mentor_meeting")
    op.drop_table("mentor_pair")
