"""Make the tables of seminars and of those who signed up.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _moment(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    op.create_table(
        "seminar",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("about", sa.String(2000), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        _moment("starts_at", null=False),
        _moment("ends_at", null=False),
        _moment("deadline_at", null=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _moment("changed_at", null=False),
        _moment("cancelled_at"),
        sa.CheckConstraint("places > 0", name=op.f("ck_seminar_places")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_seminar_times")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_seminar_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar")),
    )
    op.create_index(op.f("ix_seminar_organisation_id"), "seminar", ["organisation_id"])
    op.create_index(op.f("ix_seminar_starts_at"), "seminar", ["starts_at"])
    op.create_table(
        "seminar_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seminar_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("person_key", sa.String(320), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        _moment("created_at", null=False),
        _moment("queued_at"),
        _moment("offered_until"),
        _moment("attended_at"),
        sa.Column("code", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(
            ["seminar_id"], ["seminar.id"], name=op.f("fk_seminar_entry_seminar_id_seminar"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_seminar_entry_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar_entry")),
        sa.UniqueConstraint("seminar_id", "person_key", name=op.f("uq_seminar_entry_seminar_id_person_key")),
        sa.UniqueConstraint("code", name=op.f("uq_seminar_entry_code")),
    )
    op.create_index(op.f("ix_seminar_entry_account_id"), "seminar_entry", ["account_id"])
    op.create_index("ix_seminar_entry_queue", "seminar_entry", ["seminar_id", "state", "queued_at"])


def downgrade() -> None:
    op.drop_table("seminar_entry")
    op.drop_table("seminar")
