"""Accounts with a role, and browsers that are signed in as one."""

from __future__ import annotations

from uuid import UUID

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.organisations import find_or_make_organisation
from perille.people.services import invite
from support.visitor import Visitor
from support.whole import Whole

OFFICE = "The office"


def place_of(role: Role, name: str = OFFICE) -> UUID | None:
    """Return the organisation of that name, made now if there is none; None for an administrator. In a transaction."""
    return None if role is Role.ADMINISTRATOR else find_or_make_organisation(db.session, name).id


def invite_as(whole: Whole, role: Role, email: str = "eva@example.org", *, place: str = OFFICE) -> str:
    """Give an account a role; return the address of its sign-in link."""
    token = whole.do(lambda: invite(db.session, email, role, place_of(role, place)), write=True)
    return f"/en/sign-in/{token}"


def sign_in_as(whole: Whole, role: Role, email: str = "eva@example.org", *, place: str = OFFICE) -> Visitor:
    """Return a new browser in which an account with that role is signed in."""
    visitor = whole.visitor()
    assert visitor.post(invite_as(whole, role, email, place=place)).status == 303
    return visitor
