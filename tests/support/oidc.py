"""Sign-in services of organisations: a real one (npm oidc-provider), and one in a few lines that lies as it is told."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import msgspec
import requests
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from webauthn.helpers import bytes_to_base64url

from support.mail import free_port
from support.places import ROOT
from support.programs import find_node

CLIENT, SECRET = "perille", "a secret of tests"


@dataclass
class RealProvider:
    """The npm package oidc-provider, as a process."""

    issuer: str

    def sign_in(self, address: str, login: str) -> str:
        """Do what a person does there: sign in and agree; return the address that leads back."""
        browser = requests.Session()
        page = browser.get(address, allow_redirects=False)
        for _step in range(12):
            if page.is_redirect:
                address = urljoin(page.url, page.headers["Location"])
                if not address.startswith(self.issuer):
                    return address
                page = browser.get(address, allow_redirects=False)
                continue
            form = (
                {"prompt": "login", "login": login, "password": "x"}
                if 'name="login"' in page.text
                else {"prompt": "consent"}
            )
            found = re.search(r'action="([^"]+)"', page.text)
            assert found, page.text[:500]
            page = browser.post(urljoin(page.url, found[1]), data=form, allow_redirects=False)
        raise AssertionError(page.url)


@contextmanager
def real_provider(redirect: str) -> Iterator[RealProvider]:
    """Run the real provider, to which *redirect* is the way back."""
    node, port = find_node(), free_port()
    assert node is not None
    command = [str(node), str(ROOT / "tests" / "support" / "oidc_provider.mjs"), str(port), redirect]
    with subprocess.Popen(
        command, cwd=ROOT / "tests", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if line.strip() == "ready":
                    break
            else:
                raise AssertionError("".join(said))
            yield RealProvider(f"http://127.0.0.1:{port}")
        finally:
            process.kill()


@dataclass
class Liar:
    """A provider that says what it is told to say."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    #: Put over the claims of the ID token; None takes a claim away.
    claims: dict[str, Any] = field(default_factory=dict)
    #: Put over what it says of itself.
    metadata: dict[str, Any] = field(default_factory=dict)
    #: Seconds that its clock is ahead.
    ahead: int = 0
    #: Algorithm of the ID token: RS256, HS256 with the client's secret, or none.
    algorithm: str = "RS256"
    #: Path -> status with which it answers in place of what is asked.
    broken: dict[str, int] = field(default_factory=dict)
    #: Paths on which it says nothing at all.
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    #: Code -> nonce and challenge of the request that it answers.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def sign_in(self, address: str, **changes: str) -> str:
        """Answer a browser that comes to sign in at once; return the address that leads back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"], **changes})

    def answer(self, path: str, body: str) -> tuple[int, bytes]:
        """Answer a request of the site."""
        self.asked.append(path)
        if path in self.silent:
            self.released.wait(30)
        if path in self.broken:
            return self.broken[path], b"<h1>Something is wrong</h1>"
        if path == "/.well-known/openid-configuration":
            return 200, msgspec.json.encode(self._about())
        if path == "/jwks":
            return 200, msgspec.json.encode(KeySet([self.key]).as_dict(private=False))
        if path == "/token":
            return 200, msgspec.json.encode(self._token(parse_qs(body)))
        return 404, b""

    def _about(self) -> dict[str, Any]:
        base = {"issuer": self.issuer, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
        pages = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return base | {name: self.issuer + path for name, path in pages.items()} | self.metadata

    def _token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        asked = self.codes[form["code"][0]]
        assert form["client_secret"] == [SECRET]
        now = int(time.time()) + self.ahead
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "liar-1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "name": "Aino",
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            parts = (msgspec.json.encode(each) for each in ({"alg": "none"}, claims))
            return ".".join(bytes_to_base64url(each) for each in parts) + "."
        if self.algorithm == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32, "x")))
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


@contextmanager
def lying_provider() -> Iterator[Liar]:
    """Run a liar on a port of this machine."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, body: str) -> None:
            status, said = liar.answer(urlsplit(self.path).path, body)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                return

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    liar.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        liar.released.set()
        server.shutdown()
        server.server_close()


@contextmanager
def nobody_listens() -> Iterator[str]:
    """Return the address of a port that takes no connection."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
