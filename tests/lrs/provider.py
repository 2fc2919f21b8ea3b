"""An OpenID provider on this machine: keys, a key set over http, and tokens, right and wrong."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

AUDIENCE = "https://learn.example/xapi"


def coded(value: bytes) -> str:
    """Write bytes in base64url, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Provider:
    """A provider and what it has signed with."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/realm"
        self.url = f"http://127.0.0.1:{port}/keys"
        self.keys: dict[str, Any] = {
            "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
            "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
            "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
        }
        #: What is answered in place of the keys.
        self.answer: bytes | None = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked = 0

    def key_set(self) -> bytes:
        """Return the public keys."""
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys.values()]}).encode()

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a good token; a value None takes a claim out."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "exp": now + 300,
            "iat": now,
            "client_id": "reporter",
            "scope": "all",
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def token(
        self, algorithm: str = "RS256", *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any
    ) -> str:
        """Return a signed token."""
        own = key or self.keys.get(algorithm)
        head = {"alg": algorithm, "kid": own.kid if own is not None else "rsa", **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        signed = f"{coded(json.dumps(head).encode())}.{coded(json.dumps(self.claims(**claims)).encode())}"
        if own is None:
            return f"{signed}."
        if isinstance(own, SharedSecret):
            return f"{signed}.{coded(own.sign(signed.encode()))}"
        signer = JWSRegistry.algorithms["Ed25519" if algorithm == "EdDSA" else algorithm]
        return f"{signed}.{coded(signer.sign(signed.encode(), own))}"


class SharedSecret:
    """A key of HS256, as an attacker makes one of a public key."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.kid = "rsa"

    def sign(self, text: bytes) -> bytes:
        """Return the code of a text."""
        return hmac.digest(self.secret, text, "sha256")


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            body = provider.key_set() if provider.answer is None else provider.answer
            self.send_response(provider.status)
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
