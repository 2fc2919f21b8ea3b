"""Let a sign-in with an organisation's service accept an invitation.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("oidc_login") as table:
        table.add_column(sa.Column("invitation_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_oidc_login_invitation_id_invitation"), "invitation", ["invitation_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_oidc_login_invitation_id"), ["invitation_id"])


def downgrade() -> None:
    with op.batch_alter_table("oidc_login") as table:
        table.drop_index(op.f("ix_oidc_login_invitation_id"))
        table.drop_constraint(op.f("fk_oidc_login_invitation_id_invitation"), type_="foreignkey")
        table.drop_column("invitation_id")
