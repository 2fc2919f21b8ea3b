"""Programs that use a record store with credentials from a page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from support.visitor import Page
from support.whole import Whole


def credentials(page: Page) -> tuple[str, str]:
    """Return the key and secret that a page shows."""
    assert page.status == 200
    return page.one("code", id="key").words, page.one("code", id="secret").words


def headers_of(known: tuple[str, str]) -> Mapping[str, str]:
    """Return the headers of a request with these credentials."""
    token = base64.b64encode(":".join(known).encode()).decode()
    return {"Authorization": f"Basic {token}", "X-Experience-API-Version": "2.0.0"}


def store(whole: Whole, known: tuple[str, str], sent: Mapping[str, Any]) -> int:
    """Store a statement with these credentials; return the status."""
    return whole.app.test_client().post("/xapi/statements", json=sent, headers=headers_of(known)).status_code


def get(whole: Whole, known: tuple[str, str], path: str = "statements") -> TestResponse:
    """Read with these credentials."""
    return whole.app.test_client().get(f"/xapi/{path}", headers=headers_of(known))
