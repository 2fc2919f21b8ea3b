"""Requests to other record stores: what goes out, what comes back, over HTTP with kept connections."""

from __future__ import annotations

import base64
from typing import Protocol

import msgspec
import urllib3
from msgspec import Struct

from perille.core.decoding import read_json
from perille.core.sealing import Seal
from perille.lrs.storage.models import LrsForward
from perille.lrs.xapi.versions import HEADER, Version

#: Seconds to wait for a connection, and for an answer.
CONNECT, READ = 10.0, 20.0
#: Bytes of an answer that are read, and characters of it that are kept as the reason of a refusal.
_MOST_READ, _MOST_KEPT = 65_536, 300


class Reply(Struct, frozen=True):
    """What another store answered."""

    status: int
    reason: str = ""
    #: The beginning of its body: most stores say there what they do not like.
    detail: str = ""

    @property
    def summary(self) -> str:
        """Status, reason and detail in one line."""
        return " ".join(f"{self.status} {self.reason} {self.detail}".split())[:_MOST_KEPT]


class ForwardRequest(Struct, frozen=True):
    """The body of one request to another store."""

    body: bytes
    content_type: str
    version: Version


class Transport(Protocol):
    """Speaks to another store; raises OSError when it cannot be reached."""

    def __call__(self, forward: LrsForward, parcel: ForwardRequest) -> Reply:
        """Send *parcel* and return what the other store answered."""
        ...

    def versions(self, forward: LrsForward) -> list[str]:
        """Return the xAPI versions that the other store says it speaks (Communication 2.8 About); none where it does not say."""
        ...


class _About(Struct):
    version: list[str] = msgspec.field(default_factory=list)


class HttpTransport:
    """Speaks over HTTP; connections are kept while it lives. Redirects are not followed: credentials are for one address."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT, read=READ), retries=False, maxsize=2, num_pools=8
        )

    def __call__(self, forward: LrsForward, parcel: ForwardRequest) -> Reply:
        """POST statements to another store."""
        credentials = base64.b64encode(self._seal.open(forward.credentials).encode()).decode()
        headers = {
            "Authorization": f"Basic {credentials}",
            "Content-Type": parcel.content_type,
            HEADER: parcel.version.value,
        }
        return self._request("POST", f"{forward.endpoint}/statements", headers, parcel.body)

    def versions(self, forward: LrsForward) -> list[str]:
        """Read the versions from the About resource, which needs neither credentials nor a version."""
        reply = self._request("GET", f"{forward.endpoint}/about", {}, None)
        try:
            return read_json(reply.detail, _About).version if reply.status == 200 else []
        except msgspec.DecodeError:
            return []

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _request(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        try:
            answer = self._pool.request(
                method, url, body=body, headers=headers, redirect=False, preload_content=False, decode_content=True
            )
            try:
                detail = answer.read(_MOST_READ).decode("utf-8", "replace")
                answer.drain_conn()
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise OSError(f"{type(error).__name__}: {error}") from error
        return Reply(answer.status, answer.reason or "", detail)
