"""Note whether the address of an account was proven: an account that a handed link opened may be somebody else's.

Of accounts that are there already, those are not proven which an invitation opened after links of its organisation were shown to who
invited, unless a link was used that an e-mail brought or the command line printed. Administrators are proven: whoever runs the server
made them one, and a proof by a mailed link would end their second factor, which no mailed link sets up anew. A migration goes both ways,
on SQLite and on PostgreSQL, and imports no model: models move on, history does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

#: The invitation's press made the account: the one is not older than the other.
_HANDED = """
UPDATE account SET address_proven = :no WHERE EXISTS (
  SELECT 1 FROM invitation i JOIN audit_entry a ON a.organisation_id = i.organisation_id
  WHERE i.email_key = account.email_key AND i.used_at IS NOT NULL AND i.used_at <= account.created_at
    AND a.action = 'people.invitation-links' AND a.at <= i.used_at
) AND NOT EXISTS (
  SELECT 1 FROM membership m WHERE m.account_id = account.id AND m.role = 'administrator'
) AND NOT EXISTS (
  SELECT 1 FROM sign_in_link l WHERE l.account_id = account.id AND l.used_at IS NOT NULL
)
"""


def upgrade() -> None:
    op.add_column("account", sa.Column("address_proven", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.get_bind().execute(sa.text(_HANDED), {"no": False})


def downgrade() -> None:
    op.drop_column("account", "address_proven")
