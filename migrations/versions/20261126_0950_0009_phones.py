"""Make the tables of phones and of tokens that let one join; give codes an end.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: Cookies made until now hold the learner's number: a phone of the same number lets them go on.
_PHONES = "INSERT INTO phone (id, learner_id, joined_at, told_at) SELECT id, id, created_at, created_at FROM learner"


def upgrade() -> None:
    op.create_table(
        "phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_phone_learner_id_learner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
    )
    op.create_index(op.f("ix_phone_learner_id"), "phone", ["learner_id"], unique=False)
    op.create_table(
        "join_token",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_join_token_learner_id_learner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_join_token")),
    )
    op.create_index(op.f("ix_join_token_learner_id"), "join_token", ["learner_id"], unique=False)
    op.execute(_PHONES)
    # A column that may be empty is added in place: SQLite need not copy the table.
    op.add_column("resume_code", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    codes = sa.table("resume_code", sa.column("expires_at", sa.DateTime(timezone=True)))
    op.execute(codes.update().values(expires_at=datetime.now(UTC) + timedelta(days=365)))


def downgrade() -> None:
    op.drop_column("resume_code", "expires_at")
    op.drop_index(op.f("ix_join_token_learner_id"), table_name="join_token")
    op.drop_table("join_token")
    op.drop_index(op.f("ix_phone_learner_id"), table_name="phone")
    op.drop_table("phone")
