"""Certificates for professionals: what they prove, corrected issues of them, and links that show one.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not. Downgrading drops what was
replaced: the older table holds one certificate of an enrolment.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("credential") as table:
        table.add_column(sa.Column("name_fixed", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("subject", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("local_subject", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("test_percent", sa.Integer(), nullable=True))
        table.add_column(sa.Column("test_passed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("test_critical", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("national", sa.String(2), nullable=True))
        table.add_column(sa.Column("issued_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("reason", sa.String(20), server_default="", nullable=False))
        table.add_column(sa.Column("replaced_by_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("replaced_on", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_credential_replaced_by_id_credential"), "credential", ["replaced_by_id"], ["id"]
        )
        table.drop_constraint(op.f("uq_credential_enrolment_id"), type_="unique")
    op.create_index(op.f("ix_credential_enrolment_id"), "credential", ["enrolment_id"])
    op.create_index(
        "uq_credential_current",
        "credential",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("replaced_on IS NULL"),
        postgresql_where=sa.text("replaced_on IS NULL"),
    )
    op.create_table(
        "credential_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credential.id"],
            ondelete="CASCADE",
            name=op.f("fk_credential_share_credential_id_credential"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_share")),
    )
    op.create_index(op.f("ix_credential_share_credential_id"), "credential_share", ["credential_id"])


def downgrade() -> None:
    op.drop_table("credential_share")
    op.drop_index("uq_credential_current", "credential")
    op.drop_index(op.f("ix_credential_enrolment_id"), "credential")
    op.execute("UPDATE credential SET replaced_by_id = NULL")
    op.execute(
        "DELETE FROM credential WHERE replaced_on IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM credential AS newer WHERE newer.enrolment_id = credential.enrolment_id"
        " AND newer.replaced_on IS NULL)"
    )
    with op.batch_alter_table("credential") as table:
        table.drop_constraint(op.f("fk_credential_replaced_by_id_credential"), type_="foreignkey")
        for name in (
            "replaced_on",
            "replaced_by_id",
            "reason",
            "issued_on",
            "national",
            "test_critical",
            "test_passed_on",
            "test_percent",
            "local_subject",
            "subject",
            "name_fixed",
        ):
            table.drop_column(name)
        table.create_unique_constraint(op.f("uq_credential_enrolment_id"), ["enrolment_id"])
