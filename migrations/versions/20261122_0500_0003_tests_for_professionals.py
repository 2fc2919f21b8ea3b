"""Keep what a test for professionals drew, until when it runs and how it ended; extra time; counts of polls.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002_lrs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(sa.Column("language", sa.String(12), nullable=False, server_default=""))
        attempt.add_column(sa.Column("country", sa.String(2), nullable=False, server_default=""))
        attempt.add_column(sa.Column("seed", sa.String(32), nullable=False, server_default=""))
        attempt.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
        attempt.add_column(sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True))
        attempt.add_column(sa.Column("score", sa.Double(), nullable=True))
        attempt.add_column(sa.Column("passed", sa.Boolean(), nullable=True))
        attempt.create_check_constraint(op.f("ck_attempt_score"), "score IS NULL OR (score >= -1 AND score <= 1)")
        attempt.create_index("ix_attempt_unit_finished", ["unit", "finished_at"])
    with op.batch_alter_table("attempt_answer") as answer:
        answer.add_column(sa.Column("scaled", sa.Double(), nullable=True))
        answer.add_column(sa.Column("certainty", sa.String(8), nullable=False, server_default=""))
    op.create_table(
        "extra_time",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent > 0 AND percent <= 400", name=op.f("ck_extra_time_percent")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_extra_time_enrolment_id_enrolment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_extra_time")),
    )
    op.create_table(
        "poll_count",
        sa.Column("pack_id", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("item", sa.String(100), nullable=False),
        sa.Column("level", sa.String(100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_poll_count_count")),
        sa.PrimaryKeyConstraint("pack_id", "unit", "item", "level", name=op.f("pk_poll_count")),
    )


def downgrade() -> None:
    op.drop_table("poll_count")
    op.drop_table("extra_time")
    with op.batch_alter_table("attempt_answer") as answer:
        answer.drop_column("certainty")
        answer.drop_column("scaled")
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_index("ix_attempt_unit_finished")
        attempt.drop_constraint(op.f("ck_attempt_score"), type_="check")
        for name in ("passed", "score", "deadline_at", "items", "seed", "country", "language"):
            attempt.drop_column(name)
