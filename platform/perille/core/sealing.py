"""Secrets that have to be readable again: sealed with the installation's key, so that a copy of the database alone opens none."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from hashlib import blake2b

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from perille.core.current import current_config
from perille.core.errors import PerilleError

#: What the keys of the record store seal; each purpose derives keys of its own.
STORES = b"perille record store: credentials for other stores"
_PREFIX = "sealed"


class SealError(PerilleError):
    """A sealed secret that no key of this installation opens."""


class Seal:
    """Seals with the newest key and opens with any (AES-128-CBC and HMAC-SHA256, Fernet).

    >>> seal = Seal(["k" * 40])
    >>> seal.open(seal.close("key:secret"))
    'key:secret'
    """

    def __init__(self, secret_keys: Sequence[str], purpose: bytes = STORES) -> None:
        derived = [_derived(key, purpose) for key in secret_keys]
        self._boxes = {_name(key): Fernet(key) for key in derived}
        self._newest = _name(derived[0])

    def close(self, secret: str) -> str:
        """Seal a secret: `sealed:<which key>:<token>`."""
        return f"{_PREFIX}:{self._newest}:{self._boxes[self._newest].encrypt(secret.encode()).decode()}"

    def open(self, sealed: str) -> str:
        """Return the secret; one that was kept before secrets were sealed comes back as it is. Raise SealError."""
        prefix, _, rest = sealed.partition(":")
        if prefix != _PREFIX:
            return sealed
        name, _, token = rest.partition(":")
        box = self._boxes.get(name)
        try:
            if box is None:
                raise InvalidToken
            return box.decrypt(token).decode()
        except InvalidToken:
            raise SealError("No key of this installation opens the credentials. Give them again.") from None

    def is_current(self, sealed: str) -> bool:
        """Tell whether a secret is sealed, and with the newest key."""
        return sealed.startswith(f"{_PREFIX}:{self._newest}:")


def app_seal(purpose: bytes) -> Seal:
    """Return the seal of this installation's keys for a purpose. Needs an app context."""
    return Seal(current_config().secret_keys, purpose)


def store_seal() -> Seal:
    """Return the seal of credentials for other stores. Needs an app context."""
    return Seal(current_config().store_keys)


def _name(derived: bytes) -> str:
    """Return what tells a key from others and leads to none."""
    return blake2b(b"name of a sealing key", key=derived, digest_size=4).hexdigest()


def _derived(key: str, purpose: bytes) -> bytes:
    return base64.urlsafe_b64encode(HKDF(SHA256(), 32, None, purpose).derive(key.encode()))
