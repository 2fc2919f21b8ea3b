"""Signing in on a phone with progress: it is asked about, kept, put together, and closed again by signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner, MergedLearner, Phone
from perille.people.models import AccountSession, Role
from perille.profiles.models import AccountLearner
from perille.profiles.on_sign_in import RECORD
from support.people import agree, invite_as
from support.visitor import Page, Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
ASK = "/en/account/progress"
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def sign_in(whole: Whole, visitor: Visitor, email: str = "eva@example.org") -> Page:
    return visitor.post(invite_as(whole, Role.MEMBER, email))


def goes_on_at(visitor: Visitor) -> str:
    found = visitor.get(COURSE).all("a", class_="main")
    return found[0]["href"] if found else ""


def test_who_has_done_nothing_is_asked_nothing(whole: Whole, visitor: Visitor) -> None:
    assert not sign_in(whole, visitor).location.startswith(ASK)
    assert "There is nothing to keep yet" in visitor.get(ASK).text
    assert whole.scalars(select(Learner)) == []


def test_who_is_signed_in_is_not_told_that_there_is_no_account(whole: Whole, visitor: Visitor) -> None:
    assert "No name and no account." in visitor.get(COURSE).text
    sign_in(whole, visitor)
    whole.do(lambda: agree("eva@example.org", RECORD), write=True)
    assert "No name and no account." not in visitor.get(COURSE).text
    assert "No name and no account." in whole.visitor().get(COURSE).text
    visitor.start()
    assert len(whole.scalars(select(AccountLearner))) == 1


def test_progress_is_kept_only_when_the_person_says_so(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    asked = sign_in(whole, visitor)
    assert asked.location.startswith(f"{ASK}?to=")
    assert "Keep this progress in your account?" in visitor.get(asked.location).heading
    assert whole.scalars(select(AccountLearner)) == [], "signing in keeps nothing unasked"
    assert visitor.post(ASK, {"keep": "no"}).status == 303
    assert whole.scalars(select(AccountLearner)) == []
    visitor.post(ASK, {"keep": "yes", "to": COURSE})
    (row,) = whole.scalars(select(AccountLearner))
    (learner,) = whole.scalars(select(Learner))
    assert row.learner_id == learner.id
    assert goes_on_at(visitor) == f"{COURSE}/second"
    assert "is kept in your account" in visitor.get(ASK).text


def test_the_page_on_keeping_leads_to_the_account_until_that_keeps_it(whole: Whole, visitor: Visitor) -> None:
    """Who said no, or was called away, finds the question again where progress is kept."""
    visitor.start()
    assert ways_of_keeping(visitor) == ["/en/sign-in"]
    sign_in(whole, visitor)
    assert ways_of_keeping(visitor) == [f"{ASK}?to=/en/keep"]
    visitor.post(ASK, {"keep": "no"})
    assert ways_of_keeping(visitor) == [f"{ASK}?to=/en/keep"]
    visitor.post(ASK, {"keep": "yes"})
    assert ways_of_keeping(visitor) == []


def ways_of_keeping(visitor: Visitor) -> list[str]:
    """Return where the page on keeping one's progress offers an account."""
    links = [link["href"] for link in visitor.get("/en/keep").all("a") if any(up.name == "main" for up in link.parents)]
    return [link for link in links if link.startswith((ASK, "/en/sign-in"))]


def test_it_is_asked_and_opened_over_https_too(make_whole: Callable[..., Whole]) -> None:
    whole = make_whole(site_url="https://learn.example.org")
    visitor, other = whole.visitor(), whole.visitor()
    link = invite_as(whole, Role.MEMBER, "eva@example.org")
    site = {"base_url": "https://learn.example.org"}
    visitor.client.post("/en/courses/way/start", **site)
    # A cookie from before there was the prefix is deleted beside the new one.
    visitor.client.set_cookie("perille_account", "old", domain="learn.example.org")
    assert (visitor.client.post(link, **site).location or "").startswith(f"{ASK}?to=")
    assert visitor.client.post(ASK, data={"keep": "yes"}, **site).status_code == 303
    other.client.post(invite_as(whole, Role.MEMBER, "eva@example.org"), **site)
    assert other.client.get_cookie("__Host-perille_learner", domain="learn.example.org") is not None


def test_signing_out_closes_it_and_signing_in_elsewhere_opens_it(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    sign_in(whole, visitor)
    visitor.post(ASK, {"keep": "yes"})
    other = whole.visitor()
    assert not sign_in(whole, other).location.startswith(ASK)
    assert goes_on_at(other) == f"{COURSE}/second"
    visitor.post("/en/sign-out")
    assert goes_on_at(visitor) == ""
    assert goes_on_at(other) == f"{COURSE}/second"
    # Signed out from elsewhere, or by an administrator: the row of the session is gone.
    whole.do(lambda: [db.session.delete(each) for each in db.session.scalars(select(AccountSession))], write=True)
    assert goes_on_at(other) == ""
    assert whole.scalars(select(Phone)) == []
    assert len(whole.scalars(select(Enrolment))) == 1


def test_a_session_that_is_over_holds_nothing_open(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    sign_in(whole, visitor)
    visitor.post(ASK, {"keep": "yes"})
    assert goes_on_at(visitor)
    (phone,) = whole.scalars(select(Phone))
    over = phone.joined_at
    whole.do(lambda: db.session.execute(update(Phone).values(open_until=over)), write=True)
    for path in (COURSE, "/en/", "/en/whose", "/en/keep"):
        assert "Go on" not in visitor.get(path).text, path


def test_who_signs_in_again_is_alone_on_their_phone(whole: Whole, visitor: Visitor) -> None:
    sign_in(whole, visitor)
    whole.do(lambda: agree("eva@example.org", RECORD), write=True)
    visitor.start()
    assert "Somebody else?" not in visitor.get(COURSE).text
    over = utcnow() - timedelta(days=1)
    for ended in (update(Phone).values(open_until=over), update(AccountSession).values(expires_at=over)):
        whole.do(partial(db.session.execute, ended), write=True)
    sign_in(whole, visitor)
    assert goes_on_at(visitor)
    assert "Somebody else?" not in visitor.get(COURSE).text


def test_what_comes_together_is_said_before_and_done_once(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    sign_in(whole, visitor)
    visitor.post(ASK, {"keep": "yes"})
    other = whole.visitor()
    other.start()
    other.post(f"{COURSE}/second/next")
    asked = other.get(sign_in(whole, other).location)
    assert "You have begun these in your account too" in asked.text
    assert asked.all("li")
    for _press in range(2):
        assert other.post(ASK, {"keep": "yes", "to": COURSE}).location == COURSE
    assert len(whole.scalars(select(MergedLearner))) == 1
    assert goes_on_at(other) == goes_on_at(visitor) == f"{COURSE}/check"


def test_progress_of_another_account_is_never_offered(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    sign_in(whole, visitor)
    visitor.post(ASK, {"keep": "yes"})
    # Without signing out first: somebody else signs in in the same browser.
    answer = sign_in(whole, visitor, "ali@example.org")
    assert not answer.location.startswith(ASK)
    refused = visitor.post(ASK, {"keep": "yes"})
    assert len(whole.scalars(select(AccountLearner))) == 1
    assert refused.status in (303, 409)


def test_who_starts_a_course_while_signed_in_keeps_it_in_their_account(whole: Whole, visitor: Visitor) -> None:
    sign_in(whole, visitor)
    visitor.start()
    assert len(whole.scalars(select(AccountLearner))) == 1
    visitor.post("/en/sign-out")
    assert goes_on_at(visitor) == ""


def test_the_children_of_who_signs_in_keep_theirs(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    other = whole.visitor()
    other.start()
    sign_in(whole, other)
    other.post(ASK, {"keep": "yes"})
    asked = sign_in(whole, visitor)
    visitor.post(asked.location, {"keep": "no"})
    assert len(visitor.get("/en/whose").all("form", class_="card")) == 2
    visitor.post("/en/sign-out")
    cards = visitor.get("/en/whose").all("input", name_="phone")
    assert len(cards) == 1, "what a child did stays on the phone"
    visitor.post("/en/whose", {"phone": cards[0]["value"]})
    assert goes_on_at(visitor) == f"{COURSE}/second"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(whole: Whole, visitor: Visitor, to: str) -> None:
    sign_in(whole, visitor)
    assert visitor.post(ASK, {"keep": "no", "to": to}).location == "/en/"


def test_the_page_is_for_who_is_signed_in(visitor: Visitor) -> None:
    visitor.start()
    assert (visitor.get(ASK).status, visitor.post(ASK, {"keep": "yes"}).status) == (403, 403)
