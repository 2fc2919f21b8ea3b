"""multipart/mixed bodies: a statement part first, then one part for each attachment (Communication 1.5.2).

>>> content_type, body = join(b"{}", [Part({"Content-Type": "text/plain"}, b"hello")])
>>> [part.body for part in parts_of(body, boundary_of(content_type))]
[b'{}', b'hello']
>>> _, pieces = stream(b"{}", [])
>>> b"".join(pieces).startswith(b"--")
True
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from perille.lrs.xapi import limits
from perille.lrs.xapi.errors import Rule, bad_request

#: Bytes of a content that are handed to the server at once.
_PIECE = 256 * 1024
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))', re.IGNORECASE)


class Part(Struct):
    """One part: headers with names in small letters, and the bytes."""

    headers: dict[str, str]
    body: bytes


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a Content-Type names; raise XapiError (400) where it names none."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise bad_request(Rule.CONTENT_TYPE, "Content-Type", "multipart/mixed needs a boundary.")
    return (found[1] or found[2]).encode()


def parts_of(body: bytes, boundary: bytes) -> list[Part]:
    """Cut a body at its boundary; it must end in the closing one (RFC 2046 5.1). A content is copied once, for it may be large.

    Raise XapiError for a body without parts (400), and for one of more than `limits.PARTS` (413).
    """
    cut = b"\r\n--" + boundary
    # The first boundary may stand at the very beginning, without a line before it.
    begin = -2 if body.startswith(cut[2:]) else body.find(cut)
    ends: list[tuple[int, int]] = []
    while begin != -1:
        ends.append((begin, begin + len(cut)))
        if len(ends) > limits.PARTS + 2:
            raise limits.too_large("$", f"A body has at most {limits.PARTS} attachments here.")
        begin = body.find(cut, ends[-1][1])
    if len(ends) < 2 or not body.startswith(b"--", ends[-1][1]):
        raise bad_request(
            Rule.CONTENT_TYPE, "Content-Type", "The body has no parts between the boundary that the Content-Type names."
        )
    return [_part(body, start, end) for (_, start), (end, _) in pairwise(ends)]


def _part(body: bytes, start: int, end: int) -> Part:
    while body[start : start + 1] in (b" ", b"\t"):
        start += 1
    if not body.startswith(b"\r\n", start):
        raise bad_request(Rule.CONTENT_TYPE, "$", "A part does not begin on a line of its own.")
    gap = body.find(b"\r\n\r\n", start, end)
    if gap == -1:
        raise bad_request(Rule.CONTENT_TYPE, "$", "A part has no empty line after its headers.")
    if gap - start > limits.PART_HEAD:
        raise limits.too_large("$", f"The headers of a part have at most {limits.PART_HEAD} bytes here.")
    head = body[start:gap]
    lines = re.sub(rb"\r\n[ \t]+", b" ", head).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return Part({name.strip().lower(): value.strip() for name, _, value in pairs}, body[gap + 4 : end])


def join(statements: bytes, parts: Iterable[Part]) -> tuple[str, bytes]:
    """Make a body of statements and attachments; returns its Content-Type too."""
    content_type, pieces = stream(statements, parts)
    return content_type, b"".join(pieces)


def stream(statements: bytes, parts: Iterable[Part]) -> tuple[str, Iterator[bytes]]:
    """Make a body piece by piece, so that only one of the parts is in the memory; returns its Content-Type too."""
    boundary = secrets.token_hex(20)
    return f"multipart/mixed; boundary={boundary}", _pieces(boundary, statements, parts)


def _pieces(boundary: str, statements: bytes, parts: Iterable[Part]) -> Iterator[bytes]:
    yield _head({"Content-Type": "application/json"}, boundary)
    yield statements
    for part in parts:
        yield b"\r\n" + _head(part.headers, boundary)
        for start in range(0, len(part.body), _PIECE):
            yield part.body[start : start + _PIECE]
    yield f"\r\n--{boundary}--\r\n".encode()


def _head(headers: dict[str, str], boundary: str) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"--{boundary}\r\n{head}\r\n".encode()
