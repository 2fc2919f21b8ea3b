"""Where statements go on to, with which credentials, and how they travel."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lrs.conftest import Store
from lrs.forwards import SEAL, add, lag
from lrs.samples import statement
from perille.core.errors import BadRequest, Conflict
from perille.core.extensions import db
from perille.core.sealing import Seal, SealError
from perille.lrs.storage.models import LrsForward
from perille.lrs.transfer import forwarding
from perille.lrs.transfer.transport import HttpTransport


def test_credentials_are_sealed_and_follow_a_new_key(work: Callable[..., Any], lrs_app: Flask) -> None:
    add(work)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert "k:s" not in kept
    assert SEAL.open(kept) == "k:s"
    newer = Seal(["n" * 40, "k" * 40])
    with lrs_app.app_context():
        forwarding.seal_credentials(db.session(), newer)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert Seal(["n" * 40]).open(kept) == "k:s"
    with pytest.raises(SealError):
        SEAL.open(kept)


def test_credentials_kept_before_they_were_sealed_are_sealed(work: Callable[..., Any], lrs_app: Flask) -> None:
    add(work)
    work(lambda s: s.execute(update(LrsForward).values(credentials="old:secret")) and None)
    with lrs_app.app_context():
        forwarding.seal_credentials(db.session(), SEAL)
    kept = work(lambda s: s.scalar(select(LrsForward.credentials)))
    assert "secret" not in kept
    assert SEAL.open(kept) == "old:secret"


@pytest.mark.parametrize(
    "endpoint",
    [
        "file:///etc",
        "http://lrs.example/xapi",
        "https://[broken/xapi",
        "https://lrs.example:port/xapi",
        "https://user:pass@lrs.example/xapi",
        "https://lrs.example/xapi?a=b",
        "lrs.example",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(work: Callable[..., Any], endpoint: str) -> None:
    with pytest.raises(BadRequest):
        add(work, endpoint=endpoint)


def test_a_name_is_given_once(work: Callable[..., Any]) -> None:
    add(work)
    with pytest.raises(Conflict):
        add(work)


class _Taker(BaseHTTPRequestHandler):
    """A record store that notes what it is sent; it redirects what comes to /moved."""

    taken: list[tuple[str, str | None, bytes]] = []

    def do_GET(self) -> None:
        self._answer(200, b'{"version": ["1.0.3"]}')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, self.headers["Authorization"], body))
        self._answer(302 if self.path.startswith("/moved") else 200, b"[]")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def taker() -> Iterator[str]:
    """The address of another record store on this machine."""
    _Taker.taken.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_statements_go_over_http_where_that_was_asked_for(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store], taker: str
) -> None:
    add(work, endpoint=f"{taker}/xapi/", allow_http=True)
    ids = make_store().post([statement(), statement()]).json
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 2
    ((path, authorization, body),) = _Taker.taken
    assert (path, authorization) == ("/xapi/statements", "Basic " + base64.b64encode(b"k:s").decode())
    assert [one["id"] for one in json.loads(body)] == ids
    assert lag(work).versions == ("1.0.3",)
    transport.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_credentials_do_not_follow_a_redirect(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store], taker: str
) -> None:
    add(work, endpoint=f"{taker}/moved", allow_http=True)
    make_store().post(statement())
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 0
    assert [path for path, *_ in _Taker.taken] == ["/moved/statements"]
    assert lag(work).last_error.startswith("302")
    transport.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_store_that_is_not_there_is_a_failure_that_is_told(
    work: Callable[..., Any], forward: Callable[..., int], make_store: Callable[..., Store]
) -> None:
    add(work, endpoint="http://127.0.0.1:9/xapi", allow_http=True)
    make_store().post(statement())
    transport: Any = HttpTransport(SEAL)
    assert forward(transport) == 0
    assert (lag(work).failures, lag(work).waiting) == (1, 1)
    assert lag(work).last_error
    transport.close()
