"""Who is signed in, and what they are: asked of the database once in each transaction of a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request

from perille.core.extensions import db
from perille.core.web.leaving import is_left
from perille.people.memberships import HeldRole, memberships_of
from perille.people.models import Account, AccountSession
from perille.people.services import COOKIE, signed_in


@dataclass(slots=True)
class _SignedInState:
    #: What was read in another transaction is not believed: roles may have gone since.
    transaction: object
    session: AccountSession | None
    account: Account | None
    held: tuple[HeldRole, ...] | None = None


def _known() -> _SignedInState:
    known: _SignedInState | None = g.get("people")
    transaction = db.session().get_transaction()
    if known is None or known.transaction is not transaction:
        row, account = (None, None) if is_left() else signed_in(db.session, request.cookies.get(COOKIE, ""))
        known = g.people = _SignedInState(db.session().get_transaction(), row, account)
    return known


def current_account() -> Account | None:
    """Return the account that is signed in, or None. Without its cookie nothing is asked of the database."""
    return _known().account


def current_session() -> AccountSession | None:
    """Return the row of this browser's session, or None where nobody is signed in."""
    return _known().session


def current_memberships() -> tuple[HeldRole, ...]:
    """Return the roles that the account has which is signed in; none where nobody is."""
    known = _known()
    if known.held is None:
        known.held = () if known.account is None else memberships_of(db.session, known.account.id)
    return known.held


def the_account() -> Account:
    """Return the account that is signed in; for a view that `require` guards."""
    account = current_account()
    assert account is not None  # `require` has let them in
    return account
