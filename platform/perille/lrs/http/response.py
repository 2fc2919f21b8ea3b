"""What a call is answered with: a status, headers, bytes. No web framework: the door writes it out."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from msgspec import Struct, field
from sqlalchemy.exc import DBAPIError

from perille.core.database import is_transient
from perille.core.outage import OutageCause, note_trouble
from perille.lrs.xapi import validators
from perille.lrs.xapi.errors import XapiError
from perille.lrs.xapi.parsing import encode

log = logging.getLogger(__name__)

JSON = "application/json"
STATUS = {
    200: "200 OK", 204: "204 No Content", 304: "304 Not Modified", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
    404: "404 Not Found", 405: "405 Method Not Allowed", 409: "409 Conflict", 412: "412 Precondition Failed",
    413: "413 Content Too Large", 414: "414 URI Too Long", 415: "415 Unsupported Media Type", 429: "429 Too Many Requests",
    431: "431 Request Header Fields Too Large", 500: "500 Internal Server Error", 503: "503 Service Unavailable",
    507: "507 Insufficient Storage",
}  # fmt: skip
#: A document that a client stored never acts as a page of ours.
SAFE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
#: Bytes from which packing an answer is worth its work, and how hard it is packed: a little, for it costs the server's time.
_WORTH_PACKING, _LEVEL = 1024, 1

#: What the names of errors begin with that are no trouble of the moment (SQLite; PostgreSQL's classes), the status, and what is said.
_REFUSALS = (
    (("SQLITE_FULL", "53100"), 507, "The store's disk is full. Nothing of this request was stored."),
    (("SQLITE_TOOBIG", "54"), 413, "The request is larger than the database can keep. Nothing of it was stored."),
    (("SQLITE_RANGE", "22"), 400, "The database cannot keep a value of this request. Nothing of it was stored."),
)


class XapiResponse(Struct):
    """An answer to a call."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    #: What is sent in place of `body` where all of it would be too much for the memory; its length is not announced.
    stream: Iterable[bytes] | None = None

    def modified(self, micros: int) -> XapiResponse:
        """Say when what is answered was changed last, microseconds since 1970 (2.0 4.1.3)."""
        moment: datetime = validators.moment(micros)
        self.headers["Last-Modified"] = format_datetime(moment, usegmt=True)
        return self


def json_response(value: object) -> XapiResponse:
    """Answer with a value as JSON."""
    return XapiResponse(body=encode(value))


def error_response_of(fault: XapiError) -> XapiResponse:
    """Answer a refusal with the path of what is wrong, the rule broken and its clause."""
    answer = XapiResponse(fault.status, encode(fault.as_dict()), headers=dict(fault.headers))
    if fault.status == 401:
        answer.headers.setdefault("WWW-Authenticate", 'Basic realm="xAPI"')
    if fault.status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def error_response(status: int, message: str) -> XapiResponse:
    """Answer what is no client's fault."""
    answer = XapiResponse(status, encode({"error": message}))
    if status in (503, 507):
        answer.headers["Retry-After"] = "5"
    return answer


def packed(answer: XapiResponse, accepted: str | None) -> XapiResponse:
    """Pack an answer by gzip for a client that takes it. A document is left as it is: its ETag is that of its own bytes."""
    if answer.stream is not None or len(answer.body) < _WORTH_PACKING or "ETag" in answer.headers:
        return answer
    answer.headers["Vary"] = "Accept-Encoding"
    if accepted and _takes_gzip(accepted):
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        answer.body = packer.compress(answer.body) + packer.flush()
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header names gzip or any coding, and not with q=0 (RFC 9110 12.5.3)."""
    wishes = {tag.lower(): quality for tag, quality in validators.read_quality_values(accepted)}
    return wishes.get("gzip", wishes.get("*", 0)) > 0


def database_answer(error: DBAPIError) -> XapiResponse:
    """Answer a fault of the database: full is 507, busy or away is 503; nothing of the request was stored.

    What a database cannot keep is refused before it gets there; should it get there all the same, sending it again would not help.
    """
    name = _code_of(error)
    trouble = note_trouble(error)
    if trouble in (OutageCause.BUSY, OutageCause.REFUSED):
        log.error("database: %s %s", type(error.orig).__name__, name)
    for beginnings, status, message in _REFUSALS:
        if name.startswith(beginnings):
            return error_response(status, message)
    again = "Send it again in a moment." if is_transient(error) else f"The database cannot be used: {trouble.value}."
    return error_response(503, f"Nothing of this request was stored. {again}")


def _code_of(error: DBAPIError) -> str:
    """Return what SQLite or PostgreSQL calls an error, or the class of the codes for a value that the driver refused without asking."""
    name = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "") or ""
    return name or ("22" if type(error.orig).__name__ == "DataError" else "")
