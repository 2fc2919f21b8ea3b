"""One-time links by e-mail, and the short code beside each, which works in the browser that asked and in no other.

Whoever asks for a link is answered the same whether the address is known, unknown or disabled, with the same queries.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select, update

from perille.core.database import Session, utcnow
from perille.core.errors import BadRequest
from perille.core.tokens import token_hash
from perille.people.addresses import email_key, masked_address
from perille.people.models import Account, LinkKind, SignInLink
from perille.people.sign_in.models import PinKind, SignInRequest
from perille.people.sign_in.pins import DIGITS, read_pin

#: How long a link that was asked for works; invitations are longer.
REQUEST_LIFE = timedelta(minutes=15)
#: Open links of one address at a time, and tries of a short code.
MOST_OPEN, TRIES = 3, 5


@dataclass(frozen=True, slots=True)
class RequestedLink:
    """What the mail to somebody who asked holds; where nobody has the address, `to` is empty and no mail goes out."""

    to: Account | None
    token: str
    code: str
    #: The word of the browser that waits.
    browser: str


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that still works, and whose it is, so far as a stranger may see."""

    masked: str
    account_id: UUID


def ask_for_link(session: Session, address: str) -> RequestedLink:
    """Make a link for whoever has an address, and a short code for the browser that asks; raise BadRequest for no address."""
    key = email_key(address)
    found = session.scalar(select(Account).where(Account.email_key == key))
    account = found if found is not None and found.disabled_at is None else None
    asked = RequestedLink(
        account, secrets.token_urlsafe(24), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_urlsafe(24)
    )
    expires_at = utcnow() + REQUEST_LIFE
    session.add(
        SignInRequest(
            browser_hash=token_hash(asked.browser),
            account_id=account.id if account is not None else None,
            code_hash=_code_hash(asked.code, asked.browser),
            expires_at=expires_at,
        )
    )
    # A link of nobody is stored as well: the answer takes as long.
    session.add(
        SignInLink(
            token_hash=token_hash(asked.token),
            account_id=account.id if account is not None else None,
            expires_at=expires_at,
            kind=LinkKind.ASKED.value,
        )
    )
    session.flush()
    return asked


def make_link(session: Session, account_id: UUID, kind: LinkKind, life: timedelta) -> str:
    """Return the token of a new link for an account."""
    token = secrets.token_urlsafe(24)
    session.add(
        SignInLink(token_hash=token_hash(token), account_id=account_id, expires_at=utcnow() + life, kind=kind.value)
    )
    session.flush()
    return token


def _code_hash(code: str, browser: str) -> bytes:
    return hmac.digest(sha256(b"perille short code\0" + browser.encode()).digest(), code.encode(), "sha256")


def masked(account: Account) -> str:
    """Return what a page that anybody may open calls an account: enough to know oneself by.

    >>> masked(Account(email="eva.virtanen@example.org"))
    'e…@example.org'
    """
    return masked_address(account.email) if account.email else f"{account.label[:1]}…"


def open_link(session: Session, token: str) -> OpenLink | None:
    """Return a link that may still be used, and use nothing up: programs that look through mails follow links."""
    link = session.get(SignInLink, token_hash(token))
    account = _account_of(session, link)
    return OpenLink(masked(account), account.id) if account is not None else None


def _account_of(session: Session, link: SignInLink | None) -> Account | None:
    if link is None or link.account_id is None or link.used_at is not None or link.expires_at <= utcnow():
        return None
    account = session.get(Account, link.account_id)
    return account if account is not None and account.disabled_at is None else None


def use_link(session: Session, token: str) -> tuple[Account, LinkKind] | None:
    """Use a link up; return whose it was, None for one that was used, is old or made up. Of two who press at once, one is in."""
    link = session.get(SignInLink, token_hash(token))
    account = _account_of(session, link)
    if link is None or account is None:
        return None
    mine = update(SignInLink).where(SignInLink.token_hash == link.token_hash, SignInLink.used_at.is_(None))
    if not session.scalars(mine.values(used_at=utcnow()).returning(SignInLink.token_hash)).all():
        return None
    end_asked_links(session, account.id)
    return account, LinkKind(link.kind)


def end_asked_links(session: Session, account_id: UUID) -> None:
    """End the open links and codes that were asked for with somebody's address; invitations stay."""
    session.execute(
        delete(SignInLink).where(
            SignInLink.account_id == account_id,
            SignInLink.kind == LinkKind.ASKED.value,
            SignInLink.used_at.is_(None),
        )
    )
    session.execute(delete(SignInRequest).where(SignInRequest.account_id == account_id))


def waiting_request(session: Session, browser: str) -> SignInRequest | None:
    """Return what a browser waits with, None where it waits for nothing any more."""
    row = session.get(SignInRequest, token_hash(browser)) if browser else None
    return row if row is not None and row.expires_at > utcnow() and row.tries < TRIES else None


def use_short_code(session: Session, browser: str, typed: str) -> Account | None:
    """Return who is in by the code that was mailed; None for a wrong one, which counts, and for a browser that did not ask."""
    row = waiting_request(session, browser)
    if row is None:
        return None
    counted = update(SignInRequest).where(SignInRequest.browser_hash == row.browser_hash, SignInRequest.tries < TRIES)
    if not session.scalars(counted.values(tries=SignInRequest.tries + 1).returning(SignInRequest.tries)).all():
        return None
    try:
        code = read_pin(PinKind.DIGITS, typed)
    except BadRequest:
        return None
    account = session.get(Account, row.account_id) if row.account_id is not None else None
    if account is None or account.disabled_at is not None:
        return None
    if not hmac.compare_digest(_code_hash(code, browser), row.code_hash):
        return None
    end_asked_links(session, account.id)
    return account
