"""From a token to a client: who its issuer says that it is, and what both the token and the administrator allow."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Engine, select

from perille.core.database import run_in_transaction
from perille.core.decoding import read_json
from perille.lrs.clients import Client, Scope, authority_of
from perille.lrs.oidc.faults import BearerFault, Reason
from perille.lrs.oidc.keysets import Fetch, KeyCache, checked_url, chosen, fetch_keys, read_keys
from perille.lrs.oidc.tokens import SKEW, Key, Token, check_claims, client_of, read_token, verify, words_of
from perille.lrs.storage.connection import StoreSession
from perille.lrs.storage.models import LrsIssuer, LrsStore
from perille.lrs.xapi.parsing import encode

#: What a scope holds beside itself. `void` is in no other one.
_HOLDS: dict[Scope, frozenset[Scope]] = {
    Scope.ALL: frozenset(Scope) - {Scope.VOID},
    Scope.ALL_READ: frozenset({Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE}),
    Scope.STATEMENTS_READ: frozenset({Scope.STATEMENTS_READ_MINE}),
}


def token_in(header: str | None) -> str | None:
    """Return the token of an Authorization header; None for other credentials: those of a launch have no dot in them."""
    form, _, value = (header or "").partition(" ")
    return value.strip() if form.lower() == "bearer" and value.count(".") == 2 else None


class BearerAuthenticator:
    """Lets clients in by their tokens; for one process. *loopback*: keys may be fetched by http from this machine, for tests."""

    def __init__(self, *, loopback: bool = False, fetch: Fetch = fetch_keys) -> None:
        self._loopback = loopback
        self._fetch = fetch
        self._cache = KeyCache(self._fetched)

    def client(self, engine: Engine, text: str) -> Client:
        """Return the client of a token; raise BearerFault. Keys are fetched outside any transaction."""
        token = read_token(text)
        row, closed_at = _issuer_row(engine, token.claims.iss)
        if row is None:
            raise BearerFault(Reason.ISSUER)
        if closed_at is not None:
            # Before its keys are asked for: the provider of a closed organisation may be gone, which would be 503, come again.
            raise BearerFault(Reason.CLOSED)
        allowed = row.algorithms.split()
        if token.algorithm not in allowed:
            raise BearerFault(Reason.ALGORITHM)
        verify(token, self._keys(row, token), allowed)
        check_claims(token.claims, issuer=row.issuer, audience=row.audience, now=time.time())
        return _client(row, token)

    def _keys(self, row: LrsIssuer, token: Token) -> list[Key]:
        if row.jwks:
            return chosen(read_keys(row.jwks), token.kid)
        return self._cache.keys(row.id, row.jwks_url, token.kid)

    def _fetched(self, url: str) -> bytes:
        return self._fetch(checked_url(url, loopback=self._loopback))


def _issuer_row(engine: Engine, issuer: str) -> tuple[LrsIssuer | None, datetime | None]:
    """Return an issuer, None where it is unknown, and since when its store is closed."""
    if "\0" in issuer or len(issuer) > 1000:
        return None, None
    work = StoreSession(engine)
    return run_in_transaction(work, partial(_detached, work, issuer), write=False)


def _detached(work: StoreSession, issuer: str) -> tuple[LrsIssuer | None, datetime | None]:
    # One query, and nothing of it is remembered: a token is refused from the first request after its store was closed.
    query = select(LrsIssuer, LrsStore.closed_at).outerjoin(LrsStore, LrsStore.number == LrsIssuer.store_id)
    row, closed_at = work.execute(query.where(LrsIssuer.issuer == issuer).limit(1)).first() or (None, None)
    if row is not None:
        work.expunge(row)
    return row, closed_at


def _client(row: LrsIssuer, token: Token) -> Client:
    """Return the client: its authority is an account whose home page is the issuer (Data 2.4.2.4)."""
    name = client_of(token.claims)
    account = {"homePage": row.issuer, "name": name}
    return Client(
        id=uuid5(NAMESPACE_URL, f"{row.id} {name}"),
        store=row.store_id,
        name=name,
        scopes=granted_scopes(row, token),
        authority=authority_of(encode({"objectType": "Agent", "name": name, "account": account})),
        expires_at=datetime.fromtimestamp(token.claims.exp + SKEW, UTC),
        rate=None,
        by_token=True,
    )


def granted_scopes(row: LrsIssuer, token: Token) -> frozenset[Scope]:
    """Return what the token says it may do, as far as the administrator lets this issuer's tokens do it."""
    scope_map = read_json(row.scope_map, dict[str, list[str]])
    words = words_of(token.raw, row.claim)
    named = [each for word in words for each in scope_map.get(word, ())] if scope_map else words
    known = {scope.value for scope in Scope}
    return _held(each for each in named if each in known) & _held(row.scopes.split())


def _held(names: Iterable[str]) -> frozenset[Scope]:
    scopes = {Scope(name) for name in names}
    return frozenset(scopes.union(*(_HOLDS.get(scope, ()) for scope in scopes)))
