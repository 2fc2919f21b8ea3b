"""Staff sign in with a link that works once; reading it uses nothing up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.errors import BadRequest
from perille.core.extensions import db
from perille.people.models import Account, AccountSession, AuditEntry, Membership, Role, SignInLink
from perille.people.services import LINK_LIFE, SESSION_LIFE
from perille.people.sign_in.first_link import FIRST, invite_first
from perille.people.sign_in.models import Authenticator
from support.people import invite_as, verify
from support.visitor import Visitor
from support.whole import Whole

MANAGE = "/en/manage"


def invited(whole: Whole, role: Role = Role.ADMINISTRATOR, email: str = "eva@example.org") -> str:
    """Return the address of a new sign-in link."""
    return invite_as(whole, role, email)


def test_a_link_signs_in_once(whole: Whole, visitor: Visitor) -> None:
    link = invited(whole)
    page = visitor.post(link)
    assert (page.status, page.location) == (303, "/en/sign-in/second-factor")
    assert "HttpOnly" in page.headers["Set-Cookie"]
    verify(whole)
    assert visitor.get(MANAGE).status == 200
    other = whole.visitor()
    assert other.submit(link).status == 410
    assert other.get(link).status == 410
    assert other.get(MANAGE).status == 403


def test_looking_at_a_link_uses_nothing_up(whole: Whole, visitor: Visitor) -> None:
    link, before = invited(whole), whole.counts()
    for _look in range(3):
        page = visitor.get(link)
        assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
        assert visitor.client.head(link).status_code == 200
    assert visitor.cookie("perille_account") is None
    assert whole.counts() == before
    assert visitor.post(link).status == 303


@pytest.mark.parametrize("token", ["x", "A" * 32, "é", "A" * 3000])
def test_a_link_that_was_made_up_does_not_work(visitor: Visitor, token: str) -> None:
    for page in (visitor.get(f"/fi/sign-in/{token}"), visitor.submit(f"/fi/sign-in/{token}")):
        assert (page.status, page.language) == (410, "fi")
        assert page.one("a", class_="main")["href"] == "/fi/sign-in"


def test_an_old_link_does_not_work(whole: Whole, visitor: Visitor) -> None:
    link = invited(whole)
    with time_machine.travel(utcnow() + LINK_LIFE + timedelta(seconds=1)):
        assert visitor.get(link).status == 410
        assert visitor.submit(link).status == 410


def test_one_is_signed_out_after_some_hours(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invited(whole))
    with time_machine.travel(utcnow() + SESSION_LIFE + timedelta(seconds=1)):
        assert visitor.get(MANAGE).status == 403


def test_signing_out_ends_it_on_the_server_too(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invited(whole))
    stolen = visitor.cookie("perille_account")
    assert stolen
    page = visitor.post("/en/sign-out")
    assert (page.status, page.location) == (303, "/en/")
    assert visitor.cookie("perille_account") is None
    thief = whole.visitor()
    thief.client.set_cookie("perille_account", stolen)
    assert thief.get(MANAGE).status == 403
    assert whole.scalars(select(AccountSession)) == []


def test_leaving_quickly_signs_staff_out(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invited(whole))
    verify(whole)
    assert visitor.get(MANAGE).status == 200
    visitor.post("/leave")
    assert not visitor.get("/en/resume").all("form", action="/en/resume/here")
    visitor.post("/en/resume/here")
    assert visitor.get(MANAGE).status == 403
    assert whole.scalars(select(AccountSession)) == []


def test_leaving_and_forgetting_ends_the_session_of_staff(whole: Whole, visitor: Visitor) -> None:
    visitor.post(invited(whole))
    visitor.post("/forget")
    assert visitor.cookie("perille_account") is None
    assert whole.scalars(select(AccountSession)) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_other_roles_do_not_see_the_administrators_page(whole: Whole, visitor: Visitor, role: Role) -> None:
    visitor.post(invited(whole, role))
    page = visitor.get("/ar/manage")
    assert (page.status, page.language) == (403, "ar")
    # Nobody is left at a closed door: there is a way out.
    assert "eva@example.org" in page.text
    assert visitor.post(page.one("form", action="/ar/sign-out")["action"]).status == 303
    assert visitor.cookie("perille_account") is None


def test_nobody_sees_the_administrators_page_without_signing_in(visitor: Visitor) -> None:
    assert visitor.get(MANAGE).status == 403
    visitor.start()
    visitor.client.set_cookie("perille_account", visitor.cookie() or "")
    assert visitor.get(MANAGE).status == 403


def test_a_disabled_account_is_out_at_once(whole: Whole, visitor: Visitor) -> None:
    link = invited(whole)
    visitor.post(invited(whole))
    whole.do(lambda: db.session.execute(update(Account).values(disabled_at=utcnow())), write=True)
    assert visitor.get(MANAGE).status == 403
    assert whole.visitor().submit(link).status == 410


def test_tokens_are_not_kept(whole: Whole, visitor: Visitor) -> None:
    link = invited(whole)
    visitor.post(link)
    secrets = {link.rsplit("/", 1)[1].encode(), (visitor.cookie("perille_account") or "").encode()}
    rows = [*whole.scalars(select(SignInLink)), *whole.scalars(select(AccountSession))]
    assert len(rows) == 2
    assert not {row.token_hash for row in rows} & secrets


def test_what_staff_do_is_noted_and_names_no_learner(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(invited(whole))
    entries = whole.scalars(select(AuditEntry).order_by(AuditEntry.at))
    assert [entry.action for entry in entries] == ["role.given", "account.invited", "account.signed-in"]


def test_inviting_again_gives_one_more_role_and_makes_no_second_account(whole: Whole) -> None:
    invited(whole, Role.TRAINER, "Eva@Example.org ")
    invited(whole, Role.AUTHOR, "eva@example.org")
    assert [(account.email, account.email_key) for account in whole.scalars(select(Account))] == [
        ("Eva@example.org", "eva@example.org")
    ]
    assert sorted(whole.scalars(select(Membership.role))) == ["author", "trainer"]


@pytest.mark.parametrize("email", ["", "eva", "a b@c.example", "@c.example", "a@", "x" * 300 + "@c.example"])
def test_an_address_that_is_none_is_refused(whole: Whole, email: str) -> None:
    with pytest.raises(BadRequest):
        invited(whole, Role.TRAINER, email)


def first(whole: Whole) -> str | None:
    return whole.do(lambda: invite_first(db.session), write=True)


def test_each_start_prints_a_link_until_an_administrator_has_a_second_factor(whole: Whole, visitor: Visitor) -> None:
    old, new = first(whole), first(whole)
    assert visitor.submit(f"/en/sign-in/{old}").status == 410
    assert visitor.post(f"/en/sign-in/{new}").status == 303
    # Who closed the page that asks for a second factor would be locked out.
    assert first(whole)
    (account_id,) = whole.scalars(select(Account.id).where(Account.email == FIRST))
    app = Authenticator(account_id=account_id, secret="sealed", confirmed_at=utcnow())  # noqa: S106
    whole.do(lambda: db.session.add(app), write=True)
    assert first(whole) is None


def test_the_first_link_does_not_end_invitations_by_name(whole: Whole, visitor: Visitor) -> None:
    link = invited(whole, Role.TRAINER, "bo@example.org")
    assert first(whole)
    assert visitor.post(link).status == 303
    # A trainer is no administrator: one is still wanted.
    assert first(whole)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_trying_links_slows_down(make_whole: Callable[..., Any]) -> None:
    visitor = make_whole(rate_limits=True).visitor()
    statuses = [visitor.post("/en/sign-in/x").status for _try in range(110)]
    assert statuses[:100] == [303] * 100
    assert statuses[-1] == 429
