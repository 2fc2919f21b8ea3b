"""Leaving quickly signs out: whatever is pressed on that phone afterwards, nobody sees the account or its progress without a way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from groups.school import make_school
from perille.enrolment.models import Learner, Phone
from perille.people.models import AccountSession, Role
from perille.people.services import sign_out
from perille.safety import signing_out
from profiles.test_locks import MINE, close, number, press, put_lock
from support.people import invite_as
from support.queries import count_queries
from support.visitor import Visitor
from support.whole import Whole

COURSE = "/en/courses/way"
PROGRESS = "/en/account/progress"
#: What shows that somebody has an account here, or what is kept in it.
PAGES = (PROGRESS, "/en/account", "/en/account/modules", "/en/account/sign-in")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def press_exit(person: Visitor) -> None:
    person.post("/leave")


def leave_without_a_line(person: Visitor) -> None:
    # As static/leave.js does; the server hears nothing of it.
    person.client.set_cookie("perille_left", "1", domain="localhost")


LEAVING = (press_exit, leave_without_a_line)


def code_of(person: Visitor) -> str:
    person.post("/en/keep")
    return person.get("/en/keep").one("p", id="resume-code").words


def another_ones_code(whole: Whole) -> str:
    other = whole.visitor()
    other.start()
    return code_of(other)


def sign_in(whole: Whole, person: Visitor, email: str = "eva@example.org") -> None:
    person.post(invite_as(whole, Role.MEMBER, email))


@pytest.fixture
def owner(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody who is signed in and keeps in the account that the first lesson is done."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    sign_in(whole, visitor)
    visitor.post(PROGRESS, {"keep": "yes"})
    assert is_in(visitor)
    assert goes_on(visitor)
    return visitor


def test_an_answer_that_a_cache_on_the_way_keeps_for_others_signs_nobody_out(
    owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = {"Cache-Control": "public, max-age=60"}
    monkeypatch.setitem(owner.app.view_functions, "learning.media", lambda stamp: Response(stamp, headers=shared))
    leave_without_a_line(owner)
    answer = owner.get("/media/one")
    assert (answer.status, answer.headers.getlist("Set-Cookie")) == (200, [])
    owner.get("/en/")
    assert owner.cookie("perille_account") is None, "the next answer takes it"


def is_in(person: Visitor) -> bool:
    return any(person.get(path).status == 200 for path in PAGES)


def goes_on(person: Visitor) -> bool:
    """Whether the course shows that its first lesson is done."""
    return any(each["href"] == f"{COURSE}/second" for each in person.get(COURSE).all("a", class_="main"))


def shows_nothing(person: Visitor) -> bool:
    # "eva" stands in the account's address; its progress would be a second card, or the next lesson.
    return not is_in(person) and not goes_on(person) and "eva@" not in person.get("/en/sign-in").text


def start(_whole: Whole, person: Visitor) -> None:
    person.start()


def join_a_group(whole: Whole, person: Visitor) -> None:
    school = make_school(whole, "trainer@example.org")
    assert person.post(school.link).location == "/en/group"
    assert "Your number: 1" in person.get("/en/group").text
    school.trainer.post("/en/sign-out")


def start_by_an_old_tab(_whole: Whole, person: Visitor) -> None:
    person.post(f"{COURSE}/second/next")


def keep_by_an_old_tab(_whole: Whole, person: Visitor) -> None:
    person.post(PROGRESS, {"keep": "yes"})
    person.post("/en/account", {"name": "Somebody else"})


def go_on_here(_whole: Whole, person: Visitor) -> None:
    person.post("/en/resume/here")


def type_another_ones_code(whole: Whole, person: Visitor) -> None:
    assert person.post("/en/resume", {"code": another_ones_code(whole)}).status == 303


def add_somebody(_whole: Whole, person: Visitor) -> None:
    person.post("/en/whose/add")


def sign_another_one_in(whole: Whole, person: Visitor) -> None:
    sign_in(whole, person, "other@example.org")
    person.post("/en/sign-out")


def ask_for_a_link(_whole: Whole, person: Visitor) -> None:
    person.post("/en/sign-in", {"email": "other@example.org"})


def send_what_waited(_whole: Whole, person: Visitor) -> None:
    person.client.post("/queue", json={"acts": [], "now": "2026-11-27T02:00:00Z"})


WAYS = (
    start,
    join_a_group,
    start_by_an_old_tab,
    keep_by_an_old_tab,
    go_on_here,
    type_another_ones_code,
    add_somebody,
    sign_another_one_in,
    ask_for_a_link,
    send_what_waited,
)


@SQLITE
@pytest.mark.parametrize(("way", "leave"), [(start, press_exit), *((each, leave_without_a_line) for each in WAYS)])
def test_no_press_opens_the_account_or_its_progress_again(
    whole: Whole, owner: Visitor, way: Callable[[Whole, Visitor], None], leave: Callable[[Visitor], None]
) -> None:
    leave(owner)
    way(whole, owner)
    assert shows_nothing(owner)
    # One press more, for whatever the first one has woken.
    owner.post("/en/resume/here")
    owner.start()
    assert shows_nothing(owner)
    assert owner.cookie("perille_account") is None
    assert whole.scalars(select(AccountSession)) == []


@pytest.mark.parametrize("leave", LEAVING)
def test_other_devices_stay_signed_in_and_the_person_comes_back_by_signing_in(
    whole: Whole, owner: Visitor, leave: Callable[[Visitor], None]
) -> None:
    other = whole.visitor()
    sign_in(whole, other)
    leave(owner)
    assert not is_in(owner)
    assert is_in(other)
    assert goes_on(other)
    assert len(whole.scalars(select(AccountSession))) == 1
    sign_in(whole, owner)
    assert is_in(owner)
    assert goes_on(owner)
    assert len(whole.scalars(select(Learner))) == 1


@SQLITE
def test_the_persons_code_opens_the_progress_and_not_the_account(owner: Visitor) -> None:
    code = code_of(owner)
    owner.post("/leave")
    owner.post("/en/resume", {"code": code})
    assert goes_on(owner)
    assert not is_in(owner)


@SQLITE
@pytest.mark.parametrize("leave", LEAVING)
def test_a_stolen_copy_of_the_cookies_is_of_no_use(
    whole: Whole, owner: Visitor, leave: Callable[[Visitor], None]
) -> None:
    stolen = {name: owner.cookie(name) or "" for name in ("perille_account", "perille_learner")}
    leave(owner)
    owner.get("/en/")
    thief = whole.visitor()
    for name, value in stolen.items():
        thief.client.set_cookie(name, value)
    assert shows_nothing(thief)


@SQLITE
def test_progress_that_a_code_brought_here_and_an_account_keeps_opens_by_no_press(whole: Whole, owner: Visitor) -> None:
    second = whole.visitor()
    second.post("/en/resume", {"code": code_of(owner)})
    owner.post("/en/keep/end")
    assert goes_on(second)
    second.post("/leave")
    assert not second.get("/en/resume").all("form", action="/en/resume/here")
    second.post("/en/resume/here")
    assert not goes_on(second)
    sign_in(whole, second)
    assert goes_on(second)


@SQLITE
def test_what_was_open_stays_asleep_when_somebody_else_signs_in(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.post("/leave")
    sign_in(whole, visitor, "other@example.org")
    assert is_in(visitor)
    assert not goes_on(visitor)
    assert "Keep this progress" not in visitor.get(PROGRESS).text
    # Who made no code and has no account has this one way back.
    visitor.post("/en/resume/here")
    assert goes_on(visitor)


@SQLITE
def test_pictures_before_it_still_ask_where_the_session_of_the_account_is_gone(whole: Whole, owner: Visitor) -> None:
    phone = whole.visitor()
    phone.post("/en/resume", {"code": code_of(owner)})
    owner.post("/en/keep/end")
    put_lock(phone)
    close(phone)
    press(phone, number(phone), MINE)
    assert goes_on(phone)
    phone.post("/leave")
    phone.post("/en/resume/here")
    assert not goes_on(phone)
    press(phone, number(phone), MINE)
    assert goes_on(phone)
    assert not is_in(phone)


@SQLITE
def test_a_form_that_goes_on_with_a_sign_in_is_not_lost_by_the_marker(whole: Whole, owner: Visitor) -> None:
    owner.post("/leave")
    sign_in(whole, owner)
    assert owner.cookie("perille_left") is None
    assert owner.cookie("perille_account")
    assert [each.session_id is not None for each in whole.scalars(select(Phone))] == [True]


@SQLITE
def test_while_the_database_is_busy_nobody_is_in_all_the_same(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_without_a_line(owner)

    def busy(*_given: object) -> None:
        raise OperationalError("DELETE", {}, Exception("database is locked"))

    monkeypatch.setattr(signing_out, "sign_out", busy)
    assert owner.get(COURSE).status == 200
    monkeypatch.setattr(signing_out, "sign_out", sign_out)
    owner.start()
    assert shows_nothing(owner)


@SQLITE
def test_leaving_works_while_the_database_does_not(
    whole: Whole, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = whole.visitor()
    with count_queries(whole.engine) as sent:
        assert stranger.post("/leave").location == "/today"
    assert sent == [], "who has no account waits for nobody"

    def away(*_given: object) -> None:
        raise OperationalError("DELETE", {}, Exception("the database is locked"))

    monkeypatch.setattr(signing_out, "sign_out", away)
    assert owner.post("/leave").location == "/today"
    assert (owner.cookie("perille_left"), owner.cookie("perille_account")) == ("1", None)
    assert shows_nothing(owner)


@SQLITE
def test_forgetting_works_while_the_database_does_not(owner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("the database is locked"))

    monkeypatch.setattr("perille.enrolment.cookies.find_phone", lambda *_given: away())
    answer = owner.post("/forget")
    assert answer.location == "/today"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert [owner.cookie(name) for name in ("perille_account", "perille_learner")] == [None, None]


@SQLITE
@pytest.mark.parametrize("before", ["", "1", "forget"])
def test_forgetting_ends_the_phones_place_also_after_leaving_and_without_a_line(
    whole: Whole, visitor: Visitor, before: str
) -> None:
    visitor.start()
    thief = whole.visitor()
    thief.client.set_cookie("perille_learner", visitor.cookie() or "")
    assert thief.get("/en/").all("a", rel="next")
    if before:
        visitor.client.set_cookie("perille_left", before, domain="localhost")
    visitor.get("/en/") if before == "forget" else visitor.post("/forget")
    assert visitor.cookie() is None
    assert not thief.get("/en/").all("a", rel="next")
    assert whole.scalars(select(Phone)) == []


@SQLITE
@pytest.mark.parametrize(
    "refused", [{"headers": {"Origin": "https://evil.example"}}, {"data": {"code": "1" * 500_000}}]
)
def test_the_session_ends_also_where_the_first_thing_that_is_asked_for_is_refused(
    whole: Whole, owner: Visitor, refused: dict[str, Any]
) -> None:
    leave_without_a_line(owner)
    answer = owner.client.post("/en/resume/here", **refused)
    assert answer.status_code in (403, 413)
    assert owner.cookie("perille_account") is None
    assert whole.scalars(select(AccountSession)) == []


@SQLITE
def test_another_site_signs_nobody_out(owner: Visitor) -> None:
    for path in ("/leave", "/forget"):
        assert owner.client.post(path, headers={"Origin": "https://evil.example"}).status_code == 403
        owner.get(path)
    assert is_in(owner)
    assert goes_on(owner)


@SQLITE
@pytest.mark.parametrize("page", ["/en/safe", "/en/account", "/en/account/sign-in"])
def test_pages_say_that_leaving_signs_out(owner: Visitor, page: str) -> None:
    assert "also signs you out of your account on this phone" in owner.get(page).text
