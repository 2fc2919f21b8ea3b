"""Make the tables of groups, their courses, people, meetings and attendance.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _moment(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _belongs(column: str, table: str, here: str, *, gone: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{here}_{column}_{table}"), ondelete=gone)


def upgrade() -> None:
    op.create_table(
        "learning_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("join_key", sa.String(16), nullable=False),
        sa.Column("door_code", sa.String(12), nullable=True),
        _moment("door_until"),
        _moment("door_renewed_at"),
        _moment("created_at", null=False),
        _moment("closed_at"),
        _belongs("organisation_id", "organisation", "learning_group", gone=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_group")),
        sa.UniqueConstraint("join_key", name=op.f("uq_learning_group_join_key")),
        sa.UniqueConstraint("door_code", name=op.f("uq_learning_group_door_code")),
    )
    op.create_index(op.f("ix_learning_group_organisation_id"), "learning_group", ["organisation_id"])
    op.create_table(
        "group_trainer",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        _belongs("group_id", "learning_group", "group_trainer"),
        _belongs("account_id", "account", "group_trainer"),
        sa.PrimaryKeyConstraint("group_id", "account_id", name=op.f("pk_group_trainer")),
    )
    op.create_index(op.f("ix_group_trainer_account_id"), "group_trainer", ["account_id"])
    op.create_table(
        "group_course",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("pack_id", sa.String(100), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        _belongs("group_id", "learning_group", "group_course"),
        sa.PrimaryKeyConstraint("group_id", "pack_id", name=op.f("pk_group_course")),
    )
    op.create_table(
        "group_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _moment("joined_at", null=False),
        _moment("left_at"),
        _belongs("group_id", "learning_group", "group_member"),
        _belongs("learner_id", "learner", "group_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_group_member_group_id_number")),
    )
    op.create_index(op.f("ix_group_member_learner_id"), "group_member", ["learner_id"])
    op.create_table(
        "group_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _belongs("group_id", "learning_group", "group_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_session")),
        sa.UniqueConstraint("group_id", "day", "number", name=op.f("uq_group_session_group_id_day_number")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        _moment("taken_at", null=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        _moment("edited_at"),
        sa.Column("edited_by", sa.Uuid(), nullable=True),
        _belongs("session_id", "group_session", "attendance"),
        _belongs("member_id", "group_member", "attendance"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_session_id"), "attendance", ["session_id"])
    op.create_index(op.f("ix_attendance_member_id"), "attendance", ["member_id"])
    op.create_table(
        "group_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("pack_id", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        _moment("waived_at", null=False),
        sa.Column("waived_by", sa.Uuid(), nullable=False),
        _belongs("member_id", "group_member", "group_waiver"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_waiver")),
    )
    op.create_index(op.f("ix_group_waiver_member_id"), "group_waiver", ["member_id"])


def downgrade() -> None:
    for table in (
        "group_waiver",
        "attendance",
        "group_session",
        "group_member",
        "group_course",
        "group_trainer",
        "learning_group",
    ):
        op.drop_table(table)
