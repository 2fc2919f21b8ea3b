"""Make the table of what people with an account agreed to.

Whoever joined an organisation as a professional had read on the page of the invitation what its coordinators see, and pressed "Join":
that is a yes to the first version of these words.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_consent_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_account_id", "consent", ["account_id", "purpose"])
    op.create_index(op.f("ix_consent_organisation_id"), "consent", ["organisation_id"])
    _agree_as_they_joined()


def _agree_as_they_joined() -> None:
    joined = op.get_bind().execute(_joined()).all()
    if joined:
        op.bulk_insert(_consent(), [_yes(*row) for row in joined])


def _joined() -> sa.Select[tuple[object, ...]]:
    account = sa.table("account", sa.column("id", sa.Uuid()), sa.column("locale", sa.String()))
    membership = sa.table(
        "membership",
        sa.column("account_id", sa.Uuid()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("role", sa.String()),
        sa.column("created_at", _MOMENT),
    )
    found = sa.select(membership.c.account_id, membership.c.organisation_id, membership.c.created_at, account.c.locale)
    return found.join(account, account.c.id == membership.c.account_id).where(membership.c.role == "member")


def _yes(account_id: object, organisation_id: object, created_at: object, locale: str) -> dict[str, object]:
    return {
        "id": uuid4(),
        "account_id": account_id,
        "purpose": "organisation",
        "organisation_id": organisation_id,
        "version": 1,
        "language": locale or "en",
        "answered_at": created_at,
        "given": True,
    }


def _consent() -> sa.TableClause:
    return sa.table(
        "consent",
        sa.column("id", sa.Uuid()),
        sa.column("account_id", sa.Uuid()),
        sa.column("purpose", sa.String()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("version", sa.Integer()),
        sa.column("language", sa.String()),
        sa.column("answered_at", _MOMENT),
        sa.column("given", sa.Boolean()),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_consent_organisation_id"), table_name="consent")
    op.drop_index("ix_consent_account_id", table_name="consent")
    op.drop_table("consent")
