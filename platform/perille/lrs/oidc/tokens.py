"""Signed tokens (RFC 7515, 7519, 9068): read, verified, and what they claim. Nothing in a token says how it is to be verified.

The algorithms are three, each with its own kind of key; a key for one is never tried with another (RFC 8725 3.1, 3.2).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from msgspec import UNSET, Struct, UnsetType

from perille.core.decoding import read_json
from perille.core.type_aliases import JsonObject
from perille.lrs.oidc.faults import BearerFault, Reason

T = TypeVar("T")
Key = RSAKey | ECKey | OKPKey
#: Algorithm -> kind of key. `none`, and all that use a shared secret, are not among them.
ALGORITHMS = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
#: Characters of a token.
MOST = 7_000
#: Seconds by which clocks may differ.
SKEW = 60
_TYPES = frozenset({"jwt", "at+jwt"})
_LONGEST_CLIENT = 200
#: Names that joserfc has for the same algorithms.
_VERIFIERS = {"EdDSA": "Ed25519"}


class _Header(Struct):
    alg: str
    kid: str | None = None
    typ: str | UnsetType = UNSET
    crit: object = UNSET


class _Registered(Struct):
    """The claims that are checked (RFC 7519 4.1)."""

    iss: str
    aud: str | list[str]
    exp: int | float
    nbf: int | float | UnsetType = UNSET
    iat: int | float | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    azp: str | UnsetType = UNSET


class Token(Struct, frozen=True):
    """A token as it was read; nothing of it is believed before `verify`."""

    algorithm: str
    kid: str | None
    claims: _Registered
    #: All claims as they stand there.
    raw: JsonObject
    signed: bytes
    signature: bytes


def read_token(text: str) -> Token:
    """Read a token; raise BearerFault for what is none."""
    if len(text) > MOST:
        raise BearerFault(Reason.TOO_LARGE)
    head, body, signature = (_part(each) for each in text.split("."))
    header = _decoded(head, _Header, Reason.MALFORMED)
    kind = "jwt" if header.typ is UNSET else header.typ.lower().removeprefix("application/")
    if header.crit is not UNSET or kind not in _TYPES:
        raise BearerFault(Reason.MALFORMED)
    algorithm = "EdDSA" if header.alg == "Ed25519" else header.alg
    if algorithm not in ALGORITHMS:
        raise BearerFault(Reason.ALGORITHM)
    return Token(
        algorithm=algorithm,
        kid=header.kid,
        claims=_decoded(body, _Registered, Reason.CLAIM),
        raw=_decoded(body, JsonObject, Reason.MALFORMED),
        signed=text.rpartition(".")[0].encode(),
        signature=signature,
    )


def _part(text: str) -> bytes:
    """Decode base64url without padding, in its one right form (RFC 7515 2)."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BearerFault(Reason.MALFORMED) from None
    if base64.urlsafe_b64encode(found).rstrip(b"=") != text.encode("ascii", "replace"):
        raise BearerFault(Reason.MALFORMED)
    return found


def _decoded(data: bytes, kind: type[T], reason: Reason) -> T:
    try:
        return read_json(data, kind)
    except msgspec.ValidationError:
        raise BearerFault(reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BearerFault(Reason.MALFORMED) from None


def verify(token: Token, keys: Sequence[Key], allowed: Collection[str]) -> None:
    """Raise BearerFault unless one of *keys*, those of its kid, made the signature by an algorithm that is allowed."""
    if token.algorithm not in allowed:
        raise BearerFault(Reason.ALGORITHM)
    fitting = [key for key in keys if key.key_type == ALGORITHMS[token.algorithm]]
    if not fitting:
        raise BearerFault(Reason.KEY)
    algorithm = JWSRegistry.algorithms[_VERIFIERS.get(token.algorithm, token.algorithm)]
    if not any(_fits(algorithm, token, key) for key in fitting):
        raise BearerFault(Reason.SIGNATURE)


def _fits(algorithm: Any, token: Token, key: Key) -> bool:
    try:
        return bool(algorithm.verify(token.signed, token.signature, key))
    except (JoseError, ValueError):
        return False


def check_claims(claims: _Registered, *, issuer: str, audience: str, now: float) -> None:
    """Raise BearerFault unless a token is of this issuer, for this audience, and valid now (seconds since 1970)."""
    if claims.iss != issuer:
        raise BearerFault(Reason.ISSUER)
    if audience not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
        raise BearerFault(Reason.AUDIENCE)
    _check_times(claims, now)


def _check_times(claims: _Registered, now: float) -> None:
    times = [claims.exp, *(each for each in (claims.nbf, claims.iat) if each is not UNSET)]
    if not all(0 <= each < 1e11 for each in times):
        raise BearerFault(Reason.CLAIM)
    if claims.exp + SKEW <= now:
        raise BearerFault(Reason.EXPIRED)
    if any(each - SKEW > now for each in (claims.nbf, claims.iat) if each is not UNSET):
        raise BearerFault(Reason.EARLY)


def client_of(claims: _Registered) -> str:
    """Return the client that a token was made for; raise BearerFault where it names none."""
    name = claims.client_id if claims.client_id is not UNSET else claims.azp
    if name is UNSET or not name or not name.isprintable() or len(name) > _LONGEST_CLIENT:
        raise BearerFault(Reason.CLIENT)
    return name


def words_of(raw: JsonObject, claim: str) -> list[str]:
    """Return the words of a claim: of a text those between spaces, of a list its texts; a dot leads into an object.

    >>> words_of({"realm_access": {"roles": ["writer"]}}, "realm_access.roles")
    ['writer']
    """
    value = raw.get(claim)
    if value is None:
        value = raw
        for name in claim.split("."):
            value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value.split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
