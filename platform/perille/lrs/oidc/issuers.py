"""Issuers whose tokens are accepted: added, listed, removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.decoding import read_json
from perille.core.errors import BadRequest, NotFound
from perille.lrs.clients import Scope
from perille.lrs.oidc.keysets import checked_url, read_keys
from perille.lrs.oidc.tokens import ALGORITHMS
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.models import LrsIssuer

#: Characters of a name, of an audience or a claim, and bytes of pasted keys.
_NAME, _WORD, _KEYS = 200, 300, 65_536
_LINE = re.compile(r"([^=\s]+)\s*=\s*(.+)").fullmatch
#: Home pages of accounts that only the store itself gives out.
_OWN = "perille.invalid"
ScopeMap = Mapping[str, Sequence[str]]


class IssuerView(Struct, frozen=True):
    """An issuer as somebody reads it."""

    id: UUID
    name: str
    issuer: str
    audience: str
    #: Empty where the keys were pasted.
    jwks_url: str
    algorithms: list[str]
    claim: str
    #: Words of the claim -> scopes; empty: a word is a scope's own name.
    scope_map: dict[str, list[str]]
    scopes: list[str]
    created_at: datetime


def add_issuer(
    session: Session,
    store_id: UUID,
    *,
    name: str,
    issuer: str,
    audience: str,
    scopes: Iterable[Scope],
    jwks_url: str = "",
    jwks: bytes = b"",
    algorithms: Iterable[str] = ALGORITHMS,
    claim: str = "scope",
    scope_map: ScopeMap | None = None,
    loopback: bool = False,
) -> IssuerView:
    """Accept an issuer's tokens; *scopes* is the most that one of them may do. Raise BadRequest saying what is wrong.

    Its keys come from *jwks_url* or are *jwks*. *loopback*: addresses of this machine may be http, for tests.
    """
    allowed, given = [*dict.fromkeys(algorithms)], [*dict.fromkeys(map(Scope, scopes))]
    _check(session, store_id, name, issuer, audience, claim, loopback)
    _check_rights(allowed, given)
    _check_keys(jwks_url, jwks, loopback)
    row = LrsIssuer(
        store_id=store_number(session, store_id),
        name=name,
        issuer=issuer,
        audience=audience,
        jwks_url=jwks_url,
        jwks=jwks,
        algorithms=" ".join(allowed),
        claim=claim,
        scope_map=msgspec.json.encode(_checked_map(scope_map or {})),
        scopes=" ".join(given),
        created_at=utcnow(),
    )
    session.add(row)
    session.flush()
    return _view(row)


def _check_rights(algorithms: list[str], scopes: list[Scope]) -> None:
    if not algorithms or not set(algorithms) <= ALGORITHMS.keys():
        raise BadRequest(f"Algorithms are {', '.join(ALGORITHMS)}.")
    if not scopes:
        raise BadRequest("Choose at least one scope.")


def _check_keys(url: str, keys: bytes, loopback: bool) -> None:
    if bool(url) == bool(keys):
        raise BadRequest("Give either the address of the keys or the keys themselves.")
    if not keys:
        checked_url(url, loopback=loopback)
    elif len(keys) > _KEYS:
        raise BadRequest("These keys are too many.")
    else:
        read_keys(keys, strict=True)


def _check(session: Session, store_id: UUID, name: str, issuer: str, audience: str, claim: str, loopback: bool) -> None:
    if not (_is_line(name, _NAME) and _is_line(audience, _WORD) and _is_line(claim, _WORD)):
        raise BadRequest("Name, audience and claim are one line each.")
    checked_url(issuer, loopback=loopback)
    if _is_nobodys(issuer):
        raise BadRequest("This issuer cannot be anybody's.")
    if any(each.issuer == issuer or each.name == name for each in issuers(session, store_id)):
        raise BadRequest("There is an issuer of this address or name already.")
    if session.scalar(select(LrsIssuer.id).where(LrsIssuer.issuer == issuer)) is not None:
        # Whose it is stays untold: the other store is that of another organisation.
        raise BadRequest("Another store accepts this issuer already, and a token does not say for which store it is.")


def _is_nobodys(issuer: str) -> bool:
    """Tell whether an address is none, or one at which the store itself is said to be."""
    return " " in issuer or (urlsplit(issuer).hostname or "").endswith(_OWN)


def _is_line(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable()


def _checked_map(scope_map: ScopeMap) -> dict[str, list[str]]:
    try:
        return {word: [Scope(each).value for each in scopes] for word, scopes in scope_map.items()}
    except ValueError as error:
        raise BadRequest(f"There is no such scope: {error}") from error


def read_scope_map(lines: Iterable[str]) -> dict[str, list[str]]:
    """Read lines such as `lrs-writer = statements/write state`; raise BadRequest for what is none.

    >>> read_scope_map(["writer = statements/write state", ""])
    {'writer': ['statements/write', 'state']}
    """
    found = {}
    for line in filter(None, map(str.strip, lines)):
        match = _LINE(line)
        if match is None:
            raise BadRequest("A line of the map is a word of the claim, a sign of equality, and scopes.")
        found[match[1]] = match[2].replace(",", " ").split()
    return _checked_map(found)


def issuers(session: Session, store_id: UUID) -> list[IssuerView]:
    """Return the issuers of a store, by name."""
    query = select(LrsIssuer).where(LrsIssuer.store_id == store_number(session, store_id)).order_by(LrsIssuer.name)
    return [_view(row) for row in session.scalars(query)]


def remove_issuer(session: Session, store_id: UUID, issuer_id: UUID) -> IssuerView:
    """Accept an issuer's tokens no more; what its clients stored stays. Raise NotFound."""
    row = session.get(LrsIssuer, (store_number(session, store_id), issuer_id))
    if row is None:
        raise NotFound("There is no such issuer.")
    view = _view(row)
    session.delete(row)
    session.flush()
    return view


def _view(row: LrsIssuer) -> IssuerView:
    return IssuerView(
        id=row.id,
        name=row.name,
        issuer=row.issuer,
        audience=row.audience,
        jwks_url=row.jwks_url,
        algorithms=row.algorithms.split(),
        claim=row.claim,
        scope_map=read_json(row.scope_map, dict[str, list[str]]),
        scopes=row.scopes.split(),
        created_at=row.created_at,
    )
