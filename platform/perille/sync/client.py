"""The laptop's side of the line: one request a part, with the key of the organisation."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

import urllib3

from perille.core.database import utcnow
from perille.core.errors import ConfigError
from perille.server.room import is_private
from perille.sync.response_schemas import ConnectionLost, why_unreadable
from perille.sync.wire import Row, SyncRefusal, pack, unpack

PATH = "/sync/v1"
#: Seconds to wait for a connection, and for an answer.
_CONNECT, _READ = 10.0, 60.0
#: What an encrypted line tells that ended in the middle, also of its greeting.
_ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
#: Bytes of an answer: larger than a part, for what is told beside the rows.
_MOST_READ = 1_000_000
# A line that ends among the headers is told in our own words; urllib3 would print a traceback beside them.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


class Transport(Protocol):
    """Sends one request and returns status and body; raises OSError where the line is cut."""

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        """Send a request to an address below the office's."""
        ...


class HttpTransport:
    """Speaks over https. Redirects are not followed: the key is for one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=_CONNECT, read=_READ), retries=False, maxsize=1
        )

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        """Send a request."""
        try:
            answer = self._pool.request(
                method, self._url + path, body=body, headers=headers, redirect=False, preload_content=False
            )
            try:
                return answer.status, answer.read(_MOST_READ)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise OSError(_what_happened(error)) from error


def _what_happened(error: urllib3.exceptions.HTTPError) -> str:
    """Say in plain words what became of a request: who reads it sits in a room with a laptop."""
    if isinstance(error, (urllib3.exceptions.ProtocolError, urllib3.exceptions.ReadTimeoutError)):
        return "the line was cut."
    if isinstance(error, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return "nobody answers. Is there internet, and is the address right?"
    if isinstance(error, urllib3.exceptions.SSLError) and error.args and isinstance(error.args[0], _ENDED):
        return "the line was cut."
    if isinstance(error, urllib3.exceptions.SSLError):
        return _what_is_wrong_with_the_certificate(error)
    return f"{type(error).__name__}: {error}"


def _what_is_wrong_with_the_certificate(error: urllib3.exceptions.SSLError) -> str:
    """Say why no key was sent: who answers may be anybody."""
    cause = error.args[0] if error.args else None
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return "no encrypted line could be made with what answers at this address. Is the address right?"
    return (
        f"this computer does not trust the certificate of this address ({cause.verify_message}), so nothing was sent. Is the address "
        "right, and the clock of this computer? A network with a sign-in page of its own answers so, too. For an office with a "
        "certificate that only it knows, ask who runs it for the file, and set SSL_CERT_FILE to it."
    )


def office_key(text: str) -> str:
    """Return a key as it was given; raise ConfigError for what no request could carry.

    >>> office_key(" room-abc ")
    'room-abc'
    """
    key = text.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            "A key is one word that begins with room-. Copy it whole from the page of the office, and nothing else."
        )
    return key


def _may_carry_a_key(scheme: str, host: str) -> bool:
    return scheme == "https" or (scheme == "http" and (is_private(host) or host == "localhost"))


def office_address(url: str) -> str:
    """Return the address of an office without a slash at its end; raise ConfigError where the key would go over an open line.

    >>> office_address("https://learn.example.org/")
    'https://learn.example.org'
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ConfigError(f"{url[:200]!r}: this is no address of a site.") from error
    if not host or not _may_carry_a_key(parts.scheme, host) or parts.query or parts.fragment or parts.username:
        raise ConfigError(f"{url[:200]!r}: the office's address begins with https:// and has no user name in it")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


class Office:
    """The office, as a laptop speaks to it in one run."""

    def __init__(self, transport: Transport, key: str, run: UUID) -> None:
        self._transport = transport
        self._key = key
        self.run = run

    def get(self, path: str) -> tuple[Row, list[Row]]:
        """Return the first line of an answer and the others."""
        return self._ask("GET", path, None)

    def post(self, path: str, lines: Iterable[Row]) -> list[Row]:
        """Send a part; return what is answered to it, line by line."""
        return self._ask("POST", path, pack(lines))[1]

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[Row, list[Row]]:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/x-ndjson",
            "Accept-Encoding": "identity",
            "Perille-Run": str(self.run),
            "Perille-Clock": utcnow().isoformat(),
        }
        try:
            status, answer = self._transport(method, PATH + path, headers, body)
        except OSError as error:
            raise ConnectionLost(f"The office was not reached: {error}") from error
        # 511 is of the network in between, which wants a sign-in (RFC 6585).
        if status >= 500 and status != 511:
            raise ConnectionLost(f"The office has a fault (status {status}).")
        try:
            head, lines = unpack(answer, most=_MOST_READ)
        except SyncRefusal as error:
            raise why_unreadable(status, answer, error) from error
        if "refused" in head:
            raise SyncRefusal(str(head["refused"]), str(head.get("words", ""))[:500], status)
        return head, lines
