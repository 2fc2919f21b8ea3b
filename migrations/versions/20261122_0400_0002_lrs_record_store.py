"""Make the tables of the record store, and the installation's own store.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002_lrs"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "lrs_store", "lrs_term", "lrs_statement", "lrs_posting", "lrs_reference", "lrs_authority",
    "lrs_activity", "lrs_agent_name", "lrs_attachment", "lrs_attachment_use", "lrs_document", "lrs_client", "lrs_forward",
)  # fmt: skip


def upgrade() -> None:
    _stores()
    _terms()
    _statements()
    _lists()
    _known()
    _attachments()
    _documents()
    _clients()
    _forwards()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), autoincrement=False, nullable=False)


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _bytes(name: str, length: int | None = None) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(length), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _string(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _table(name: str, key: tuple[str, ...], *columns: sa.schema.SchemaItem, in_key: bool = False) -> None:
    """Make a table whose key begins with the store; *in_key*: on SQLite its rows lie in the key, without a rowid."""
    primary = sa.PrimaryKeyConstraint("store_id", *key, name=op.f(f"pk_{name}"))
    options = {"sqlite_with_rowid": False} if in_key else {}
    op.create_table(name, _int("store_id"), *columns, primary, **options)


def _stores() -> None:
    op.create_table(
        "lrs_store",
        sa.Column("id", sa.Uuid(), nullable=False),
        _int("number"), _string("name", 100), _big("last_seq"), _big("last_stored"), _big("last_term"), _big("folded"), _int("epoch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_store")),
        sa.UniqueConstraint("number", name=op.f("uq_lrs_store_number")),
        sa.UniqueConstraint("name", name=op.f("uq_lrs_store_name")),
    )  # fmt: skip
    store = sa.table(
        "lrs_store",
        sa.column("id", sa.Uuid()),
        *(sa.column(name) for name in ("number", "name", "last_seq", "last_stored", "last_term", "folded", "epoch")),
    )
    first = {"number": 1, "name": "default", "last_seq": 0, "last_stored": 0, "last_term": 0, "folded": 0, "epoch": 0}
    op.bulk_insert(store, [{"id": uuid.uuid4(), **first}])


def _terms() -> None:
    _table("lrs_term", ("id",), _big("id"), _small("kind"), _bytes("digest", 16), _text("key"))
    op.create_index("ix_lrs_term_digest", "lrs_term", ["store_id", "kind", "digest"], unique=True)


def _statements() -> None:
    _table(
        "lrs_statement", ("seq",),
        _big("seq"), _bytes("id", 16), _big("stored"), _int("agent_id"), _int("verb_id"), _int("activity_id"), _int("registration_id"),
        _int("authority_id"), _small("marks"), _small("dictionary"), _bytes("extras"), _bytes("body"),
        in_key=True,
    )  # fmt: skip
    op.create_index("ix_lrs_statement_id", "lrs_statement", ["store_id", "id"], unique=True)


def _lists() -> None:
    places = (_small("list"), _int("a"), _int("b"), _big("seq"))
    _table("lrs_posting", ("list", "a", "b", "seq"), *places, in_key=True)
    voiding = sa.Column("voiding", sa.Boolean(), nullable=False)
    _table("lrs_reference", ("target", "seq"), _bytes("target", 16), _big("seq"), voiding)
    op.create_index("ix_lrs_reference_seq", "lrs_reference", ["store_id", "seq"])


def _known() -> None:
    _table("lrs_authority", ("id",), _int("id"), _big("agent_id"), _bytes("body"))
    _table("lrs_activity", ("activity_id",), _big("activity_id"), _bytes("definition"))
    _table("lrs_agent_name", ("agent_id", "name"), _big("agent_id"), _text("name"))


def _attachments() -> None:
    _table("lrs_attachment", ("sha2",), _string("sha2", 128), _text("content_type"), _bytes("body"))
    _table("lrs_attachment_use", ("seq", "sha2"), _big("seq"), _string("sha2", 128))
    op.create_index("ix_lrs_attachment_use_sha2", "lrs_attachment_use", ["store_id", "sha2"])


def _documents() -> None:
    _table(
        "lrs_document", ("kind", "activity_id", "agent_id", "registration_id", "name"),
        _small("kind"), _big("activity_id"), _big("agent_id"), _big("registration_id"), _string("name", 500),
        _text("content_type"), _string("etag", 40), _big("updated"), _bytes("body"),
    )  # fmt: skip
    op.create_index("ix_lrs_document_agent", "lrs_document", ["store_id", "agent_id"])


def _clients() -> None:
    _table(
        "lrs_client", ("id",),
        sa.Column("id", sa.Uuid(), nullable=False),
        _string("name", 200), _string("key", 64), _bytes("secret_hash", 32), _string("scopes", 200), _bytes("authority"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("rate", sa.Integer()),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_client_key")),
    )  # fmt: skip


def _forwards() -> None:
    _table(
        "lrs_forward", ("id",),
        sa.Column("id", sa.Uuid(), nullable=False),
        _string("name", 200), _text("endpoint"), _text("credentials"), _text("verbs"),
        _big("after"), _int("failures"), _string("last_error", 200), _int("refused"),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
    )  # fmt: skip
