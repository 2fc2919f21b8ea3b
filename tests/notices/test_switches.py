"""A kind of e-mail is switched off by one press, and by nothing that only opens a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from notices.conftest import Post
from perille.core.extensions import db
from perille.core.feature import Feature, add_feature
from perille.core.notice import NoticeKind
from perille.credentials.expiring import EXPIRING, REMINDERS
from perille.notices import services
from perille.notices.models import NoticeState, NoticeSwitch, Reason
from perille.notices.person import Person
from perille.people.models import Account, Role
from perille.people.services import invite
from perille.refreshers.mails import WAITS
from support.mail import MailTestServer
from support.people import agree
from support.visitor import Page, Visitor
from support.whole import Whole

REMINDER = NoticeKind(
    name="reminder", title="Reminders", subject="A reminder", template="notices/invitation.txt", life=timedelta(days=1)
)
NEWS = NoticeKind(name="news", title="News", subject="News", template="notices/invitation.txt")
ADDRESS = "aino@example.org"


@dataclass
class Member:
    """An account, as far as an e-mail needs one."""

    id: UUID
    email: str | None


@pytest.fixture(autouse=True)
def _kinds(site: Whole) -> None:
    add_feature(site.app, Feature(name="club", notices=(REMINDER, NEWS)))


@pytest.fixture
def member(site: Whole) -> Member:
    """Somebody with an account."""

    def work() -> Member:
        invite(db.session, ADDRESS, Role.ADMINISTRATOR)
        account = db.session.scalars(select(Account)).one()
        return Member(account.id, account.email)

    return site.do(work, write=True)


def path_in(mail: MailTestServer) -> str:
    """Return the address of the page of switches in the only e-mail, without the host."""
    found = re.search(r"https://learn\.example\.org(/en/notices/\S+)", mail.box.body())
    assert found is not None
    return found[1]


def one_click_path(mail: MailTestServer) -> str:
    """Return the address that a mail program presses."""
    (header,) = [line for line in mail.box.lines[0] if line.startswith("List-Unsubscribe:")]
    return header.removeprefix("List-Unsubscribe: ").removeprefix("<https://learn.example.org").removesuffix(">")


def test_opening_the_link_changes_nothing_and_a_press_switches_off_and_on(post: Post, mail: MailTestServer) -> None:
    post.queue("reminder")
    post.send()
    visitor = post.site.visitor()
    for _scanner in range(3):
        visitor.client.head(path_in(mail))
        page = visitor.get(path_in(mail))
    assert page.headers["Cache-Control"] == "no-store"
    assert {"Reminders", "News"} <= {tag.words for tag in page.all("h2")}
    assert post.queue("reminder")
    visitor.submit(path_in(mail), {"kind": "reminder", "do": "off"})
    assert not post.queue("reminder")
    assert post.queue("news")
    page = visitor.submit(path_in(mail), {"kind": "reminder", "do": "off"})
    assert "Switched off: you do not get them." in page.text
    visitor.submit(path_in(mail), {"kind": "reminder", "do": "on"})
    assert post.queue("reminder")


def test_a_mail_program_switches_off_by_one_post_from_anywhere(post: Post, mail: MailTestServer) -> None:
    post.queue("reminder")
    post.send()
    assert mail.box.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = post.site.visitor(cookies=False)
    assert program.get(one_click_path(mail)).status == 303
    assert post.queue("reminder", to="noor@example.org")
    assert program.post(one_click_path(mail), {"something": "else"}).status == 303
    assert post.queue("reminder")
    answer = program.client.post(
        one_click_path(mail),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 204
    assert not post.queue("reminder")
    assert post.queue("news")


def test_the_page_itself_takes_no_form_of_another_site(post: Post, mail: MailTestServer) -> None:
    post.queue("reminder")
    post.send()
    visitor = post.site.visitor()
    refused = visitor.post(path_in(mail), {"kind": "reminder", "do": "off"}, Origin="https://evil.example")
    assert refused.status == 403
    assert post.queue("reminder")


def test_what_waits_already_is_dropped_when_its_kind_is_switched_off(
    post: Post, mail: MailTestServer, member: Member
) -> None:
    post.queue("reminder", to=member)
    token = post.site.do(lambda: services.switches_token(member))
    post.site.visitor().submit(f"/en/notices/{token}", {"kind": "reminder", "do": "off"})
    post.send()
    assert (post.row.state, post.row.reason, post.row.recipient) == (NoticeState.DROPPED, Reason.SWITCHED_OFF, "")
    assert mail.box.messages == []


def test_the_switch_of_an_account_stays_when_its_address_changes(post: Post, member: Member) -> None:
    token = post.site.do(lambda: services.switches_token(member))
    post.site.visitor().submit(f"/en/notices/{token}", {"kind": "reminder", "do": "off"})
    member.email = "new@example.org"
    assert not post.queue("reminder", to=member)


def test_who_switched_off_by_address_gets_none_as_an_account_either(
    post: Post, mail: MailTestServer, member: Member
) -> None:
    post.queue("reminder", to="Aino@example.org")
    post.send()
    post.site.visitor().submit(path_in(mail), {"kind": "reminder", "do": "off"})
    assert not post.queue("reminder", to=member)
    (row,) = post.site.scalars(select(NoticeSwitch))
    assert row.account_id is None
    assert b"aino" not in (row.address_hash or b"").lower()


@pytest.mark.parametrize("kind", ["sign-in-link", "invitation"])
def test_a_link_that_was_asked_for_cannot_be_switched_off(post: Post, mail: MailTestServer, kind: str) -> None:
    post.queue(kind)
    post.send()
    assert mail.box.messages[0]["List-Unsubscribe"] is None
    assert "/notices/" not in mail.box.body()
    token = post.site.do(lambda: services.token_for(_waiting(post, kind)), write=True)
    visitor = post.site.visitor()
    assert visitor.post(f"/en/notices/{token}", {"kind": kind, "do": "off"}).status == 404
    assert visitor.post(f"/notices/{token}", {"List-Unsubscribe": "One-Click"}).status == 404
    assert post.queue(kind)


def _waiting(post: Post, kind: str) -> object:
    return services.queue(db.session, kind=kind, to=ADDRESS, locale="en", links={"open": "https://learn.example.org/"})


@pytest.mark.parametrize("token", ["x", "WyJhOjAiLCJyIl0.c2lnbmVk", "%E2%82%AC"])
def test_a_link_that_was_changed_opens_nothing(post: Post, visitor: Visitor, token: str) -> None:
    page = visitor.get(f"/en/notices/{token}")
    assert page.status == 404
    assert "not whole" in page.text
    assert visitor.post(f"/notices/{token}", {"List-Unsubscribe": "One-Click"}).status == 404
    assert post.rows() == []


def test_pressing_twice_makes_one_row(post: Post, member: Member) -> None:
    token = post.site.do(lambda: services.switches_token(member))
    for _press in range(2):
        post.site.visitor().submit(f"/en/notices/{token}", {"kind": "reminder", "do": "off"})
    assert len(post.site.scalars(select(NoticeSwitch))) == 1


def test_what_waits_already_is_dropped_when_its_purpose_is_taken_back(post: Post, member: Member) -> None:
    post.site.do(lambda: agree(ADDRESS, REMINDERS.name), write=True)
    assert post.queue(EXPIRING.name, to=member, values={"day": "1 May"})
    post.site.do(lambda: agree(ADDRESS, REMINDERS.name, given=False), write=True)
    post.send()
    assert (post.row.state, post.row.reason, post.row.recipient) == (NoticeState.DROPPED, Reason.SWITCHED_OFF, "")
    assert not post.queue(EXPIRING.name, to=member)
    assert post.queue(EXPIRING.name), "who has no account is asked where the e-mail is asked for"


def titles(page: Page) -> set[str]:
    """Return which kinds a page of switches shows."""
    return {tag.words for tag in page.all("h2")}


def test_a_guest_sees_the_switches_of_what_a_guest_gets(post: Post, mail: MailTestServer) -> None:
    post.queue(
        "seminar-news", to="noor@example.org", values={"state": "taken", "title": "x", "when": "x", "place": "x"}
    )
    post.send()
    page = post.site.visitor().get(path_in(mail))
    assert {"News of seminars that you signed up for", "Reminders of seminars"} <= titles(page)
    assert titles(page).isdisjoint({str(EXPIRING.title), str(WAITS.title)}), "they go to accounts alone"
    assert "Links for signing in" not in page.text


def test_the_page_has_the_switch_of_the_e_mail_that_led_there(post: Post, mail: MailTestServer) -> None:
    post.queue(EXPIRING.name, to="noor@example.org", values={"day": "1 May"})
    post.send()
    page = post.site.visitor().get(path_in(mail))
    assert page.all("h2")[0].words == EXPIRING.title


def test_a_kind_that_needs_a_yes_has_a_switch_once_it_was_given(
    post: Post, mail: MailTestServer, member: Member
) -> None:
    post.queue("reminder", to=member)
    post.send()
    page = post.site.visitor().get(path_in(mail))
    assert str(EXPIRING.title) not in titles(page), "it does not say that it is switched on"
    assert "Links for signing in" in page.text
    post.site.do(lambda: agree(ADDRESS, REMINDERS.name), write=True)
    assert str(EXPIRING.title) in titles(post.site.visitor().get(path_in(mail)))


def test_what_only_staff_gets_is_told_to_who_opened_it_from_such_an_email_or_switched_it_off(
    site: Whole, member: Member
) -> None:
    review = NoticeKind(name="review", title="Reviews", subject="A review", template=NEWS.template, for_staff=True)
    add_feature(site.app, Feature(name="desk", notices=(review,)))
    person = Person(member.id)

    def told(came_with: str = "") -> bool:
        return site.do(lambda: review in services.kinds_for(db.session, person, came_with))

    assert (told(), told("news"), told("review")) == (False, False, True)
    site.do(lambda: services.switch(db.session, person, "review", off=True), write=True)
    assert told()
