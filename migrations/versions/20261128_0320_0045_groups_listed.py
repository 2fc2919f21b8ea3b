"""Find the newest groups of an office, and of a trainer, without looking through all the office has.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_OF_A_TRAINER = "ix_group_trainer_account_id"


def upgrade() -> None:
    for name, which in (("open", "closed_at IS NULL"), ("closed", "closed_at IS NOT NULL")):
        op.create_index(
            f"ix_learning_group_{name}",
            "learning_group",
            ["organisation_id", "id"],
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
    op.drop_index(_OF_A_TRAINER, "group_trainer")
    op.create_index(_OF_A_TRAINER, "group_trainer", ["account_id", "group_id"])


def downgrade() -> None:
    op.drop_index(_OF_A_TRAINER, "group_trainer")
    op.create_index(_OF_A_TRAINER, "group_trainer", ["account_id"])
    for name in ("open", "closed"):
        op.drop_index(f"ix_learning_group_{name}", "learning_group")
