"""Keep comments at blocks of the Studio's drafts, and which of them a review names.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lost_text", sa.Text(), nullable=False),
        sa.Column("answers_to", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        _foreign("draft_id", "studio_draft", "CASCADE"),
        _foreign("answers_to", "studio_comment", "SET NULL"),
        _foreign("account_id", "account", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_comment")),
    )
    for column in ("draft_id", "answers_to", "account_id"):
        op.create_index(op.f(f"ix_studio_comment_{column}"), "studio_comment", [column])
    with op.batch_alter_table("studio_review") as table:
        table.add_column(sa.Column("comments", sa.JSON(), nullable=False, server_default="[]"))


def _foreign(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_studio_comment_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    with op.batch_alter_table("studio_review") as table:
        table.drop_column("comments")
    op.drop_table("studio_comment")
