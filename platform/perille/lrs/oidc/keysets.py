"""The public keys of issuers (RFC 7517): pasted, or fetched over https and kept for a while.

A stranger can make any token, and so a kid that nobody has; that is why an issuer's keys are fetched once a minute at most, however
many tokens ask for it, and by one thread while others go on with the keys that are there.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult
from uuid import UUID

import msgspec
import urllib3
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from msgspec import Struct

from perille.core.addresses import split_address
from perille.core.errors import BadRequest
from perille.core.type_aliases import JsonObject
from perille.lrs.oidc.faults import BearerFault, Reason
from perille.lrs.oidc.tokens import Key

#: Seconds that fetched keys are used without asking again; that they are used while the issuer is away; between two tries.
FRESH, STALE, PAUSE = 3600.0, 24 * 3600.0, 60.0
#: Seconds for a connection, for a piece of an answer, and for all of it.
_CONNECT, _READ, _WHOLE = 3.0, 4.0, 8.0
#: Bytes of a key set, keys in it, and bits of an RSA key.
_MOST, _MOST_KEYS, _RSA_BITS = 65_536, 50, range(2048, 8193)
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_KINDS: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
#: Members of keys that are secret (RFC 7518 6).
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
Fetch = Callable[[str], bytes]


class PublicKey(Struct, frozen=True):
    """A key, and by what it is chosen."""

    kid: str | None
    key: Key


def checked_url(url: str, *, loopback: bool) -> str:
    """Return the address of a key set; raise BadRequest unless it is https. *loopback*: http to this machine too, for tests."""
    parts = split_address(url) if len(url) <= 1000 and url.isprintable() else None
    if parts is None or not parts.hostname or parts.username or parts.fragment or not _is_safe(parts, loopback):
        raise BadRequest("The address of the keys must be https, without a user and a fragment.")
    return url


def _is_safe(parts: SplitResult, loopback: bool) -> bool:
    local = loopback and parts.scheme == "http" and _is_loopback(parts.hostname or "")
    return parts.scheme == "https" or local


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_keys(data: bytes, *, strict: bool = False) -> list[PublicKey]:
    """Return the keys of a JWK Set with which signatures can be checked here; others are left out.

    Raise BadRequest for what is no set, or has no key of use. *strict*: for a secret key too, which nobody should have pasted.
    """
    members = _members(data)
    if strict and any(_PRIVATE & each.keys() for each in members):
        raise BadRequest("A secret key is in this set. Paste the public keys alone, and change that key.")
    found = [public for each in members if (public := _public(each)) is not None]
    if not found:
        raise BadRequest("There is no key here for RS256, ES256 or EdDSA.")
    return found


def _members(data: bytes) -> list[JsonObject]:
    """Return the first objects in the list of keys, which may be anything as long as it is JSON."""
    try:
        listed = msgspec.json.decode(data)["keys"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        raise BadRequest("This is no JWK Set: an object with a list of keys.") from None
    return [each for each in listed if isinstance(each, dict)][:_MOST_KEYS] if isinstance(listed, list) else []


def _public(member: JsonObject) -> PublicKey | None:
    kind, kid = member.get("kty"), member.get("kid")
    if not isinstance(kind, str) or not isinstance(kid, str | None) or not _is_of_use(kind, member):
        return None
    plain = {name: member[name] for name in ("kty", "crv", "x", "y", "n", "e") if isinstance(member.get(name), str)}
    try:
        key = _KINDS[kind].import_key(plain)
        # A point that is not on its curve is found out here.
        key.get_op_key("verify")
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return PublicKey(kid, key)


def _is_of_use(kind: str, member: JsonObject) -> bool:
    """Tell whether a key signs, and is of a kind, curve and length with which signatures are checked here (RFC 7517, 4)."""
    if kind not in _KINDS or member.get("use", "sig") != "sig":
        return False
    if kind == "RSA":
        return _bits(member.get("n")) in _RSA_BITS
    return kind not in _CURVES or member.get("crv") == _CURVES[kind]


def _bits(modulus: object) -> int:
    """Return how many bits a number in base64url has; 0 for none."""
    if not isinstance(modulus, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", modulus):
        return 0
    try:
        return int.from_bytes(base64.urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))).bit_length()
    except ValueError:
        return 0


class _CachedKeySet(Struct):
    keys: list[PublicKey]
    fetched: float
    tried: float
    lock: threading.Lock


class KeyCache:
    """The keys of issuers; for one process."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._held: dict[tuple[UUID, str], _CachedKeySet] = {}
        self._lock = threading.Lock()

    def keys(self, issuer_id: UUID, url: str, kid: str | None) -> list[Key]:
        """Return an issuer's keys of a kid, fetched again where none is known; raise BearerFault where there is none."""
        held = self._of(issuer_id, url)
        now = time.monotonic()
        old = now - held.fetched > FRESH
        if (old or not chosen(held.keys, kid)) and now - held.tried >= PAUSE:
            self._renew(held, url)
        if not held.keys or time.monotonic() - held.fetched > STALE:
            raise BearerFault(Reason.KEYS)
        return chosen(held.keys, kid)

    def _of(self, issuer_id: UUID, url: str) -> _CachedKeySet:
        with self._lock:
            if len(self._held) > 1000:
                self._held.clear()
            never = float("-inf")
            return self._held.setdefault((issuer_id, url), _CachedKeySet([], never, never, threading.Lock()))

    def _renew(self, held: _CachedKeySet, url: str) -> None:
        # One thread fetches. Who comes meanwhile goes on with the keys that are there, or is told to come again: no thread waits for it.
        if not held.lock.acquire(blocking=False):
            return
        try:
            if time.monotonic() - held.tried < PAUSE:
                return
            held.tried = time.monotonic()
            held.keys = read_keys(self._fetch(url))
            held.fetched = time.monotonic()
        except (OSError, BadRequest):
            return
        finally:
            held.lock.release()


def chosen(keys: list[PublicKey], kid: str | None) -> list[Key]:
    """Return the keys of a kid; for a token without one, the only key there is (RFC 7515 4.1.4)."""
    if kid is None:
        return [keys[0].key] if len(keys) == 1 else []
    return [each.key for each in keys if each.kid == kid]


def fetch_keys(url: str) -> bytes:
    """Fetch a key set. No redirect is followed, no proxy asked; size and time are bounded. Raise OSError where it cannot be had."""
    deadline = time.monotonic() + _WHOLE
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(connect=_CONNECT, read=_READ), retries=False) as pool:
            answer = pool.request(
                "GET", url, headers={"Accept": "application/json"}, redirect=False, preload_content=False
            )
            try:
                return _body(answer, deadline)
            finally:
                answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise OSError(type(error).__name__) from error


def _body(answer: Any, deadline: float) -> bytes:
    if answer.status != 200:
        raise OSError(f"status {answer.status}")
    found = bytearray()
    # As it is sent: nobody asked for a compressed one, which may be a thousand times as large when it is unpacked.
    while piece := answer.read1(8192, decode_content=False):
        found += piece
        if len(found) > _MOST or time.monotonic() > deadline:
            raise OSError("too large or too slow")
    return bytes(found)
