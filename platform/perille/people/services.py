"""Accounts: one-time links sign in; only hashes of tokens are kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from perille.core.database import Session, utcnow
from perille.core.tokens import token_hash
from perille.people.addresses import email_key, read_address
from perille.people.audit import audit
from perille.people.memberships import give_role, refuse_last_administrator
from perille.people.models import Account, AccountSession, Role, SignInLink

#: Holds the token of a signed-in browser.
COOKIE = "perille_account"
LINK_LIFE = timedelta(days=2)
SESSION_LIFE = timedelta(hours=12)


def find_account(session: Session, address: str) -> Account | None:
    """Return the account of an address, however it is spelt; raise BadRequest for no address."""
    return session.scalar(select(Account).where(Account.email_key == email_key(address)))


def make_account(session: Session, address: str) -> Account:
    """Return the account of an address, made now if there is none; raise BadRequest for no address."""
    account = find_account(session, address)
    if account is None:
        account = Account(email=read_address(address), email_key=email_key(address))
        session.add(account)
        session.flush()
    return account


def invite(
    session: Session, email: str, role: Role, organisation_id: UUID | None = None, *, by: UUID | None = None
) -> str:
    """Return a one-time token that signs in the account of that address, which has the role from now on.

    Raise BadRequest for no address, and for a role in a place where it cannot be: an administrator belongs to no organisation, every other
    role to one.
    """
    account = make_account(session, email)
    give_role(session, account.id, role, organisation_id, by=by)
    token = secrets.token_urlsafe(24)
    session.add(SignInLink(token_hash=token_hash(token), account_id=account.id, expires_at=utcnow() + LINK_LIFE))
    audit(session, by, "account.invited", organisation_id, account.id, role=role)
    session.flush()
    return token


#: Asked with every page: put together once.
_SIGNED_IN = (
    select(AccountSession, Account)
    .join(Account, Account.id == AccountSession.account_id)
    .where(AccountSession.token_hash == bindparam("browser"), Account.disabled_at.is_(None))
    .where(AccountSession.expires_at > bindparam("now"))
)


def signed_in(session: Session, browser: str) -> tuple[AccountSession, Account] | tuple[None, None]:
    """Return the session of a browser and its account; (None, None) where nobody is signed in, or the account is disabled."""
    if not browser:
        return None, None
    found = session.execute(_SIGNED_IN, {"browser": token_hash(browser), "now": utcnow()}).one_or_none()
    return (None, None) if found is None else (found[0], found[1])


def sign_out(session: Session, browser: str) -> None:
    """End a browser's session at once, on the server."""
    session.execute(delete(AccountSession).where(AccountSession.token_hash == token_hash(browser)))


def disable(session: Session, account: Account, by: UUID | None) -> bool:
    """Sign an account out everywhere and end its links; return False where it was disabled. Raise Conflict for the last administrator."""
    if account.disabled_at is not None:
        return False
    refuse_last_administrator(session, account.id)
    account.disabled_at = utcnow()
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    session.execute(delete(SignInLink).where(SignInLink.account_id == account.id, SignInLink.used_at.is_(None)))
    audit(session, by, "account.disabled", None, account.id)
    return True


def enable(session: Session, account: Account, by: UUID | None) -> bool:
    """Let an account sign in again; return False where it could."""
    if account.disabled_at is None:
        return False
    account.disabled_at = None
    audit(session, by, "account.enabled", None, account.id)
    return True
