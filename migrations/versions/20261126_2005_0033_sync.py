"""Make the tables of what is carried between a laptop in a room without internet and the office.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id"],
        ["organisation.id"],
        name=op.f(f"fk_{table}_organisation_id_organisation"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "sync_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        _organisation("sync_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sync_key_key_hash")),
    )
    op.create_index(op.f("ix_sync_key_organisation_id"), "sync_key", ["organisation_id"])
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN ('take','bring')", name=op.f("ck_sync_run_direction")),
        _organisation("sync_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_index(op.f("ix_sync_run_organisation_id"), "sync_run", ["organisation_id"])
    op.create_table(
        "sync_conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=True),
        sa.Column("row", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("stands", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        _organisation("sync_conflict"),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_sync_conflict_learner_id_learner"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_conflict")),
    )
    for column in ("organisation_id", "learner_id"):
        op.create_index(op.f(f"ix_sync_conflict_{column}"), "sync_conflict", [column])
    op.create_table(
        "sync_base",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sync_base")),
    )
    op.create_table(
        "sync_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("site_url", sa.String(300), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sync_office_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_office")),
    )


def downgrade() -> None:
    for table in ("sync_office", "sync_base", "sync_conflict", "sync_run", "sync_key"):
        op.drop_table(table)
