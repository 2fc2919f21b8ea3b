"""Administrators say whose tokens the record store accepts."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from lrs.provider import AUDIENCE, Provider
from perille.lrs.storage.models import LrsIssuer
from perille.people.models import AuditEntry
from support.visitor import Visitor
from support.whole import Whole

HERE = "/en/manage/issuers"
ISSUER = "https://login.example.org/realm"


def test_an_issuer_is_added_used_and_removed(whole: Whole, administrator: Visitor) -> None:
    provider = Provider(1)
    form = {
        "name": " The <realm> ",
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": provider.key_set().decode(),
        "claim": "roles",
        "map": "writer = statements/write",
        "scopes": "all",
        "algorithms": "RS256",
    }
    assert administrator.post(HERE, form).status == 303
    page = administrator.get(HERE)
    assert "The <realm>" in [tag.words for tag in page.all("bdi")]
    assert "writer = statements/write" in [tag.words for tag in page.all("code")]
    assert send(whole, provider.token(iss=ISSUER, roles=["writer"])) == 200
    assert send(whole, provider.token("ES256", iss=ISSUER, roles=["writer"])) == 401
    (row,) = whole.scalars(select(LrsIssuer))
    assert administrator.post(f"{HERE}/{row.id}/remove").status == 303
    assert send(whole, provider.token(iss=ISSUER, roles=["writer"])) == 401
    actions = whole.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("lrs-issuer")))
    assert sorted(actions) == ["lrs-issuer.added", "lrs-issuer.removed"]


def send(whole: Whole, token: str) -> int:
    """Store an empty batch with a token; return the status."""
    headers = {
        "Authorization": f"Bearer {token}",
        "X-Experience-API-Version": "2.0.0",
        "Content-Type": "application/json",
    }
    return whole.app.test_client().post("/xapi/statements", data=json.dumps([]), headers=headers).status_code


def test_what_is_wrong_is_said_and_what_was_typed_stays(whole: Whole, administrator: Visitor) -> None:
    page = administrator.submit(
        HERE, {"name": "Realm", "issuer": "http://login.example.org", "audience": "a", "claim": "c", "scopes": "all"}
    )
    assert page.status == 200
    assert "https" in page.one("div", role="alert").words
    assert page.one("input", id="issuer")["value"] == "http://login.example.org"
    assert whole.scalars(select(LrsIssuer)) == []


@pytest.mark.parametrize("address", ["https://[", "https://[x]y/", "https://\u2100.example/"])
@pytest.mark.parametrize("field", ["issuer", "jwks_url"])
def test_an_address_that_cannot_be_taken_apart_is_refused(administrator: Visitor, field: str, address: str) -> None:
    form = {"name": "Realm", "audience": "a", "claim": "c", "scopes": "all", "algorithms": "RS256"}
    page = administrator.submit(HERE, form | {"issuer": ISSUER, "jwks_url": f"{ISSUER}/keys", field: address})
    assert page.status == 200
    assert page.one("div", role="alert").words


def test_nobody_else_may(whole: Whole, visitor: Visitor) -> None:
    assert visitor.get(HERE).status == 403
    assert visitor.post(HERE, {"name": "x"}).status == 403
