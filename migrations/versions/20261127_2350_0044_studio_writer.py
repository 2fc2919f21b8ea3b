"""Who wrote the words of a translation in the Studio.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_writer",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_writer_draft_id_studio_draft"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "language", "digest", name=op.f("pk_studio_writer")),
    )


def downgrade() -> None:
    op.drop_table("studio_writer")
