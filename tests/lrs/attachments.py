"""Statements with attachments, as clients send them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from werkzeug.test import TestResponse

from lrs.conftest import Store

CONTENT = b"line one\r\n--not a boundary\r\n\x00\xff"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


def described(content: bytes, **overrides: Any) -> dict[str, Any]:
    """Return the attachment that names a content."""
    made = {
        "usageType": "https://a.example/file",
        "display": {"en": "A file"},
        "contentType": "application/octet-stream",
    }
    return {**made, "length": len(content), "sha2": hashlib.sha256(content).hexdigest(), **overrides}


def multipart(sent: Any, *contents: bytes, boundary: str = "cut", **headers: str) -> bytes:
    """Write a body of statements and contents."""
    parts = [b"Content-Type: application/json\r\n\r\n" + json.dumps(sent).encode()]
    for content in contents:
        own = {"Content-Type": "application/octet-stream", "Content-Transfer-Encoding": "binary"}
        own |= {"X-Experience-API-Hash": hashlib.sha256(content).hexdigest()} | headers
        parts.append("".join(f"{name}: {value}\r\n" for name, value in own.items()).encode() + b"\r\n" + content)
    cut = f"--{boundary}".encode()
    return b"".join(cut + b"\r\n" + part + b"\r\n" for part in parts) + cut + b"--\r\n"


def send(store: Store, body: bytes, boundary: str = "cut") -> TestResponse:
    """POST a multipart body."""
    return store.post(body, headers={"Content-Type": f"multipart/mixed; boundary={boundary}"})
