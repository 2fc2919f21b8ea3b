"""What a browser keeps of an account that was in by a PIN: nothing once the phone was left, whatever way it was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from groups.school import School, make_school
from groups.test_logins import cards_of, make, sign_in
from perille.core.web.leaving import COOKIES, KNOWN
from support.visitor import Visitor
from support.whole import Whole


@pytest.fixture
def school(whole: Whole) -> School:
    return make_school(whole)


@pytest.fixture
def phone(school: School) -> Visitor:
    """A phone on which somebody signed in with a card's PIN and learned."""
    phone, is_in = sign_in(school.whole, *cards_of(make(school, "Aino"))[0])
    assert is_in
    phone.start()
    assert kept(phone)[KNOWN]
    return phone


def kept(phone: Visitor) -> dict[str, str]:
    """Return the cookies of a browser: name -> value."""
    found = (phone.client.get_cookie(name, domain="localhost") for name in COOKIES)
    return {each.key: each.value for each in found if each is not None}


def leave(phone: Visitor) -> None:
    phone.post("/leave")


def leave_without_a_line(phone: Visitor) -> None:
    # As static/leave.js does; the next page that is asked for tells the server.
    phone.client.set_cookie("perille_left", "1", domain="localhost")
    phone.get("/en/")


def forget(phone: Visitor) -> None:
    phone.post("/forget")


def forget_without_a_line(phone: Visitor) -> None:
    phone.client.set_cookie("perille_left", "forget", domain="localhost")
    phone.get("/en/")


@pytest.mark.parametrize("go", [leave, leave_without_a_line, forget, forget_without_a_line])
def test_a_phone_that_was_left_does_not_tell_that_an_account_was_in(
    phone: Visitor, go: Callable[[Visitor], None]
) -> None:
    mark = kept(phone)[KNOWN]
    go(phone)
    left = kept(phone)
    assert KNOWN not in left
    assert not any(mark in value for value in left.values())
    assert "perille_account" not in left


@pytest.mark.parametrize("go", [forget, forget_without_a_line])
def test_after_leave_and_forget_nothing_is_left_but_the_mark_of_leaving_at_most(
    phone: Visitor, go: Callable[[Visitor], None]
) -> None:
    go(phone)
    assert kept(phone).keys() <= {"perille_left"}


def test_who_signs_out_is_not_made_to_wait_by_others_wrong_pins_later(phone: Visitor) -> None:
    phone.post("/en/sign-out")
    assert KNOWN in kept(phone)
