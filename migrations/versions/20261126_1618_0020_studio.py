"""Keep drafts of the Studio: files as a history of changes, reviews, versions, private links.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pack_id", sa.String(100), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_draft")),
    )
    op.create_index(op.f("ix_studio_draft_pack_id"), "studio_draft", ["pack_id"])
    op.create_table(
        "studio_revision",
        _draft_id(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=False),
        _foreign("studio_revision"),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_studio_revision")),
    )
    op.create_table(
        "studio_change",
        _draft_id(),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        _foreign("studio_change"),
        sa.PrimaryKeyConstraint("draft_id", "path", "number", name=op.f("pk_studio_change")),
    )
    op.create_index("ix_studio_change_sha256", "studio_change", ["sha256"])
    op.create_table(
        "studio_blob",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_studio_blob")),
    )
    _add_work_tables()


def _add_work_tables() -> None:
    op.create_table(
        "studio_unmerged",
        sa.Column("id", sa.Uuid(), nullable=False),
        _draft_id(),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("mine", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("studio_unmerged"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_unmerged")),
    )
    op.create_index(op.f("ix_studio_unmerged_draft_id"), "studio_unmerged", ["draft_id"])
    op.create_table(
        "studio_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        _draft_id(),
        sa.Column("contents", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        _foreign("studio_review"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_review")),
    )
    op.create_index(op.f("ix_studio_review_draft_id"), "studio_review", ["draft_id"])
    op.create_table(
        "studio_version",
        _draft_id(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _foreign("studio_version"),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_studio_version")),
    )
    op.create_table(
        "studio_link",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _draft_id(),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("studio_link"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_studio_link")),
        sa.UniqueConstraint("id", name=op.f("uq_studio_link_id")),
    )
    op.create_index(op.f("ix_studio_link_draft_id"), "studio_link", ["draft_id"])


def _draft_id() -> sa.Column[object]:
    return sa.Column("draft_id", sa.Uuid(), nullable=False)


def _foreign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["draft_id"], ["studio_draft.id"], name=op.f(f"fk_{table}_draft_id_studio_draft"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("link", "version", "review", "unmerged", "blob", "change", "revision", "draft"):
        op.drop_table(f"studio_{table}")
