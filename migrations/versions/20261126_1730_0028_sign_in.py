"""Keep what people sign in with: passkeys, authenticator apps, recovery codes, PINs, services of organisations.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def account(
    name: str = "account_id", *, table: str, nullable: bool = False
) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    """Return a column of an account's number, which goes with the account."""
    key = sa.ForeignKeyConstraint([name], ["account.id"], name=op.f(f"fk_{table}_{name}_account"), ondelete="CASCADE")
    return sa.Column(name, sa.Uuid(), nullable=nullable), key


def upgrade() -> None:
    with op.batch_alter_table("sign_in_link") as table:
        # A link that was asked for with an address that nobody has is nobody's.
        table.alter_column("account_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("kind", sa.String(12), nullable=False, server_default="invitation"))
    with op.batch_alter_table("sign_in_link") as table:
        table.alter_column("kind", existing_type=sa.String(12), server_default=None)
        table.create_check_constraint(op.f("ck_sign_in_link_kind"), "kind IN ('invitation','asked')")
    with op.batch_alter_table("account_session") as table:
        table.add_column(sa.Column("may_enrol", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("account_session") as table:
        table.alter_column("may_enrol", existing_type=sa.Boolean(), server_default=None)
    make_links()
    make_factors()
    make_services()


def make_links() -> None:
    column, key = account(table="sign_in_request", nullable=True)
    op.create_table(
        "sign_in_request",
        sa.Column("browser_hash", sa.LargeBinary(32), nullable=False),
        column,
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        key,
        sa.PrimaryKeyConstraint("browser_hash", name=op.f("pk_sign_in_request")),
    )
    op.create_index(op.f("ix_sign_in_request_account_id"), "sign_in_request", ["account_id"])
    op.create_index(op.f("ix_sign_in_request_expires_at"), "sign_in_request", ["expires_at"])


def make_factors() -> None:
    column, key = account(table="passkey")
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        column,
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    column, key = account(table="passkey_challenge", nullable=True)
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(64), nullable=False),
        column,
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(op.f("ix_passkey_challenge_account_id"), "passkey_challenge", ["account_id"])
    op.create_index(op.f("ix_passkey_challenge_expires_at"), "passkey_challenge", ["expires_at"])
    column, key = account(table="authenticator")
    op.create_table(
        "authenticator",
        column,
        sa.Column("secret", sa.String(400), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        key,
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_authenticator")),
    )
    column, key = account(table="recovery_code")
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        column,
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        key,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )
    column, key = account(table="pin")
    op.create_table(
        "pin",
        column,
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        key,
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_pin")),
        sa.CheckConstraint("kind IN ('digits','pictures')", name=op.f("ck_pin_kind")),
    )


def make_services() -> None:
    op.create_table(
        "oidc_provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("issuer", sa.String(1000), nullable=False),
        sa.Column("client_id", sa.String(300), nullable=False),
        sa.Column("client_secret", sa.String(2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_oidc_provider_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_provider")),
        sa.UniqueConstraint("issuer", name=op.f("uq_oidc_provider_issuer")),
    )
    op.create_index(op.f("ix_oidc_provider_organisation_id"), "oidc_provider", ["organisation_id"])
    column, key = account(table="oidc_identity")
    op.create_table(
        "oidc_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        column,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        key,
        of_provider("oidc_identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_identity")),
        sa.UniqueConstraint("provider_id", "subject", name=op.f("uq_oidc_identity_provider_id_subject")),
    )
    op.create_index(op.f("ix_oidc_identity_account_id"), "oidc_identity", ["account_id"])
    column, key = account(table="oidc_login", nullable=True)
    op.create_table(
        "oidc_login",
        sa.Column("state_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        column,
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        key,
        of_provider("oidc_login"),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_login")),
    )
    for name in ("provider_id", "account_id", "expires_at"):
        op.create_index(op.f(f"ix_oidc_login_{name}"), "oidc_login", [name])


def of_provider(table: str) -> sa.ForeignKeyConstraint:
    """Return the reference of a row that goes with its provider."""
    name = op.f(f"fk_{table}_provider_id_oidc_provider")
    return sa.ForeignKeyConstraint(["provider_id"], ["oidc_provider.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for name in (
        "oidc_login",
        "oidc_identity",
        "oidc_provider",
        "pin",
        "recovery_code",
        "authenticator",
        "passkey_challenge",
        "passkey",
        "sign_in_request",
    ):
        op.drop_table(name)
    with op.batch_alter_table("account_session") as table:
        table.drop_column("may_enrol")
    op.execute(sa.text("DELETE FROM sign_in_link WHERE account_id IS NULL"))
    with op.batch_alter_table("sign_in_link") as table:
        table.drop_constraint(op.f("ck_sign_in_link_kind"), type_="check")
        table.drop_column("kind")
        table.alter_column("account_id", existing_type=sa.Uuid(), nullable=False)
