"""Keep the OpenID issuers whose tokens the record store accepts.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_issuer",
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("issuer", sa.String(1000), nullable=False),
        sa.Column("audience", sa.String(300), nullable=False),
        sa.Column("jwks_url", sa.String(1000), nullable=False),
        sa.Column("jwks", sa.LargeBinary(), nullable=False),
        sa.Column("algorithms", sa.String(100), nullable=False),
        sa.Column("claim", sa.String(300), nullable=False),
        sa.Column("scope_map", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "id", name=op.f("pk_lrs_issuer")),
        sa.UniqueConstraint("issuer", name=op.f("uq_lrs_issuer_issuer")),
    )


def downgrade() -> None:
    op.drop_table("lrs_issuer")
