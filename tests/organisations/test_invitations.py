"""Invitations: one open for an address, used once by a press, and by nobody else without a yes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.notices.models import Notice
from perille.people import invitations as services
from perille.people.memberships import take_role
from perille.people.models import Account, AccountSession, Invitation, Membership, Role
from perille.people.organisations import find_organisation
from perille.people.services import make_account
from support.people import place_of, sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

pytestmark = pytest.mark.usefixtures("sends_mail")
AINO = "aino@example.org"


@pytest.fixture
def coordinator(whole: Whole) -> Visitor:
    """Somebody who coordinates the office."""
    return sign_in_as(whole, Role.COORDINATOR)


@pytest.fixture
def office(whole: Whole, coordinator: Visitor) -> UUID:
    """The number of the office."""
    found = whole.do(lambda: place_of(Role.MEMBER))
    assert found is not None
    return found


def link(whole: Whole, office: UUID, email: str = AINO, role: Role = Role.MEMBER) -> str:
    """Return the address in an invitation of the coordinator."""

    def work() -> str:
        by = make_account(db.session, "eva@example.org")
        return services.invite_into(db.session, find_organisation(db.session, office), email, role, by=by)[1]

    return f"/en/invitation/{whole.do(work, write=True)}"


def roles(whole: Whole, email: str) -> list[str]:
    query = select(Membership.role).join(Account, Account.id == Membership.account_id).where(Account.email == email)
    return sorted(whole.scalars(query))


def people(coordinator: Visitor, office: UUID) -> Page:
    return coordinator.get(f"/en/organisations/{office}/people")


def test_an_invitation_is_sent_and_opens_the_organisation(whole: Whole, coordinator: Visitor, office: UUID) -> None:
    page = coordinator.post(f"/en/organisations/{office}/invitations", {"email": " Aino@Example.org", "role": "member"})
    assert (page.status, page.location) == (303, f"/en/organisations/{office}/people#invitations")
    assert AINO.replace("a", "A", 1) in people(coordinator, office).text
    (notice,) = whole.scalars(select(Notice))
    assert (notice.kind, notice.recipient) == ("invitation", "Aino@example.org")
    visitor = whole.visitor()
    address = link(whole, office)
    for _look in range(3):
        page = visitor.get(address)
        assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
        assert "They never see an answer" in page.text
    assert roles(whole, AINO) == []
    assert visitor.post(address).status == 303
    assert "The office" in visitor.get("/en/account").text
    assert roles(whole, AINO) == ["member"]
    again = whole.visitor()
    assert (again.submit(address).status, again.get(address).status) == (410, 410)
    assert again.get("/en/account").status == 403


def test_a_new_invitation_ends_the_open_one_of_the_same_address(whole: Whole, office: UUID) -> None:
    old = link(whole, office, "AINO@example.org", Role.COORDINATOR)
    new = link(whole, office, AINO, Role.MEMBER)
    assert len(whole.scalars(select(Invitation))) == 1
    visitor = whole.visitor()
    assert visitor.get(old).status == 410
    visitor.post(new)
    assert roles(whole, AINO) == ["member"]


def test_a_forwarded_invitation_lets_nobody_in_without_a_yes(whole: Whole, coordinator: Visitor, office: UUID) -> None:
    address = link(whole, office, AINO, Role.TRAINER)
    other = sign_in_as(whole, Role.MEMBER, "bo@example.org", place="Elsewhere")
    page = other.get(address)
    assert "a…@example.org" in page.text
    assert "bo@example.org" in page.text
    assert AINO not in page.text
    page = other.submit(address)
    assert "Somebody of the organisation must say yes first." in page.text
    assert roles(whole, "bo@example.org") == ["member"]
    waiting = people(coordinator, office)
    assert "bo@example.org" in waiting.text
    (yes,) = [form for form in waiting.all("form") if form["action"].endswith("/allow")]
    assert coordinator.post(yes["action"]).status == 303
    assert roles(whole, "bo@example.org") == ["member", "trainer"]
    assert whole.visitor().get(address).status == 410
    assert coordinator.post(yes["action"]).status == 404


def test_an_invitation_that_was_withdrawn_or_is_old_opens_nothing(
    whole: Whole, coordinator: Visitor, office: UUID
) -> None:
    old = link(whole, office)
    with time_machine.travel(utcnow() + timedelta(days=services.LIFE_DAYS, seconds=1)):
        assert whole.visitor().submit(old).status == 410
    (form,) = [each for each in people(coordinator, office).all("form") if each["action"].endswith("/withdraw")]
    assert coordinator.post(form["action"]).status == 303
    assert whole.visitor().submit(old).status == 410
    assert coordinator.post(form["action"]).status == 404
    assert roles(whole, AINO) == []


def test_the_invitation_of_somebody_who_may_invite_no_more_opens_nothing(whole: Whole, office: UUID) -> None:
    address = link(whole, office)

    def take() -> None:
        take_role(db.session, make_account(db.session, "eva@example.org").id, Role.COORDINATOR, office)

    whole.do(take, write=True)
    assert whole.visitor().submit(address).status == 410
    assert roles(whole, AINO) == []


def test_a_disabled_account_does_not_come_back_by_an_invitation(whole: Whole, office: UUID) -> None:
    address = link(whole, office)

    def disabled() -> None:
        make_account(db.session, AINO).disabled_at = utcnow()

    whole.do(disabled, write=True)
    visitor = whole.visitor()
    assert visitor.post(address).status == 303
    assert visitor.get("/en/account").status == 403
    assert roles(whole, AINO) == []


def test_many_presses_at_once_make_one_membership_and_one_session(whole: Whole, office: UUID) -> None:
    address = link(whole, office)
    before = len(whole.scalars(select(AccountSession)))
    visitors = [whole.visitor() for _press in range(8)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda visitor: visitor.post(address).status, visitors))
    assert set(statuses) <= {303, 503}
    assert roles(whole, AINO) == ["member"]
    assert len(whole.scalars(select(AccountSession))) == before + 1
    assert len(whole.scalars(select(Account).where(Account.email == AINO))) == 1


@pytest.mark.parametrize("signed_in", [False, True], ids=["a stranger", "signed in"])
def test_who_presses_join_twice_is_in_after_the_second_answer_too(whole: Whole, office: UUID, signed_in: bool) -> None:
    visitor = sign_in_as(whole, Role.AUTHOR, AINO) if signed_in else whole.visitor()
    address = link(whole, office)
    hidden = visitor.get(address).all("input", type="hidden")
    pressed = {each["name"]: each["value"] for each in hidden if each["name"] == "press"}
    assert pressed
    first = visitor.post(address, pressed)
    if not signed_in:
        # A browser that presses again drops the first answer with its cookie.
        visitor.client.delete_cookie("perille_account")
    second = visitor.post(address, pressed)
    assert (second.status, second.location) == (303, first.location)
    assert "The office" in visitor.get("/en/account").text
    assert whole.visitor().submit(address, {}).status == 410


def test_nobody_is_invited_as_an_administrator_or_to_no_address(
    whole: Whole, coordinator: Visitor, office: UUID
) -> None:
    here = f"/en/organisations/{office}/invitations"
    addresses = ("aino", "aino@example", "aino@localhost", "")
    for wrong in ({"email": AINO, "role": "administrator"}, *({"email": each, "role": "member"} for each in addresses)):
        assert coordinator.submit(here, wrong).all("div", class_="summary"), wrong
    assert whole.scalars(select(Invitation)) == []


def test_another_organisation_sees_no_invitation_and_ends_none(whole: Whole, office: UUID) -> None:
    link(whole, office)
    (row,) = whole.scalars(select(Invitation))
    stranger = sign_in_as(whole, Role.COORDINATOR, "mari@example.org", place="The school")
    school = whole.do(partial(place_of, Role.MEMBER, "The school"))
    for act in ("withdraw", "allow"):
        assert stranger.post(f"/en/organisations/{office}/invitations/{row.id}/{act}").status == 403
        assert stranger.post(f"/en/organisations/{school}/invitations/{row.id}/{act}").status == 404
    assert AINO not in stranger.get(f"/en/organisations/{school}/people").text
    assert len(whole.scalars(select(Invitation))) == 1


def test_old_invitations_are_forgotten(whole: Whole, office: UUID) -> None:
    link(whole, office)
    later = utcnow() + timedelta(days=services.LIFE_DAYS) + services.KEPT + timedelta(hours=1)
    with time_machine.travel(later):
        assert whole.do(lambda: services.forget_old_invitations(db.session), write=True) == 1
    assert whole.scalars(select(Invitation)) == []
