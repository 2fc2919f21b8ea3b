"""What accounts of staff bring."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.core.permissions import current_gate
from perille.people.commands import accounts
from perille.people.models import Account, AccountSession, AuditEntry, SignInLink
from perille.people.views import blueprint, refuse_roles


def guard_pages(app: Flask) -> None:
    """Let pages of all features ask which roles the account has that is signed in."""
    current_gate.set(app, refuse_roles)


feature = Feature(
    name="people",
    blueprints=(blueprint,),
    commands=(accounts,),
    models=(Account, SignInLink, AccountSession, AuditEntry),
    personal_data=(Account, SignInLink, AccountSession, AuditEntry),
    setup=guard_pages,
)
