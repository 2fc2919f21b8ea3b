"""Keys by which PINs and codes that were made on a laptop in a room are known at the office.

A PIN and a code are kept as hashes with a key of the installation where they were made. What a laptop brings is opened by its keys until
it is used for the first time, and from then on by those of the office. Whoever keeps the keys of laptops fills the slot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from perille.core.database import Session
from perille.core.slots import AppSlot


@dataclass(frozen=True, slots=True)
class RoomKeys:
    """What a laptop hashes with, derived from its own keys: neither leads back to them, nor to the other."""

    pins: tuple[bytes, ...]
    codes: tuple[bytes, ...]


KeysOf = Callable[[Session], Mapping[str, RoomKeys]]


def _no_rooms() -> KeysOf:
    return lambda _session: {}


#: Returns the keys of every laptop, by a word that names it.
room_keys = AppSlot[KeysOf]("room_keys", _no_rooms)


def pin_key(key: str) -> bytes:
    """Return the key that PINs are hashed with."""
    return sha256(b"perille pin\0" + key.encode()).digest()


def code_key(key: str) -> bytes:
    """Return the key that resume codes are hashed with."""
    return sha256(b"perille resume code\0" + key.encode()).digest()
