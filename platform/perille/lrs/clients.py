"""Who a request to the record store is from: its credentials checked fast, limited, and no more once revoked (Communication 4.0)."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from perille.core.database import Session, utcnow
from perille.core.extension_state import EngineSlot
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.insert import Authority
from perille.lrs.storage.models import LrsClient, LrsLaunch, LrsStore
from perille.lrs.storage.terms import AGENT
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.errors import Rule, XapiError
from perille.lrs.xapi.ifi import keys_of
from perille.lrs.xapi.launch_binding import LAUNCH_HOME, Binding
from perille.lrs.xapi.parsing import encode

#: How long a client found in the database is trusted without looking again, seconds: a revocation in another process works after it.
TRUST_SECONDS = 1.0
_MOST_REMEMBERED = 10_000
Peppers = tuple[bytes, ...]
ACTOR = msgspec.json.Decoder(Actor)


class Scope(StrEnum):
    """What a client may do (Communication 4.0, OAuth scopes)."""

    ALL = "all"
    ALL_READ = "all/read"
    STATEMENTS_WRITE = "statements/write"
    STATEMENTS_READ = "statements/read"
    STATEMENTS_READ_MINE = "statements/read/mine"
    STATE = "state"
    DEFINE = "define"
    PROFILE = "profile"
    #: May void the statements of every authority. Not part of `all`: it undoes what learners did.
    VOID = "void"


#: What the content of a launch may do, within its binding (cmi5 8.2).
_OF_LAUNCH = frozenset({Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE, Scope.STATE, Scope.PROFILE})


@dataclass(frozen=True, slots=True)
class Client:
    """A client whose credentials are right."""

    id: UUID
    store: int
    name: str
    scopes: frozenset[Scope]
    authority: Authority
    expires_at: datetime | None
    rate: int | None
    #: What it is limited to; none for a client that is no launch.
    binding: Binding | None = None
    #: The hash of its secret where an older key made it: to be made anew (`renew_hash`).
    old_hash: bytes | None = None
    #: Whether it came with the token of an issuer (see `oidc`).
    by_token: bool = False

    @property
    def may_void(self) -> bool:
        """Whether it may void the statements of every authority."""
        return Scope.VOID in self.scopes

    def may(self, *scopes: Scope) -> bool:
        """Tell whether one of *scopes*, or `all`, was given to this client."""
        return Scope.ALL in self.scopes or any(scope in self.scopes for scope in scopes)

    def require_scope(self, *scopes: Scope) -> None:
        """Raise XapiError 403 for what the client's scope does not allow."""
        if not self.may(*scopes):
            raise XapiError(
                403, Rule.SCOPE, "Authorization", f"This client may not do that; it needs {' or '.join(scopes)}."
            )


class ClientFault(XapiError):
    """A refusal of a client that is known, though its request was not let in."""

    def __init__(self, status: int, rule: Rule, message: str, client: tuple[int, UUID]) -> None:
        super().__init__(status, rule, "Authorization", message)
        self.store, self.client_id = client


class Keyring:
    """Clients seen lately, by what they sent: no query and no slow hash on the common path."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, Client]] = {}
        self._spent: dict[UUID, tuple[float, float]] = {}

    def client(self, session: Session, peppers: Peppers, header: str | None, *, default_rate: int = 0) -> Client:
        """Return the client whose credentials the Authorization header carries, or refuse with 401.

        *default_rate*: requests a minute of a client that has no rate of its own; 0: any number.
        """
        client = self.trusted(header)
        if client is None:
            client = authenticate(session, peppers, header)
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen[header or ""] = (time.monotonic() + TRUST_SECONDS, client)
        self.spend(client, default_rate)
        return client

    def trusted(self, header: str | None) -> Client | None:
        """Return the client of an Authorization header that was right within `TRUST_SECONDS`, without a query; its request is not counted.

        Raise ClientFault where its credentials have expired since.
        """
        seen = self._seen.get(header or "")
        if seen is None or time.monotonic() >= seen[0]:
            return None
        client = seen[1]
        if client.expires_at is not None and client.expires_at <= utcnow():
            raise _ended("The credentials have expired.", client)
        return client

    def spend(self, client: Client, default_rate: int) -> None:
        """Count one request of a client; refuse with 429 what is more than its rate, or than *default_rate* where it has none."""
        rate = client.rate or default_rate
        if rate:
            self._spend(client, rate)

    def store_of(self, header: str | None) -> int | None:
        """Return the store of the client whose credentials were right a moment ago, or None."""
        seen = self._seen.get(header or "")
        return seen[1].store if seen is not None else None

    def forget(self) -> None:
        """Look every client up again: one was changed."""
        self._seen.clear()

    def _spend(self, client: Client, rate: int) -> None:
        """Take one request from the client's bucket, which fills at its rate and holds a minute's worth; empty is 429."""
        now = time.monotonic()
        left, then = self._spent.get(client.id, (float(rate), now))
        left = min(float(rate), left + (now - then) * rate / 60)
        if left < 1:
            message = f"This client may send {rate} requests a minute."
            if client.by_token:
                raise XapiError(429, Rule.TOO_MANY, "Authorization", message)
            raise ClientFault(429, Rule.TOO_MANY, message, (client.store, client.id))
        if len(self._spent) >= _MOST_REMEMBERED:
            # A minute without a request fills any bucket, and a full one says nothing.
            self._spent = {known: spent for known, spent in self._spent.items() if now - spent[1] < 60}
        self._spent[client.id] = (left - 1, now)


#: The clients seen lately of each database: one site's clients are strangers to another in the same process.
keyrings = EngineSlot(Keyring)


def forget_clients(session: Session) -> None:
    """Look up every client of this database again: one was changed."""
    raw = raw_connection(session)
    keyrings.of(raw.engine).forget()
    # A request that comes before the commit reads the old row, and would be let in for a second more.
    raw.when_committed(keyrings.of(raw.engine).forget)


def _unknown(message: str) -> XapiError:
    return XapiError(401, Rule.AUTHENTICATION, "Authorization", message)


def _ended(message: str, client: Client) -> ClientFault:
    return ClientFault(401, Rule.AUTHENTICATION, message, (client.store, client.id))


def peppers_of(secret_keys: Iterable[str]) -> Peppers:
    """Derive the keys that secrets are hashed with from the installation's keys, the newest first."""
    return tuple(blake2b(b"perille record store secrets", key=key.encode()[:64]).digest() for key in secret_keys)


def _fits(kept: bytes, peppers: Peppers, secret: str) -> bool:
    return any(hmac.compare_digest(bytes(kept), secret_hash(pepper, secret)) for pepper in peppers)


def secret_hash(pepper: bytes, secret: str) -> bytes:
    """Hash a secret: keyed and fast, which is enough for a random value of 256 bits."""
    return blake2b(secret.encode(), digest_size=32, key=pepper).digest()


def authenticate(session: Session, peppers: Peppers, header: str | None) -> Client:
    """Look the client or the launch of an Authorization header up; raise XapiError 401 where there is none."""
    key, secret = _basic(header)
    # One query: a client is looked up once a second, however many stores there are.
    store = LrsStore.number == LrsClient.store_id
    query = select(LrsClient, LrsStore.closed_at).outerjoin(LrsStore, store).where(LrsClient.key == key)
    row, closed_at = session.execute(query).first() or (None, None)
    launch = session.scalar(select(LrsLaunch).where(LrsLaunch.key == key)) if row is None else None
    if launch is not None:
        return _launched(launch, peppers, secret)
    if row is None or not _fits(row.secret_hash, peppers, secret):
        raise _unknown("The key or the secret is not right.")
    _check_not_ended(row, closed_at)
    client = _client(row)
    newest = hmac.compare_digest(bytes(row.secret_hash), secret_hash(peppers[0], secret))
    return client if newest else replace(client, old_hash=bytes(row.secret_hash))


def _check_not_ended(row: LrsClient, closed_at: datetime | None) -> None:
    # Told apart from a wrong secret only after the secret was found right: nobody else learns which keys there are.
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= utcnow()):
        raise _ended("The credentials were withdrawn or have expired.", _client(row))
    if closed_at is not None:
        raise _ended("The organisation of this record store was closed.", _client(row))


def renew_hash(session: Session, peppers: Peppers, header: str | None, client: Client) -> None:
    """Hash a client's secret with the newest key, so that the older one can be given up; nothing happens where it was changed meanwhile."""
    key, secret = _basic(header)
    changed = update(LrsClient).where(LrsClient.key == key, LrsClient.secret_hash == client.old_hash)
    session.execute(
        changed.values(secret_hash=secret_hash(peppers[0], secret)).execution_options(synchronize_session=False)
    )
    forget_clients(session)


def _basic(header: str | None) -> tuple[str, str]:
    # The token of a launch is the same text in both forms (cmi5 8.2.2, RFC 6750 2.1).
    form, _, value = (header or "").partition(" ")
    if form.lower() not in ("basic", "bearer"):
        raise _unknown("The request has no Basic credentials.")
    try:
        key, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _unknown("The Basic credentials cannot be read.") from None
    if not colon or "\0" in key:
        raise _unknown("The Basic credentials have no colon, or a key with U+0000.")
    return key, secret


def _client(row: LrsClient) -> Client:
    scopes = frozenset(Scope(word) for word in row.scopes.split())
    return Client(row.id, row.store_id, row.name, scopes, authority_of(row.authority), row.expires_at, row.rate)


def _launched(row: LrsLaunch, peppers: Peppers, secret: str) -> Client:
    """Return the client of a launch, limited to its binding, or refuse with 401."""
    if row.secret_hash is None or not _fits(row.secret_hash, peppers, secret):
        raise _unknown("The key or the secret is not right.")
    if row.ended_at is not None or row.expires_at <= utcnow():
        raise _unknown("This launch has ended.")
    binding = Binding(row.agent, str(row.registration), row.activity)
    return Client(row.id, row.store_id, "launch", _OF_LAUNCH, launch_authority(row.key), row.expires_at, None, binding)


def launch_authority(key: str) -> Authority:
    """Make the authority of the statements that a launch sends."""
    return authority_of(encode({"objectType": "Agent", "account": {"homePage": LAUNCH_HOME, "name": key}}))


def authority_of(body: bytes) -> Authority:
    """Make an authority from its JSON."""
    return Authority(body, tuple(AGENT + key for key in keys_of(ACTOR.decode(body))))
