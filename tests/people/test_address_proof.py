"""An account that a handed link opened is whoever's pressed it, until a link or code from the mailbox of its address is used."""

from __future__ import annotations

from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.people.commands import accounts
from perille.people.invitations import HANDED, invite_into
from perille.people.models import Account, Membership, Organisation, Role
from perille.people.services import find_account
from perille.people.sign_in.links import ask_for_link
from perille.people.sign_in.models import Authenticator
from support.people import place_of, sign_in_as
from support.visitor import Visitor
from support.whole import Whole

AINO = "aino@example.org"
TOKEN = f"{HANDED}{'x' * 32}"


def invited(whole: Whole, role: Role = Role.TRAINER, token: str = TOKEN, to: str = AINO) -> str:
    """Let the coordinator invite an address; return the page of the link."""

    def work() -> str:
        place = db.session.get_one(Organisation, place_of(role))
        by = find_account(db.session, "eva@example.org")
        assert by is not None
        return invite_into(db.session, place, to, role, by=by, token=token)[1]

    return f"/en/invitation/{whole.do(work, write=True)}"


@pytest.fixture
def stranger(whole: Whole) -> Visitor:
    """Somebody who pressed the handed link of another person's address, and set up an app to come again."""
    sign_in_as(whole, Role.COORDINATOR)
    visitor = whole.visitor()
    assert visitor.post(invited(whole)).status == 303
    assert not aino(whole).address_proven
    whole.do(lambda: db.session.add(Authenticator(account_id=aino(whole).id, secret="sealed")), write=True)
    return visitor


def aino(whole: Whole) -> Account:
    (found,) = whole.scalars(select(Account).where(Account.email == AINO))
    assert isinstance(found, Account)
    return found


def roles(whole: Whole) -> list[str]:
    return sorted(whole.scalars(select(Membership.role).where(Membership.account_id == aino(whole).id)))


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/en/account").status == 200


def mailed_link(whole: Whole) -> str:
    return f"/en/sign-in/{whole.do(lambda: ask_for_link(db.session, AINO).token, write=True)}"


def test_whoever_is_invited_by_a_mail_or_the_command_line_is_proven(whole: Whole) -> None:
    sign_in_as(whole, Role.COORDINATOR)
    assert whole.visitor().post(invited(whole, token="of an e-mail")).status == 303
    assert {each.address_proven for each in whole.scalars(select(Account))} == {True}


@pytest.mark.parametrize("words", [["invite", "--role"], ["roles", "--give"]])
def test_nobody_is_made_an_administrator_by_an_address_that_is_not_proven(
    whole: Whole, stranger: Visitor, words: list[str]
) -> None:
    command = [words[0], AINO, words[1], "administrator"]
    refused = CliRunner().invoke(accounts, command, obj=lambda: whole.app)
    assert isinstance(refused.exception, Conflict)
    assert "perille accounts reset" in str(refused.exception)
    assert roles(whole) == ["trainer"]
    printed = CliRunner().invoke(accounts, ["reset", AINO], obj=lambda: whole.app).output
    owner = whole.visitor()
    assert owner.post("/en/sign-in/" + printed.strip().rpartition("/")[2]).status == 303
    assert not is_in(stranger)
    given = CliRunner().invoke(accounts, command, obj=lambda: whole.app)
    assert given.exception is None
    assert roles(whole) == ["administrator", "trainer"]


def test_a_coordinator_is_made_on_the_page_of_a_person_only_when_the_address_is_proven(
    whole: Whole, stranger: Visitor
) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    number: UUID | None = whole.do(lambda: place_of(Role.MEMBER))
    person = f"/en/organisations/{number}/people/{aino(whole).id}"
    page = coordinator.submit(f"{person}/roles", {"role": "coordinator"})
    assert "nobody knows yet whether its address is theirs" in page.text
    assert roles(whole) == ["trainer"]
    assert coordinator.post(f"{person}/roles", {"role": "mentor"}).status == 303
    assert whole.visitor().post(mailed_link(whole)).status == 303
    assert coordinator.post(f"{person}/roles", {"role": "coordinator"}).status == 303
    assert roles(whole) == ["coordinator", "mentor", "trainer"]


def test_a_yes_to_an_address_that_is_not_proven_makes_no_coordinator(whole: Whole, stranger: Visitor) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR, "mari@example.org")
    stranger.post(invited(whole, Role.COORDINATOR, to="bo@example.org", token="of an e-mail"))
    place = whole.do(lambda: place_of(Role.MEMBER))
    page = coordinator.get(f"/en/organisations/{place}/people")
    (form,) = [each for each in page.all("form") if each.attributes.get("action", "").endswith("/allow")]
    assert coordinator.post(form["action"]).status == 409
    assert roles(whole) == ["trainer"]


@pytest.mark.parametrize("way", ["link", "code", "invitation", "invitation, signed in"])
def test_the_first_proof_ends_all_that_was_set_up_before_it(whole: Whole, stranger: Visitor, way: str) -> None:
    owner = whole.visitor()
    if way == "link":
        owner.post(mailed_link(whole))
    elif way == "code":
        asked = whole.do(lambda: ask_for_link(db.session, AINO), write=True)
        owner.client.set_cookie("perille_sign_in", asked.browser)
        owner.post("/en/sign-in/sent", {"code": asked.code})
    else:
        if way == "invitation, signed in":
            owner.client.set_cookie("perille_account", stranger.cookie("perille_account") or "")
        owner.post(invited(whole, Role.AUTHOR, "of an e-mail"))
    assert (is_in(owner), is_in(stranger)) == (True, False)
    assert whole.scalars(select(Authenticator)) == []
    assert aino(whole).address_proven
    # Nothing more ends with the next link.
    other = whole.visitor()
    other.post(mailed_link(whole))
    assert is_in(owner)
    assert is_in(other)
