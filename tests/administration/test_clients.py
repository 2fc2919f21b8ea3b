"""Administrators make, list, rotate and withdraw the record store's clients; each change is in the audit table."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from lrs.samples import statement
from perille.core.database import utcnow
from perille.lrs.storage.models import LrsClient
from perille.people.models import AuditEntry, Role
from support.people import invite_as
from support.visitor import Page, Visitor
from support.whole import Whole

CLIENTS = "/en/manage/clients"
FORM = {"name": "A  player ", "scopes": ["statements/write", "state"], "last_day": ""}


def credentials(page: Page) -> tuple[str, str]:
    """Return the key and secret that a page shows."""
    assert page.status == 200
    return page.one("code", id="key").words, page.one("code", id="secret").words


def store(whole: Whole, known: tuple[str, str]) -> int:
    """Store a statement with these credentials; return the status."""
    token = base64.b64encode(":".join(known).encode()).decode()
    headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": "2.0.0"}
    return whole.app.test_client().post("/xapi/statements", json=statement(), headers=headers).status_code


def audit(whole: Whole) -> list[tuple[str, str]]:
    entries = whole.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("lrs-client")).order_by(AuditEntry.id)
    )
    assert all(entry.account_id is not None for entry in entries)
    return [(entry.action, str(entry.details["client"])) for entry in entries]


def test_a_client_is_made_and_its_secret_shown_once(whole: Whole, administrator: Visitor) -> None:
    made = administrator.submit(CLIENTS, FORM)
    key, secret = credentials(made)
    assert (made.headers["Cache-Control"], made.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert made.one("code", id="endpoint").words == "http://localhost/xapi/"
    assert store(whole, (key, secret)) == 200
    listed, own = administrator.get(CLIENTS), administrator.get(f"{CLIENTS}/{key}")
    assert "A player" in listed.text
    assert "statements/write" in listed.one("tbody").words
    assert key in own.text
    assert secret not in listed.html + own.html
    assert audit(whole) == [("lrs-client.made", key)]
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "lrs-client.made"))
    assert entry.details == {"client": key, "scopes": ["state", "statements/write"]}


def test_the_page_of_a_secret_has_an_address_that_shows_nothing_twice(whole: Whole, administrator: Visitor) -> None:
    reply = administrator.post(CLIENTS, FORM)
    assert reply.status == 303
    key, secret = credentials(administrator.get(reply.location))
    assert secret not in reply.location + str(reply.headers)
    again = administrator.get(reply.location)
    assert (again.status, again.location) == (302, f"{CLIENTS}/{key}")
    assert len(whole.scalars(select(LrsClient))) == 1, "reload made nothing anew"


def test_a_client_works_to_the_end_of_its_last_day(whole: Whole, administrator: Visitor) -> None:
    today = utcnow().date()
    credentials(administrator.submit(CLIENTS, {**FORM, "last_day": today.isoformat()}))
    (row,) = whole.scalars(select(LrsClient))
    assert row.expires_at is not None
    assert timedelta(0) < row.expires_at - utcnow() <= timedelta(days=1)
    assert row.expires_at.date() == today + timedelta(days=1)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"last_day": "9999-12-31"}, "as year-month-day"),
        ({"name": " "}, "Please write a name."),
        ({"name": "\x00"}, "Please write a name."),
        ({"name": "n" * 201}, "This name is too long."),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["root"]}, "Choose at least one"),
        ({"last_day": "2020-01-01"}, "This day is over."),
        ({"last_day": "tomorrow"}, "as year-month-day"),
    ],
)
def test_a_form_that_is_not_right_says_why_and_makes_nothing(
    whole: Whole, administrator: Visitor, wrong: dict[str, object], word: str
) -> None:
    page = administrator.submit(CLIENTS, {**FORM, **wrong})
    assert page.status == 200
    assert word in " ".join(tag.words for tag in page.tags if tag.attributes.get("role") == "alert")
    assert whole.scalars(select(LrsClient)) == []
    assert audit(whole) == []


def test_a_new_secret_replaces_the_old_one(whole: Whole, administrator: Visitor) -> None:
    key, old = credentials(administrator.submit(CLIENTS, FORM))
    again = credentials(administrator.submit(f"{CLIENTS}/{key}/rotate"))
    assert again[0] == key
    assert (store(whole, (key, old)), store(whole, again)) == (401, 200)
    assert audit(whole)[1:] == [("lrs-client.rotated", key)]


def test_a_withdrawn_client_does_nothing_more(whole: Whole, administrator: Visitor) -> None:
    known = credentials(administrator.submit(CLIENTS, FORM))
    here = f"{CLIENTS}/{known[0]}"
    assert store(whole, known) == 200
    assert administrator.post(f"{here}/revoke").location == here
    assert store(whole, known) == 401
    page = administrator.get(here)
    assert "Withdrawn" in page.text
    assert [form["action"] for form in page.all("form") if known[0] in form["action"]] == []
    assert [administrator.post(f"{here}/{what}").status for what in ("rotate", "revoke")] == [303, 303]
    assert audit(whole)[1:] == [("lrs-client.revoked", known[0])]


def test_a_client_that_is_none_is_not_there(administrator: Visitor) -> None:
    assert administrator.get(f"{CLIENTS}/abc").status == 404
    assert administrator.post(f"{CLIENTS}/abc/rotate").status == 404
    assert administrator.post(f"{CLIENTS}/abc/revoke").status == 404


def test_another_site_cannot_make_or_withdraw_a_client(whole: Whole, administrator: Visitor) -> None:
    key, _secret = credentials(administrator.submit(CLIENTS, FORM))
    for address in (CLIENTS, f"{CLIENTS}/{key}/rotate", f"{CLIENTS}/{key}/revoke"):
        assert administrator.post(address, FORM, Origin="https://else.example").status == 403
    assert audit(whole) == [("lrs-client.made", key)]


@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.TRAINER, Role.AUTHOR])
def test_nobody_else_opens_these_pages(whole: Whole, visitor: Visitor, role: Role | None) -> None:
    if role is not None:
        visitor.post(invite_as(whole, role, "ari@example.org"))
    number = "0191d2f3-0000-7000-8000-000000000000"
    pages = ["clients", "clients/abc", "statements", "statements/rows", f"statements/{number}", "forwarding"]
    assert [visitor.get(f"/en/manage/{page}").status for page in pages] == [403] * len(pages)
    posts = ["clients", "clients/abc/rotate", "clients/abc/revoke"]
    assert [visitor.post(f"/en/manage/{page}", FORM).status for page in posts] == [403] * len(posts)
    assert whole.scalars(select(LrsClient)) == []
