"""Staff accounts: one-time links sign in; only hashes of tokens are kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest
from perille.people.models import Account, AccountSession, AuditEntry, Role, SignInLink

#: Holds the token of a signed-in browser.
COOKIE = "perille_account"
LINK_LIFE = timedelta(days=2)
SESSION_LIFE = timedelta(hours=12)
#: The account whose link the first start prints.
FIRST = "administrator@localhost"
#: Roles that have a page of their own: nobody is invited to a closed door.
INVITABLE = (Role.ADMINISTRATOR,)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


def invite(session: Session, email: str, role: Role) -> str:
    """Return a one-time token that signs in the account of that address, made now if there is none. Raise BadRequest for no address."""
    address = email.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise BadRequest(f"{email!r} is no e-mail address")
    account = session.scalar(select(Account).where(Account.email == address))
    if account is None:
        account = Account(email=address, role=role.value)
        session.add(account)
        session.flush()
    account.role = role.value
    token = secrets.token_urlsafe(24)
    session.add(SignInLink(token_hash=token_hash(token), account_id=account.id, expires_at=utcnow() + LINK_LIFE))
    audit(session, account.id, "account.invited", address)
    session.flush()
    return token


def invite_first(session: Session) -> str | None:
    """Return a token for the first administrator; None once an administrator has signed in."""
    used = select(func.count()).select_from(SignInLink).join(Account, Account.id == SignInLink.account_id)
    if session.scalar(used.where(SignInLink.used_at.is_not(None), Account.role == Role.ADMINISTRATOR.value)):
        return None
    # The link of the last start ends; those of people who were invited by name do not.
    mine = select(Account.id).where(Account.email == FIRST)
    session.execute(delete(SignInLink).where(SignInLink.account_id.in_(mine)))
    return invite(session, FIRST, Role.ADMINISTRATOR)


def peek(session: Session, token: str) -> bool:
    """Tell whether a link may still be used, and use nothing up: mail scanners follow links."""
    link = _open_link(session, token, to_use=False)
    account = session.get(Account, link.account_id) if link is not None else None
    return account is not None and account.disabled_at is None


def sign_in(session: Session, token: str) -> tuple[Account, str] | None:
    """Use a one-time link up; return the account and the token of its browser, or None for a link used, expired or made up."""
    link = _open_link(session, token, to_use=True)
    account = session.get(Account, link.account_id) if link is not None else None
    if link is None or account is None or account.disabled_at is not None:
        return None
    link.used_at = utcnow()
    browser = secrets.token_urlsafe(32)
    session.add(
        AccountSession(token_hash=token_hash(browser), account_id=account.id, expires_at=utcnow() + SESSION_LIFE)
    )
    audit(session, account.id, "account.signed-in")
    return account, browser


def _open_link(session: Session, token: str, *, to_use: bool) -> SignInLink | None:
    link = session.get(SignInLink, token_hash(token), with_for_update=to_use)
    return link if link is not None and link.used_at is None and link.expires_at > utcnow() else None


def account_of(session: Session, browser: str) -> Account | None:
    """Return the account that is signed in in a browser, or None."""
    if not browser:
        return None
    row = session.get(AccountSession, token_hash(browser))
    if row is None or row.expires_at <= utcnow():
        return None
    account = session.get(Account, row.account_id)
    return account if account is not None and account.disabled_at is None else None


def sign_out(session: Session, browser: str) -> None:
    """End a browser's session at once, on the server."""
    session.execute(delete(AccountSession).where(AccountSession.token_hash == token_hash(browser)))


def audit(session: Session, account_id: UUID | None, action: str, target: str = "", **details: object) -> None:
    """Write into the audit table who did what; never a learner's name or answer."""
    session.add(AuditEntry(account_id=account_id, action=action, target=target[:200], details=details))


def token_hash(token: str) -> bytes:
    """Hash a long random token: it needs no slow hash, nobody can try all of them."""
    return hashlib.sha256(token.encode()).digest()
