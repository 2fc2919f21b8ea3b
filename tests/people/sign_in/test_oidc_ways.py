"""The organisation's service accepts an invitation where it has checked the same address, and is asked to ask anew after leaving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select, update

from people.sign_in.test_oidc import WAYS, come_back, is_in, leave_for, offer, said, through
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.people.invitations import HANDED, invite_into
from perille.people.models import Account, AccountSession, Membership, Organisation, Role
from perille.people.sign_in.models import OidcIdentity
from support.oidc import Liar, lying_provider
from support.people import invite_as, place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that says what it is told."""
    with lying_provider() as provider:
        yield provider


def invited(whole: Whole, address: str = "aino@example.org", role: Role = Role.TRAINER, token: str = "") -> str:
    """Invite somebody into the office; return the token of the link in their e-mail."""

    def work() -> str:
        organisation = db.session.get_one(Organisation, place_of(role))
        by = db.session.scalars(select(Account).where(Account.email == "eva@example.org")).one()
        return invite_into(db.session, organisation, address, role, by=by, token=token)[1]

    return whole.do(work, write=True)


def accept(visitor: Visitor, token: str, provider: UUID, liar: Liar) -> Page:
    """Press the organisation's button on the page of an invitation, sign in there and come back."""
    form = visitor.get(f"/en/invitation/{token}").one("form", action=f"/en/sign-in/organisation/{provider}")
    left = visitor.submit(form["action"], {"invitation": token})
    return come_back(visitor, liar.sign_in(left.one("a", class_="main")["href"]))


def roles(whole: Whole, address: str) -> list[str]:
    query = select(Membership.role).join(Account, Account.id == Membership.account_id)
    return sorted(whole.scalars(query.where(Account.email == address)))


def test_an_invited_person_joins_by_signing_in_with_the_service(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    provider, token = offer(whole, liar.issuer), invited(whole)
    liar.claims = {"email": "Aino@EXAMPLE.org", "email_verified": True, "name": "Aino Virta"}
    accept(visitor, token, provider, liar)
    assert is_in(visitor)
    assert "Aino Virta" in visitor.get("/en/account").text
    assert roles(whole, "aino@example.org") == ["trainer"], "what was invited, and nothing beside it"
    assert whole.visitor().get(f"/en/invitation/{token}").status == 410
    # From now on the service is enough.
    again = whole.visitor()
    through(again, provider, liar)
    assert "aino@example.org" in again.get(WAYS).text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "bo@example.org", "email_verified": True},
        {"email": "aino@example.org", "email_verified": False},
        {"email": "aino@example.org", "email_verified": "true"},
        {"email": "aino@example.org"},
        {"email": ["aino@example.org"], "email_verified": True},
        {"email": "no address", "email_verified": True},
        {},
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_address_that_is_another_or_was_not_checked_accepts_nothing(
    whole: Whole, visitor: Visitor, liar: Liar, claims: dict[str, Any]
) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    provider, token = offer(whole, liar.issuer), invited(whole)
    liar.claims = {"email": None, "email_verified": None, **claims}
    assert "does not say that the invited address is yours" in said(visitor, accept(visitor, token, provider, liar))
    assert not is_in(visitor)
    assert roles(whole, "aino@example.org") == []
    assert whole.scalars(select(OidcIdentity)) == []
    assert visitor.get(f"/en/invitation/{token}").status == 200, "the invitation is still open"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_service_of_another_organisation_accepts_no_invitation(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    provider, token = offer(whole, liar.issuer, place="The school"), invited(whole)
    assert not visitor.get(f"/en/invitation/{token}").all("form", action=f"/en/sign-in/organisation/{provider}")
    liar.claims = {"email": "aino@example.org", "email_verified": True}
    left = visitor.submit(f"/en/sign-in/organisation/{provider}", {"invitation": token})
    come_back(visitor, liar.sign_in(left.one("a", class_="main")["href"]))
    assert roles(whole, "aino@example.org") == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_service_accepts_no_invitation_by_a_link_that_others_have_seen(
    whole: Whole, visitor: Visitor, liar: Liar
) -> None:
    """A coordinator would set up a service that says any address is theirs, and be whoever they invite."""
    sign_in_as(whole, Role.COORDINATOR)
    sign_in_as(whole, Role.COORDINATOR, "aino@example.org", place="The school")
    provider, token = offer(whole, liar.issuer), invited(whole, token=f"{HANDED}{'x' * 32}")
    page = visitor.get(f"/en/invitation/{token}")
    assert page.status == 200
    assert not page.all("form", action=f"/en/sign-in/organisation/{provider}")
    liar.claims = {"email": "aino@example.org", "email_verified": True}
    left = visitor.submit(f"/en/sign-in/organisation/{provider}", {"invitation": token})
    come_back(visitor, liar.sign_in(left.one("a", class_="main")["href"]))
    assert not is_in(visitor)
    assert whole.scalars(select(OidcIdentity)) == []
    assert roles(whole, "aino@example.org") == ["coordinator"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_came_by_the_service_before_keeps_their_account(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    provider = offer(whole, liar.issuer)
    liar.claims = {"email": "aino@example.org", "email_verified": True}
    visitor.post(through(visitor, provider, liar).location)
    token, again = invited(whole), whole.visitor()
    accept(again, token, provider, liar)
    assert roles(whole, "aino@example.org") == ["member", "trainer"]
    assert len(whole.scalars(select(Account))) == 2, "the coordinator, and one for both"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_identity_of_somebody_else_and_an_invitation_that_is_over_accept_nothing(
    whole: Whole, visitor: Visitor, liar: Liar
) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    provider = offer(whole, liar.issuer)
    other = sign_in_as(whole, Role.TRAINER, "kai@example.org")
    through(other, provider, liar)
    token = invited(whole)
    liar.claims = {"email": "aino@example.org", "email_verified": True}
    assert "Somebody else here signs in with this" in said(visitor, accept(visitor, token, provider, liar))
    assert roles(whole, "aino@example.org") == []
    away = visitor.submit(f"/en/sign-in/organisation/{provider}", {"invitation": token})
    address = away.one("a", class_="main")["href"]
    invited(whole)  # a new one ends it
    come_back(visitor, liar.sign_in(address))
    assert roles(whole, "aino@example.org") == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_administrator_ties_a_service_only_by_themselves(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    invite_as(whole, Role.ADMINISTRATOR, "root@example.org")
    provider, token = offer(whole, liar.issuer), invited(whole, "root@example.org")
    liar.claims = {"email": "root@example.org", "email_verified": True}
    assert accept(visitor, token, provider, liar).location == "/en/sign-in/second-factor"
    assert visitor.get("/en/manage").status == 303
    assert whole.scalars(select(OidcIdentity)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_after_leaving_or_signing_out_the_service_asks_anew_who_it_is(
    whole: Whole, visitor: Visitor, liar: Liar
) -> None:
    def asks() -> bool:
        return parse_qs(urlsplit(leave_for(visitor, provider)).query).get("prompt") == ["login"]

    provider = offer(whole, liar.issuer)
    welcome = through(visitor, provider, liar)
    visitor.post(welcome.location)
    assert is_in(visitor)
    whole.do(lambda: db.session.execute(update(AccountSession).values(expires_at=utcnow())), write=True)
    assert not asks(), "a session that ran out is no leaving"
    for end in ("/leave", "/en/sign-out", "/forget"):
        through(visitor, provider, liar)
        assert is_in(visitor)
        visitor.post(end)
        assert asks(), end


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_comes_back_goes_on_in_the_language_in_which_they_left(whole: Whole, visitor: Visitor, liar: Liar) -> None:
    """The way back names no language, and the browser of a shared computer asks for English."""
    provider = offer(whole, liar.issuer)

    def back(language: str) -> Page:
        page = visitor.submit(f"/{language}/sign-in/organisation/{provider}")
        return come_back(visitor, liar.sign_in(page.one("a", class_="main")["href"]))

    assert back("fi").location.startswith("/fi/sign-in/organisation/welcome/")
    liar.algorithm = "none"
    refused = back("ar")
    assert refused.location == "/ar/sign-in#errors"
    assert re.search("[\u0621-\u064a]{3}", visitor.get("/ar/sign-in").one("div", id="errors").words)
    assert come_back(visitor, "/sign-in-return?state=x~xx&code=x").location == "/en/sign-in#errors"
