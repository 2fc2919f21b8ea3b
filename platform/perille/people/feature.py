"""What accounts and organisations bring."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.core.permissions import current_gate
from perille.people.commands import accounts
from perille.people.gate import refuse
from perille.people.models import Account, AccountSession, AuditEntry, Membership, Organisation, SignInLink
from perille.people.permissions import permissions
from perille.people.views import blueprint


def guard_pages(app: Flask) -> None:
    """Let pages of all features ask what the account may do that is signed in."""
    current_gate.set(app, refuse)


feature = Feature(
    name="people",
    public=frozenset(
        {
            "people.leave",
            "people.link",
            "people.use_link",
        }
    ),
    blueprints=(blueprint,),
    commands=(accounts,),
    models=(Account, Organisation, Membership, SignInLink, AccountSession, AuditEntry),
    personal_data=(Account, Membership, SignInLink, AccountSession, AuditEntry),
    permissions=permissions(),
    setup=guard_pages,
)
