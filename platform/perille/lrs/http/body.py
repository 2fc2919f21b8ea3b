"""The body of a request, read after the credentials were found right: bounded, whole, unpacked where it came packed by gzip."""

from __future__ import annotations

import errno
import os
import zlib
from typing import TYPE_CHECKING

from perille.core.security import BODY_LIMIT, NO_ROOM
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.limits import too_large

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Window bits by which zlib expects the header of gzip (RFC 1952).
_GZIP = 16 + zlib.MAX_WBITS
#: Bytes read at once of a body that nobody wants.
_PIECE = 65_536
#: How much of the body was read: some servers wait for ever when more is asked for than comes.
_TAKEN = "perille.lrs.taken"


def length_of(environ: WSGIEnvironment, limit: int) -> int | None:
    """Return the announced length of the body; None where it is not announced.

    Raise XapiError: 413 over *limit* bytes or where it was thrown away, 400 for what is no number.
    Raise OSError where it was thrown away because the disk is full.
    """
    if environ.get(NO_ROOM):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    thrown_away: int | None = environ.get(BODY_LIMIT)
    if thrown_away is not None:
        raise too_large("Content-Length", f"A body has at most {thrown_away} bytes here.")
    announced = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        return None
    if not (announced.isascii() and announced.isdigit()):
        raise bad_request(Rule.JSON, "Content-Length", "Content-Length is a whole number.")
    length = int(announced[:19])
    if length > limit:
        raise too_large("Content-Length", f"A body has at most {limit} bytes here.")
    return length


def read_bytes(environ: WSGIEnvironment, count: int) -> bytes:
    """Read up to *count* bytes of the body."""
    piece: bytes = environ["wsgi.input"].read(count)
    environ[_TAKEN] = environ.get(_TAKEN, 0) + len(piece)
    return piece


def drain(environ: WSGIEnvironment, limit: int) -> None:
    """Read what is left of a refused body: a server that closes the connection with bytes unread takes the answer back."""
    announced = environ.get("CONTENT_LENGTH") or ""
    length = int(announced[:19]) if announced.isascii() and announced.isdigit() else 0
    left = min(length, limit) - environ.get(_TAKEN, 0)
    while left > 0 and (piece := read_bytes(environ, min(left, _PIECE))):
        left -= len(piece)


def read_body(environ: WSGIEnvironment, limit: int, begun: bytes = b"") -> bytes:
    """Return the whole body, of *limit* bytes at most, also when unpacked. *begun*: what was read of it already.

    Raise XapiError: 413 for a larger one, 400 for one that ends early, 415 for an encoding that is not known.
    """
    length = length_of(environ, limit)
    wanted = (limit + 1 if length is None else length) - len(begun)
    body = begun + read_bytes(environ, wanted) if wanted > 0 else begun
    if len(body) > limit:
        raise too_large("$", f"A body has at most {limit} bytes here.")
    if length is not None and len(body) < length:
        raise bad_request(Rule.JSON, "Content-Length", "The body ended before its announced length.")
    coding = environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if coding in ("", "identity"):
        return body
    if coding in ("gzip", "x-gzip"):
        return _unpacked(body, limit)
    raise XapiError(
        415, Rule.CONTENT_TYPE, "Content-Encoding", f"This store takes no {coding[:20]!r} bodies, only gzip."
    )


def _unpacked(body: bytes, limit: int) -> bytes:
    """Unpack gzip, never more than *limit* bytes of it."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise bad_request(Rule.CONTENT_TYPE, "Content-Encoding", "The body is not gzip.") from None
    if len(unpacked) > limit:
        raise too_large("$", f"A body has at most {limit} bytes here, also when it is unpacked.")
    if not unpacker.eof or unpacker.unused_data:
        raise bad_request(Rule.CONTENT_TYPE, "Content-Encoding", "The body is not one whole gzip stream.")
    return unpacked
