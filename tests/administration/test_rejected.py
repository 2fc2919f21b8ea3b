"""Administrators see which requests to the record store were refused, and why."""

from __future__ import annotations

import base64
import json

from lrs.samples import statement
from support.visitor import Visitor
from support.whole import Whole

HERE = "/en/manage/refused"


def make_client(administrator: Visitor, name: str) -> tuple[str, str]:
    """Make a client; return its key and its Authorization header."""
    page = administrator.submit("/en/manage/clients", {"name": name, "scopes": "all"})
    key, secret = (tag.words for tag in page.all("code") if len(tag.words) > 30 and "/" not in tag.words)
    return key, f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}"


def send(whole: Whole, header: str, actor: dict[str, str]) -> int:
    """Store a statement of an actor; return the status."""
    headers = {"Authorization": header, "X-Experience-API-Version": "2.0.0", "Content-Type": "application/json"}
    client = whole.app.test_client()
    return client.post("/xapi/statements", data=json.dumps(statement(actor=actor)), headers=headers).status_code


def test_refused_requests_are_shown_by_client_and_by_text(whole: Whole, administrator: Visitor) -> None:
    assert "Nothing was found." in administrator.get(HERE).text
    (one, first), (_two, second) = make_client(administrator, "<One>"), make_client(administrator, "Two")
    assert send(whole, first, {"mbox": "anna"}) == 400
    assert send(whole, second, {"openid": "no"}) == 400
    page = administrator.get(HERE)
    rows = [tag.words for tag in page.all("tr")][1:]
    assert ["Two" in rows[0], "<One>" in rows[1]] == [True, True]
    assert "$.actor.mbox" in rows[1]
    assert "An mbox is a mailto IRI. xAPI 1.0.3 Data 2.4.2.3" in rows[1]
    assert "<One>" not in page.html
    assert page.headers["Cache-Control"] == "no-store"
    (only,) = [tag.words for tag in administrator.get(f"{HERE}?client={one}").all("tr")][1:]
    assert "$.actor.mbox" in only
    assert len(administrator.get(f"{HERE}?client=%00&text=%00").all("tr")) == 3, "a NUL is no letter to look for"
    (found,) = [tag.words for tag in administrator.get(f"{HERE}?text=absolute IRI").all("tr")][1:]
    assert "$.actor.openid" in found
    assert HERE in [tag["href"].partition("?")[0] for tag in administrator.get(f"/en/manage/clients/{one}").all("a")]


def test_nobody_else_sees_them(visitor: Visitor) -> None:
    assert visitor.get(HERE).status == 403
