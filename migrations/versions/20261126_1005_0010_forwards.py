"""Keep with a forward what it needs to be managed, and each statement that another store refused.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lrs_forward", sa.Column("allow_http", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("lrs_forward", sa.Column("versions", sa.String(200), nullable=False, server_default=""))
    op.add_column("lrs_forward", sa.Column("paused_at", sa.DateTime(timezone=True)))
    # Those that lead over http were set up when nobody asked: they go on.
    op.execute(sa.text("UPDATE lrs_forward SET allow_http = :yes WHERE endpoint LIKE 'http:%'").bindparams(yes=True))
    # Only a count was kept of what was refused: what is known from now on is counted from its table.
    op.drop_column("lrs_forward", "refused")
    op.create_table(
        "lrs_refusal",
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("forward_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.LargeBinary(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "forward_id", "seq", name=op.f("pk_lrs_refusal")),
    )
    op.create_index("ix_lrs_refusal_seq", "lrs_refusal", ["store_id", "seq"])


def downgrade() -> None:
    op.drop_table("lrs_refusal")
    op.add_column("lrs_forward", sa.Column("refused", sa.Integer(), nullable=False, server_default="0"))
    for name in ("paused_at", "versions", "allow_http"):
        op.drop_column("lrs_forward", name)
