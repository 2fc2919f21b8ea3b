"""Let two learners turn out to be one person, and a phone hold progress for as long as somebody is signed in.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merged_learner",
        sa.Column("learner_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        *_references("merged_learner", "learner"),
    )
    op.create_index(op.f("ix_merged_learner_into_id"), "merged_learner", ["into_id"])
    op.create_table(
        "merged_enrolment",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        *_references("merged_enrolment", "enrolment"),
    )
    op.create_index(op.f("ix_merged_enrolment_into_id"), "merged_enrolment", ["into_id"])
    with op.batch_alter_table("phone") as batch:
        batch.add_column(sa.Column("session_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            op.f("fk_phone_session_id_account_session"), "account_session", ["session_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_index(op.f("ix_phone_session_id"), ["session_id"])


def _references(table: str, target: str) -> list[sa.Constraint]:
    columns = (f"{target}_id", "into_id")
    return [
        sa.PrimaryKeyConstraint(columns[0], name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="CASCADE"
            )
            for column in columns
        ),
    ]


def downgrade() -> None:
    with op.batch_alter_table("phone") as batch:
        batch.drop_index(op.f("ix_phone_session_id"))
        batch.drop_constraint(op.f("fk_phone_session_id_account_session"), type_="foreignkey")
        batch.drop_column("open_until")
        batch.drop_column("session_id")
    op.drop_table("merged_enrolment")
    op.drop_table("merged_learner")
