"""Let each draft of the Studio belong to an organisation, or to the installation alone.

A draft goes to the organisation in which those who wrote in it may write, where there is one answer; else to that of its first author,
where that is one; else to the only open organisation, whose people have seen it until now. What is left is seen by administrators, who
can hand it over: nothing is deleted.

A migration goes both ways, on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_DRAFT = sa.table("studio_draft", sa.column("id", sa.Uuid()), sa.column("organisation_id", sa.Uuid()))
_REVISION = sa.table(
    "studio_revision", sa.column("draft_id", sa.Uuid()), sa.column("number"), sa.column("account_id", sa.Uuid())
)
_ORGANISATION = sa.table("organisation", sa.column("id", sa.Uuid()), sa.column("closed_at"))
_MEMBERSHIP = sa.table(
    "membership", sa.column("account_id", sa.Uuid()), sa.column("organisation_id", sa.Uuid()), sa.column("role")
)
_WRITING = ("coordinator", "trainer", "author")


def upgrade() -> None:
    with op.batch_alter_table("studio_draft") as table:
        table.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_studio_draft_organisation_id_organisation"),
            "organisation",
            ["organisation_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index(op.f("ix_studio_draft_organisation_id"), ["organisation_id"])
    _place_drafts()


def _place_drafts() -> None:
    connection = op.get_bind()
    places = _places(connection)
    every = set(connection.scalars(sa.select(_ORGANISATION.c.id).where(_ORGANISATION.c.closed_at.is_(None))))
    for draft_id in connection.scalars(sa.select(_DRAFT.c.id)).all():
        wanted = sa.select(_REVISION.c.account_id).where(_REVISION.c.draft_id == draft_id)
        writers = connection.scalars(wanted.order_by(_REVISION.c.number)).all()
        chosen = _chosen([places[each] for each in writers if each in places], every)
        if chosen is not None:
            values = sa.update(_DRAFT).where(_DRAFT.c.id == draft_id).values(organisation_id=chosen)
            connection.execute(values)


def _places(connection: sa.Connection) -> dict[UUID, set[UUID]]:
    """Return account -> the open organisations in which it may write."""
    wanted = sa.select(_MEMBERSHIP.c.account_id, _MEMBERSHIP.c.organisation_id)
    wanted = wanted.join(_ORGANISATION, _ORGANISATION.c.id == _MEMBERSHIP.c.organisation_id)
    rows = connection.execute(wanted.where(_MEMBERSHIP.c.role.in_(_WRITING), _ORGANISATION.c.closed_at.is_(None)))
    found: dict[UUID, set[UUID]] = {}
    for account_id, organisation_id in rows:
        found.setdefault(account_id, set()).add(organisation_id)
    return found


def _chosen(writers: list[set[UUID]], every: set[UUID]) -> UUID | None:
    """Return where a draft goes; *writers*: the organisations of each who saved in it, its first author's first."""
    tries = [set.intersection(*writers), writers[0]] if writers else []
    for found in (*tries, every):
        if len(found) == 1:
            return next(iter(found))
    return None


def downgrade() -> None:
    with op.batch_alter_table("studio_draft") as table:
        table.drop_index(op.f("ix_studio_draft_organisation_id"))
        table.drop_constraint(op.f("fk_studio_draft_organisation_id_organisation"), type_="foreignkey")
        table.drop_column("organisation_id")
