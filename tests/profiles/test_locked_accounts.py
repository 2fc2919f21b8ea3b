"""Progress that is kept in an account which is signed in: three pictures before it stand before the account's pages of it, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from perille.core.database import utcnow
from perille.people.models import Role
from profiles.test_locks import COURSE, MINE, close, is_open, mark, number, press, put_lock
from support.people import invite_as
from support.visitor import Visitor
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PROGRESS = "/en/account/progress"
#: What shows, or gives away, what is kept in the account.
PAGES = (PROGRESS, "/en/my-data", "/en/account/modules", "/en/account")


@pytest.fixture
def owner(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody who is signed in, keeps their progress in the account, and has locked it."""
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    visitor.post(invite_as(whole, Role.MEMBER, "eva@example.org"))
    visitor.post(PROGRESS, {"keep": "yes"})
    put_lock(visitor)
    close(visitor)
    return visitor


def goes_on(visitor: Visitor) -> bool:
    """Whether the course shows that its first lesson is done."""
    return any(each["href"] == f"{COURSE}/second" for each in visitor.get(COURSE).all("a", class_="main"))


def test_the_accounts_pages_of_it_ask_for_the_pictures(owner: Visitor) -> None:
    lock = number(owner)
    for path in PAGES:
        assert owner.get(path).location == lock, path
    assert owner.get("/en/help").status == 200
    press(owner, lock, MINE)
    for path in PAGES:
        assert owner.get(path).status == 200, path


@pytest.mark.parametrize("keep", ["no", "yes"])
def test_whoever_adds_themselves_does_not_open_it_by_the_account(owner: Visitor, keep: str) -> None:
    lock = number(owner)
    owner.post("/en/whose/add")
    owner.start()
    assert owner.post(PROGRESS, {**mark(owner), "keep": keep}).location == lock
    assert owner.post("/en/my-data/archive", mark(owner)).location == lock
    assert not goes_on(owner)


def test_neither_does_who_goes_on_after_it_was_left(owner: Visitor) -> None:
    press(owner, number(owner), MINE)
    owner.post("/leave")
    owner.start()
    owner.post(PROGRESS, {**mark(owner), "keep": "no"})
    owner.post("/en/resume/here")
    assert not goes_on(owner)
    assert owner.get(PROGRESS).status == 403
    assert not owner.get("/en/whose").all("a", class_="who")


def test_signing_in_anew_opens_it_without_the_pictures(whole: Whole, owner: Visitor) -> None:
    owner.post(invite_as(whole, Role.MEMBER, "eva@example.org"))
    assert is_open(owner)
    assert goes_on(owner)
    for path in PAGES:
        assert owner.get(path).status == 200, path


def test_who_listens_for_twenty_minutes_is_not_locked_in_the_middle_and_a_phone_laid_away_is(visitor: Visitor) -> None:
    visitor.start()
    visitor.post(f"{COURSE}/hello/next")
    put_lock(visitor)
    with time_machine.travel(utcnow(), tick=False) as clock:
        visitor.post("/en/whose/lock/minutes", {**mark(visitor), "minutes": "5"})
        place = {**mark(visitor), "unit": "hello", "screen": "1"}
        for _minute in range(20):
            clock.shift(timedelta(minutes=1))
            # What the page of a lesson sends while something sounds.
            assert visitor.post("/en/courses/way/resume", place).status == 204
        assert is_open(visitor)
        clock.shift(timedelta(minutes=6))
        assert visitor.post("/en/courses/way/resume", place).status == 204
        assert not is_open(visitor), "a minute that comes too late opens nothing"
