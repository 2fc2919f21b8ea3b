"""Make the table of the errands that learners ticked.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand_tick",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("errand", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_errand_tick_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "errand", name=op.f("pk_errand_tick")),
    )


def downgrade() -> None:
    op.drop_table("errand_tick")
