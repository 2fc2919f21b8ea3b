"""Whom an e-mail is for: an account, or an address that has none, told apart without keeping the address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

_PURPOSE = b"perille notices: who does not want an e-mail\0"
_SALT = "perille.notices.switches"


@runtime_checkable
class Addressee(Protocol):
    """What `queue` needs to know of an account."""

    @property
    def id(self) -> UUID:
        """Number of the account."""

    @property
    def email(self) -> str | None:
        """Its address, as it is stored."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account, or the keyed hash of an address."""

    account_id: UUID | None = None
    address_hash: bytes | None = None

    @property
    def key(self) -> str:
        """A word that names this person and holds no address."""
        return f"a:{self.account_id}" if self.account_id is not None else f"h:{(self.address_hash or b'').hex()}"


def person_of(account_id: UUID | None, address: str, keys: Sequence[str]) -> Person:
    """Return whom an e-mail is for; *keys*: secrets of the installation, the newest first."""
    return Person(account_id) if account_id is not None else Person(address_hash=address_hashes(address, keys)[0])


def address_hashes(address: str, keys: Sequence[str]) -> list[bytes]:
    """Return the hash of an address under each key: nobody can try addresses on a copy of the database alone."""
    plain = address.strip().casefold().encode()
    return [hmac.digest(key.encode(), _PURPOSE + plain, hashlib.sha256) for key in keys]


def sign(person: Person, kind: str, keys: Sequence[str]) -> str:
    """Return a token that lets whoever holds it switch kinds of e-mail of this person on and off; *kind*: the one it came with."""
    return str(_serializer(keys).dumps([person.key, kind]))


def read(token: str, keys: Sequence[str]) -> tuple[Person, str] | None:
    """Return the person and the kind of a token, None for one that we did not make."""
    try:
        key, kind = _serializer(keys).loads(token)
    except BadSignature:
        return None
    sort, _, value = key.partition(":")
    return (Person(UUID(value)) if sort == "a" else Person(address_hash=bytes.fromhex(value))), kind


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    # The last of the list signs.
    return URLSafeSerializer(list(reversed(keys)), salt=_SALT)
