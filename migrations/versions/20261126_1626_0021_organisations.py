"""Make organisations and memberships, turn each account's role into one, and let audit entries hold identifiers alone.

An administrator becomes one of the installation. Accounts of other roles become members of an organisation that is made for them, where
there are such accounts. A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OLD_ROLES = "role IN ('administrator','coordinator','trainer','author','reviewer')"
_ROLES = "role IN ('administrator','coordinator','trainer','author','reviewer','translator','mentor','member')"
_KINDS = "kind IN ('office','municipality','ngo','employer','school')"
_WAYS = "verified_by IN ('link','passkey','totp','oidc','pin')"
#: The same as in `perille.people.memberships`.
_NAMES = UUID("a3a1c1f6-6f0e-5f57-9d0b-0d2b5b1c7c11")
#: Stands for the address of an account without one, which the older version knows not.
_NO_ADDRESS = "@account.invalid"
_STANDARD = "This installation's own"
#: Details of an entry that can hold no name.
_PLAIN = {"attempts", "due", "last_day", "learners", "percent", "scopes", "searched_by", "statements", "waiting", "why"}

_account = sa.table(
    "account",
    sa.column("id", sa.Uuid()),
    sa.column("email", sa.String()),
    sa.column("email_key", sa.String()),
    sa.column("role", sa.String()),
)
_organisation = sa.table(
    "organisation",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("languages", sa.JSON()),
    sa.column("countries", sa.JSON()),
    sa.column("store_id", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_membership = sa.table(
    "membership",
    sa.column("id", sa.Uuid()),
    sa.column("account_id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("role", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_store = sa.table(
    "lrs_store",
    sa.column("id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("last_seq", sa.BigInteger()),
    sa.column("last_stored", sa.BigInteger()),
    sa.column("last_term", sa.BigInteger()),
    sa.column("folded", sa.BigInteger()),
    sa.column("epoch", sa.Integer()),
)
_session = sa.table(
    "account_session",
    sa.column("token_hash", sa.LargeBinary()),
    sa.column("id", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("verified_by", sa.String()),
    sa.column("device", sa.String()),
    sa.column("last_used_at", sa.Date()),
)
_entry = sa.table(
    "audit_entry",
    sa.column("id", sa.Uuid()),
    sa.column("action", sa.String()),
    sa.column("target", sa.String()),
    sa.column("target_id", sa.Uuid()),
    sa.column("details", sa.JSON()),
)


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("account") as batch:
        batch.alter_column("email", existing_type=sa.String(254), nullable=True)
        batch.drop_constraint(op.f("uq_account_email"), type_="unique")
        batch.drop_constraint(op.f("ck_account_role"), type_="check")
        batch.add_column(sa.Column("email_key", sa.String(254), nullable=True))
        batch.add_column(sa.Column("username", sa.String(60), nullable=True))
        batch.add_column(sa.Column("name", sa.String(120), nullable=False, server_default=""))
        batch.add_column(sa.Column("locale", sa.String(20), nullable=False, server_default=""))
        batch.create_unique_constraint(op.f("uq_account_email_key"), ["email_key"])
        batch.create_unique_constraint(op.f("uq_account_username"), ["username"])
    _turn_roles_into_memberships()
    _write_keys()
    with op.batch_alter_table("account") as batch:
        batch.drop_column("role")
    _widen_sessions()
    _widen_entries()


def _make_tables() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f("ck_organisation_kind")),
        sa.ForeignKeyConstraint(["store_id"], ["lrs_store.id"], name=op.f("fk_organisation_store_id_lrs_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("store_id", name=op.f("uq_organisation_store_id")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_ROLES, name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"])
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"])


def _turn_roles_into_memberships() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_account.c.id, _account.c.role)).all()
    now = datetime.now(UTC)
    home = _standard_organisation(now) if any(role != "administrator" for _id, role in rows) else None
    made = []
    for account_id, role in rows:
        place = None if role == "administrator" else home
        number = uuid5(_NAMES, f"{account_id}:{place or ''}:{role}")
        made.append({"id": number, "account_id": account_id, "organisation_id": place, "role": role, "created_at": now})
    if made:
        connection.execute(_membership.insert(), made)


def _standard_organisation(now: datetime) -> UUID:
    connection = op.get_bind()
    number, store = uuid4(), uuid4()
    highest = connection.scalar(sa.select(sa.func.max(_store.c.number))) or 1
    counters = dict.fromkeys(("last_seq", "last_stored", "last_term", "folded", "epoch"), 0)
    connection.execute(_store.insert().values(id=store, number=highest + 1, name=f"organisation-{number}", **counters))
    connection.execute(
        _organisation.insert().values(
            id=number, name=_STANDARD, kind="office", languages=[], countries=[], store_id=store, created_at=now
        )
    )
    return number


def _write_keys() -> None:
    """Fill in what addresses are compared by. Of two that have one key the older account keeps it."""
    connection = op.get_bind()
    seen: set[str] = set()
    for account_id, email in connection.execute(sa.select(_account.c.id, _account.c.email).order_by(_account.c.id)):
        none = email.endswith(_NO_ADDRESS)
        key = None if none else unicodedata.normalize("NFKC", email).casefold()[:254]
        key = None if key in seen else key
        seen.add(key or "")
        values = {"email_key": key} | ({"email": None} if none else {})
        connection.execute(_account.update().where(_account.c.id == account_id).values(**values))


def _widen_sessions() -> None:
    connection = op.get_bind()
    with op.batch_alter_table("account_session") as batch:
        batch.add_column(sa.Column("id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("verified_by", sa.String(10), nullable=False, server_default="link"))
        batch.add_column(sa.Column("user_verified_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("device", sa.String(80), nullable=False, server_default=""))
        batch.add_column(sa.Column("last_used_at", sa.Date(), nullable=True))
    for token, created_at in connection.execute(sa.select(_session.c.token_hash, _session.c.created_at)).all():
        values = {"id": uuid4(), "last_used_at": created_at.date()}
        connection.execute(_session.update().where(_session.c.token_hash == token).values(**values))
    with op.batch_alter_table("account_session") as batch:
        batch.alter_column("id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("last_used_at", existing_type=sa.Date(), nullable=False)
        batch.create_unique_constraint(op.f("uq_account_session_id"), ["id"])
        batch.create_check_constraint(op.f("ck_account_session_verified_by"), _WAYS)


def _widen_entries() -> None:
    op.add_column("audit_entry", sa.Column("organisation_id", sa.Uuid(), nullable=True))
    op.add_column("audit_entry", sa.Column("target_id", sa.Uuid(), nullable=True))
    connection = op.get_bind()
    for number, action, target, details in connection.execute(
        sa.select(_entry.c.id, _entry.c.action, _entry.c.target, _entry.c.details)
    ).all():
        values = {"target_id": _uuid(target), "details": _plain(action, target, details)}
        connection.execute(_entry.update().where(_entry.c.id == number).values(**values))
    op.drop_column("audit_entry", "target")
    op.create_index("ix_audit_entry_organisation_id", "audit_entry", ["organisation_id", "at"])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _plain(action: str, target: str, details: dict[str, object] | str) -> dict[str, object]:
    """Return what may stay of an entry's details: numbers and words of fixed lists; names, addresses and answers go."""
    known = json.loads(details) if isinstance(details, str) else details or {}
    kept = {key: value for key, value in known.items() if key in _PLAIN and value is not None}
    if action.startswith("lrs-client.") and re.fullmatch(r"[0-9a-f]{32}", target):
        kept["client"] = target
    elif action == "lrs-statements.saved" and target in ("csv", "json"):
        kept["file"] = target
    elif action == "assessment.regraded" and target.count(":") == 1:
        kept["pack"], kept["unit"] = target.split(":")
    return kept


def downgrade() -> None:
    op.drop_index("ix_audit_entry_organisation_id", table_name="audit_entry")
    op.add_column("audit_entry", sa.Column("target", sa.String(200), nullable=False, server_default=""))
    _write_targets()
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("target", existing_type=sa.String(200), nullable=False, server_default=None)
        batch.drop_column("target_id")
        batch.drop_column("organisation_id")
    with op.batch_alter_table("account_session") as batch:
        batch.drop_constraint(op.f("ck_account_session_verified_by"), type_="check")
        batch.drop_constraint(op.f("uq_account_session_id"), type_="unique")
        for name in ("last_used_at", "device", "user_verified_at", "verified_by", "id"):
            batch.drop_column(name)
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("role", sa.String(20), nullable=False, server_default="reviewer"))
    _turn_memberships_into_roles()
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint(op.f("uq_account_username"), type_="unique")
        batch.drop_constraint(op.f("uq_account_email_key"), type_="unique")
        for name in ("locale", "name", "username", "email_key"):
            batch.drop_column(name)
        batch.alter_column("role", existing_type=sa.String(20), nullable=False, server_default=None)
        batch.alter_column("email", existing_type=sa.String(254), nullable=False)
        batch.create_unique_constraint(op.f("uq_account_email"), ["email"])
        batch.create_check_constraint(op.f("ck_account_role"), _OLD_ROLES)
    op.drop_table("membership")
    op.drop_table("organisation")


def _write_targets() -> None:
    connection = op.get_bind()
    query = sa.select(_entry.c.id, _entry.c.target_id, _entry.c.details)
    for number, target_id, details in connection.execute(query).all():
        words = [str(details[key]) for key in ("client", "file", "pack", "unit") if key in details]
        target = str(target_id) if target_id is not None else ":".join(words)
        connection.execute(_entry.update().where(_entry.c.id == number).values(target=target[:200]))


def _turn_memberships_into_roles() -> None:
    """Give each account the first of its roles that the older version knows; one without any may do nothing: a reviewer had no page."""
    connection = op.get_bind()
    older = ["administrator", "coordinator", "trainer", "author", "reviewer"]
    held: dict[UUID, set[str]] = {}
    for account_id, role, place in connection.execute(
        sa.select(_membership.c.account_id, _membership.c.role, _membership.c.organisation_id)
    ):
        if role != "administrator" or place is None:
            held.setdefault(account_id, set()).add(role)
    for account_id, email in connection.execute(sa.select(_account.c.id, _account.c.email)).all():
        role = next((each for each in older if each in held.get(account_id, ())), "reviewer")
        values = {"role": role, "email": email or f"{account_id.hex}{_NO_ADDRESS}"}
        connection.execute(_account.update().where(_account.c.id == account_id).values(**values))
