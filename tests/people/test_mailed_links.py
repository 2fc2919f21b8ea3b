"""Links in e-mails lead to the address of the site, whatever host the request named: they hold what signs somebody in."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.services import content_seal
from perille.people.models import Account, AccountSession, Role
from perille.people.organisations import find_or_make_organisation
from support.people import OFFICE, invite_as, place_of, sign_in_as, verify
from support.visitor import Visitor
from support.whole import Whole

#: A host of somebody else, as a request can name any.
ELSEWHERE = "perille.example.net"


def hosts(site: Whole) -> set[str]:
    """Return the hosts to which the links of all queued e-mails lead."""

    def work() -> set[str]:
        contents = [
            msgspec.json.decode(content_seal().open(each)) for each in db.session.scalars(select(Notice.content))
        ]
        assert contents
        return {urlsplit(link).netloc for content in contents for link in content["links"].values()}

    return site.do(work)


def mails(site: Whole) -> list[tuple[str, str]]:
    """Return the language of each queued e-mail, and the beginning of the path to which its links lead."""

    def work() -> list[tuple[str, str]]:
        return [
            (each.locale, urlsplit(link).path[:4])
            for each in db.session.scalars(select(Notice))
            for link in msgspec.json.decode(content_seal().open(each.content))["links"].values()
        ]

    return site.do(work)


def test_who_asks_for_anothers_sign_in_link_does_not_choose_its_host(whole: Whole, visitor: Visitor) -> None:
    assert visitor.post(invite_as(whole, Role.COORDINATOR)).status == 303
    whole.do(lambda: db.session.execute(AccountSession.__table__.delete()), write=True)
    stranger = whole.visitor()
    assert stranger.post("/en/sign-in", {"email": "eva@example.org"}, Host=ELSEWHERE).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}


@pytest.mark.usefixtures("sends_mail")
def test_an_invitation_leads_to_a_page_in_the_language_of_the_e_mail(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)

    def work() -> UUID:
        office = find_or_make_organisation(db.session, OFFICE)
        office.languages, office.countries = ["en", "fi"], ["FI"]
        return office.id

    office = whole.do(work, write=True)
    form = {"email": "aino@example.org", "role": "member"}
    assert coordinator.post(f"/en/organisations/{office}/invitations", form).status == 303
    assert mails(whole) == [("fi", "/fi/")]


def test_a_sign_in_link_leads_to_a_page_in_the_language_of_the_e_mail(whole: Whole) -> None:
    invite_as(whole, Role.MEMBER)

    def work() -> None:
        account = db.session.scalars(select(Account)).one()
        account.locale = "uk"

    whole.do(work, write=True)
    assert whole.visitor().post("/en/sign-in", {"email": "eva@example.org"}).status == 303
    assert mails(whole) == [("uk", "/uk/")]


@pytest.mark.usefixtures("sends_mail")
def test_an_invitation_leads_here(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    office = whole.do(lambda: place_of(Role.MEMBER))
    form = {"email": "aino@example.org", "role": "member"}
    assert coordinator.post(f"/en/organisations/{office}/invitations", form).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}


@pytest.mark.usefixtures("sends_mail")
def test_the_link_after_a_lost_second_factor_leads_here(whole: Whole) -> None:
    sign_in_as(whole, Role.TRAINER, "tiina@example.org")
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    query = select(Account.id).where(Account.email == "tiina@example.org")
    (number,) = whole.scalars(query)
    address = f"/en/manage/accounts/{number}/reset-sign-in"
    assert administrator.post(address).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}
