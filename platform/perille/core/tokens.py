"""Tokens that open something: long random words in an address or a cookie, of which only a hash is kept."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a long random token, 32 bytes: it needs no slow hash, nobody can try all of them.

    >>> len(token_hash("Zm9yIGFsbA"))
    32
    """
    return hashlib.sha256(token.encode()).digest()
