"""The link that a start prints while no administrator can open the administration."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from perille.core.database import Session
from perille.people.models import Account, Membership, Role, SignInLink
from perille.people.services import invite
from perille.people.sign_in.models import Authenticator, Passkey

#: The account that the link signs in.
FIRST = "administrator@localhost"


def invite_first(session: Session) -> str | None:
    """Return a token for the first administrator; None once an administrator has a second factor.

    Who used the link and did not set one up gets another at the next start: without it only their own account opens.
    """
    if _is_administrator_able(session):
        return None
    # The link of the last start ends; those of people who were invited by name do not.
    mine = select(Account.id).where(Account.email == FIRST)
    session.execute(delete(SignInLink).where(SignInLink.account_id.in_(mine)))
    return invite(session, FIRST, Role.ADMINISTRATOR)


def _is_administrator_able(session: Session) -> bool:
    administrators = select(Membership.account_id).where(Membership.role == Role.ADMINISTRATOR.value)
    passkeys = select(func.count()).select_from(Passkey).where(Passkey.account_id.in_(administrators))
    apps = (
        select(func.count())
        .select_from(Authenticator)
        .where(Authenticator.account_id.in_(administrators), Authenticator.confirmed_at.is_not(None))
    )
    return bool(session.scalar(passkeys) or session.scalar(apps))
