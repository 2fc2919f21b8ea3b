"""Links in e-mails lead to the address of the site, whatever host the request named: they hold what signs somebody in."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from sqlalchemy import select

from perille.core.extensions import db
from perille.notices.models import Notice
from perille.notices.services import content_seal
from perille.people.models import Account, AccountSession, Role
from support.people import invite_as, place_of, sign_in_as, verify
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


def test_who_asks_for_anothers_sign_in_link_does_not_choose_its_host(whole: Whole, visitor: Visitor) -> None:
    assert visitor.post(invite_as(whole, Role.COORDINATOR)).status == 303
    whole.do(lambda: db.session.execute(AccountSession.__table__.delete()), write=True)
    stranger = whole.visitor()
    assert stranger.post("/en/sign-in", {"email": "eva@example.org"}, Host=ELSEWHERE).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}


def test_an_invitation_leads_here(whole: Whole) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR)
    office = whole.do(lambda: place_of(Role.MEMBER))
    form = {"email": "aino@example.org", "role": "member"}
    assert coordinator.post(f"/en/organisations/{office}/invitations", form).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}


def test_the_link_after_a_lost_second_factor_leads_here(whole: Whole) -> None:
    sign_in_as(whole, Role.TRAINER, "tiina@example.org")
    administrator = sign_in_as(whole, Role.ADMINISTRATOR)
    verify(whole)
    query = select(Account.id).where(Account.email == "tiina@example.org")
    (number,) = whole.scalars(query)
    address = f"/en/manage/accounts/{number}/reset-sign-in"
    assert administrator.post(address).status == 303
    assert hosts(whole) == {"127.0.0.1:8000"}
