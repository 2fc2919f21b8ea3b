"""Clients of the record store: made, given a new secret, withdrawn, listed."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.lrs.clients import ACTOR, Peppers, Scope, forget_clients, secret_hash
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsClient
from perille.lrs.xapi.errors import Rule, XapiError
from perille.lrs.xapi.parsing import encode


def make_client(
    session: Session,
    name: str,
    scopes: Iterable[Scope],
    *,
    peppers: Peppers,
    store_id: UUID,
    authority: Mapping[str, object] | None = None,
    home_page: str = "https://perille.invalid/lrs",
    expires_at: datetime | None = None,
    rate: int | None = None,
    seed: bytes = b"",
) -> tuple[str, str]:
    """Make a client and return its key and secret; the secret is kept nowhere. Without *authority* its key vouches, under *home_page*.

    *seed*: 32 bytes that nobody can guess, from which both follow; a second time with the same ones makes nothing.
    """
    key, secret = _new_credentials(seed)
    if seed and session.scalar(select(LrsClient.id).where(LrsClient.key == key)) is not None:
        return key, secret
    voucher = authority or {"objectType": "Agent", "name": name, "account": {"homePage": home_page, "name": key}}
    body = encode(voucher)
    ACTOR.decode(body)
    words = " ".join(sorted({Scope(scope).value for scope in scopes}))
    session.add(
        LrsClient(
            store_id=store_number(session, store_id),
            name=name,
            key=key,
            secret_hash=secret_hash(peppers[0], secret),
            scopes=words,
            authority=body,
            created_at=utcnow(),
            expires_at=expires_at,
            rate=rate,
        )
    )
    session.flush()
    return key, secret


def _new_credentials(seed: bytes) -> tuple[str, str]:
    secret = urlsafe_b64encode(seed or secrets.token_bytes(32)).rstrip(b"=").decode()
    return sha256(b"perille client\0" + secret.encode()).hexdigest()[:32], secret


def rotate_client(session: Session, key: str, *, peppers: Peppers) -> str:
    """Give a client a new secret and return it; the old one stops at once in this process, elsewhere after `TRUST_SECONDS`."""
    row = _by_key(session, key)
    secret = secrets.token_urlsafe(32)
    row.secret_hash = secret_hash(peppers[0], secret)
    forget_clients(session)
    return secret


def revoke_client(session: Session, key: str) -> None:
    """Withdraw a client's credentials; its statements stay."""
    _by_key(session, key).revoked_at = utcnow()
    forget_clients(session)


def clients_of(session: Session, store_id: UUID) -> list[LrsClient]:
    """List the clients of a store, oldest first."""
    number = store_number(session, store_id)
    return list(session.scalars(select(LrsClient).where(LrsClient.store_id == number).order_by(LrsClient.id)))


def _by_key(session: Session, key: str) -> LrsClient:
    row = session.scalar(select(LrsClient).where(LrsClient.key == key))
    if row is None:
        raise XapiError(404, Rule.NOT_FOUND, "key", "There is no client with this key.")
    return row
