"""What accounts of staff bring."""

from __future__ import annotations

from perille.accounts.commands import accounts
from perille.accounts.models import Account, AccountSession, AuditEntry, SignInLink
from perille.accounts.views import blueprint
from perille.core.feature import Feature

feature = Feature(
    name="accounts",
    blueprints=(blueprint,),
    commands=(accounts,),
    models=(Account, SignInLink, AccountSession, AuditEntry),
    personal_data=(Account, SignInLink, AccountSession, AuditEntry),
)
