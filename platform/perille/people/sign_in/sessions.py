"""Sessions of accounts: a browser that is signed in. The row says who and how they were recognised, never what they may do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select

from perille.core.database import Session, utcnow
from perille.core.tokens import token_hash
from perille.people.audit import audit
from perille.people.models import Account, AccountSession, VerifiedBy
from perille.people.services import SESSION_LIFE

#: What a browser says of itself -> what a list of sessions calls it; the first that fits. Nothing more of it is kept.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A line of somebody's list of sessions."""

    id: UUID
    device: str
    created_at: datetime
    last_used: date
    #: Whether it is the browser that asks.
    here: bool


def device_label(user_agent: str) -> str:
    """Return a plain label of a browser; "" where nothing of it is known.

    >>> device_label("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36")
    'Chrome, Android'
    """
    found = [next((name for mark, name in table if re.search(mark, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))


def start_session(
    session: Session,
    account: Account,
    verified_by: VerifiedBy,
    *,
    user_verified: bool = False,
    may_enrol: bool = False,
    device: str = "",
    token: str = "",
) -> str:
    """Sign an account in; return the token for the browser's cookie: *token*, which nobody can guess, or else a new one.

    *user_verified*: whether a finger, a face or a second factor was asked for. *may_enrol*: whether it came by an invitation, and so may
    set up a second factor where there is none.
    """
    token = token or secrets.token_urlsafe(32)
    now = utcnow()
    row = AccountSession(
        token_hash=token_hash(token),
        account_id=account.id,
        expires_at=now + SESSION_LIFE,
        verified_by=verified_by.value,
        user_verified_at=now if user_verified else None,
        may_enrol=may_enrol,
        device=device[:80],
    )
    session.add(row)
    audit(session, account.id, "account.signed-in", why=verified_by.value)
    session.flush()
    return token


def session_of(session: Session, browser: str) -> AccountSession | None:
    """Return the session of a browser's token, None for one that ended."""
    row = session.get(AccountSession, token_hash(browser)) if browser else None
    return row if row is not None and row.expires_at > utcnow() else None


def mark_verified(session: Session, row: AccountSession, verified_by: VerifiedBy) -> None:
    """Note that a second factor was shown in a session."""
    now = utcnow()
    row.verified_by, row.user_verified_at, row.last_used_at = verified_by.value, now, now.date()
    audit(session, row.account_id, "account.verified", why=verified_by.value)
    session.flush()


def sessions_of(session: Session, account_id: UUID, here: str) -> list[SessionView]:
    """Return the open sessions of an account, this browser's first, then the newest."""
    query = select(AccountSession).where(AccountSession.account_id == account_id, AccountSession.expires_at > utcnow())
    rows = session.scalars(query.order_by(AccountSession.created_at.desc()))
    mine = token_hash(here)
    views = [SessionView(row.id, row.device, row.created_at, row.last_used_at, row.token_hash == mine) for row in rows]
    return sorted(views, key=lambda view: not view.here)


def end_session(session: Session, account_id: UUID, session_id: UUID) -> bool:
    """End one session of an account; return False where there is none of that id."""
    ended = session.scalars(
        delete(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.account_id == account_id)
        .returning(AccountSession.id)
    ).all()
    return bool(ended)


def end_all_sessions(session: Session, account_id: UUID) -> int:
    """Sign an account out everywhere; return how many sessions ended."""
    mine = delete(AccountSession).where(AccountSession.account_id == account_id).returning(AccountSession.id)
    count = len(session.scalars(mine).all())
    audit(session, account_id, "account.signed-out-everywhere", count=count)
    return count
