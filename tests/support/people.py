"""Accounts with a role, and browsers that are signed in as one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from perille.consents.services import answer
from perille.core.extensions import db
from perille.organisations.purposes import RESULTS
from perille.people.models import AccountSession, Role, VerifiedBy
from perille.people.organisations import find_or_make_organisation
from perille.people.services import invite, make_account
from perille.people.sign_in.sessions import mark_verified
from support.visitor import Visitor
from support.whole import Whole

OFFICE = "The office"


def place_of(role: Role, name: str = OFFICE) -> UUID | None:
    """Return the organisation of that name, made now if there is none; None for an administrator. In a transaction."""
    return None if role is Role.ADMINISTRATOR else find_or_make_organisation(db.session, name).id


def invite_as(whole: Whole, role: Role, email: str = "eva@example.org", *, place: str = OFFICE) -> str:
    """Give an account a role; return the address of its sign-in link. Members agree to what pressing "Join" says yes to."""

    def work() -> str:
        token = invite(db.session, email, role, place_of(role, place))
        if role is Role.MEMBER:
            agree(email, RESULTS.name, place_of(role, place))
        return token

    return f"/en/sign-in/{whole.do(work, write=True)}"


def agree(email: str, purpose: str, place: UUID | None = None, *, given: bool = True) -> None:
    """Let an account answer to a purpose. In a transaction."""
    answer(db.session, make_account(db.session, email).id, purpose, place, given=given, language="en")


def sign_in_as(whole: Whole, role: Role, email: str = "eva@example.org", *, place: str = OFFICE) -> Visitor:
    """Return a new browser in which an account with that role is signed in, and has shown a second factor."""
    visitor = whole.visitor()
    assert visitor.post(invite_as(whole, role, email, place=place)).status == 303
    verify(whole)
    return visitor


def verify(whole: Whole) -> None:
    """Note in the session that began last that a second factor was shown, as the page that asks for it does at its end."""

    def work() -> None:
        row = db.session.scalar(select(AccountSession).order_by(AccountSession.created_at.desc()).limit(1))
        assert row is not None
        mark_verified(db.session, row, VerifiedBy.TOTP)

    whole.do(work, write=True)
