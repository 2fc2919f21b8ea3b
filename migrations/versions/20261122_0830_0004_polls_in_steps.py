"""Keep beside each count of a poll what of it is shown, so that it changes in steps.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: What was shown until now stays shown; the next step comes after five answers more.
_SHOWN = """
UPDATE poll_count SET shown = count WHERE 5 <= (
    SELECT sum(every.count) FROM poll_count AS every
    WHERE every.pack_id = poll_count.pack_id AND every.unit = poll_count.unit AND every.item = poll_count.item
)
"""


def upgrade() -> None:
    with op.batch_alter_table("poll_count") as poll:
        poll.add_column(sa.Column("shown", sa.Integer(), nullable=False, server_default="0"))
        poll.create_check_constraint(op.f("ck_poll_count_shown"), "shown >= 0 AND shown <= count")
    op.execute(_SHOWN)


def downgrade() -> None:
    with op.batch_alter_table("poll_count") as poll:
        poll.drop_constraint(op.f("ck_poll_count_shown"), type_="check")
        poll.drop_column("shown")
