"""The ways that matter, on a site that is reached by https: there cookies have other names, and browsers take them on other terms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perille.people.models import Role
from profiles.test_locks import COURSE, MINE, close, number, press, put_lock
from support.people import invite_as
from support.visitor import Visitor
from support.whole import SECURE_SITE, Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PROGRESS = "/en/account/progress"
#: What scripts of our pages read, and so has its plain name.
FOR_SCRIPTS = {"perille_left", "perille_profile", "perille_look", "lang"}


@pytest.fixture
def site(make_whole: Callable[..., Whole]) -> Whole:
    """A site that is reached by https."""
    return make_whole(site_url=SECURE_SITE)


@pytest.fixture
def person(site: Whole) -> Visitor:
    """Somebody who has done the first lesson."""
    person = site.visitor()
    person.start()
    person.post(f"{COURSE}/hello/next")
    assert goes_on(person)
    return person


def goes_on(person: Visitor) -> bool:
    keeps_to_the_rules(person)
    return any(each["href"] == f"{COURSE}/second" for each in person.get(COURSE).all("a", class_="main"))


def is_in(person: Visitor) -> bool:
    keeps_to_the_rules(person)
    return person.get("/en/account/sign-in").status == 200


def keeps_to_the_rules(person: Visitor) -> None:
    """Hold that every cookie is one that a browser takes from an https page, and that no other host could have set."""
    for cookie in person.client._cookies.values():
        assert cookie.secure, cookie.key
        assert cookie.path == "/", cookie.key
        assert cookie.key.startswith("__Host-") or cookie.key in FOR_SCRIPTS, cookie.key


def keep(site: Whole, person: Visitor) -> None:
    asked = person.post(invite_as(site, Role.MEMBER))
    assert asked.location.startswith(f"{PROGRESS}?to=")
    person.post(PROGRESS, {"keep": "yes"})


def test_signing_in_asks_to_keep_progress_and_opens_it_elsewhere_until_one_signs_out(
    site: Whole, person: Visitor
) -> None:
    keep(site, person)
    assert is_in(person)
    other = site.visitor()
    other.post(invite_as(site, Role.MEMBER))
    assert goes_on(other)
    other.post("/en/sign-out")
    assert not is_in(other)
    assert not goes_on(other)
    assert is_in(person)


def test_leaving_signs_out_and_signing_in_comes_back(site: Whole, person: Visitor) -> None:
    keep(site, person)
    person.post("/leave")
    person.start()
    assert not is_in(person)
    assert not goes_on(person)
    person.post(invite_as(site, Role.MEMBER))
    assert is_in(person)
    # What was begun meanwhile is asked about.
    person.post(PROGRESS, {"keep": "no"})
    assert goes_on(person)


def test_without_a_line_the_pages_own_marker_signs_out(site: Whole, person: Visitor) -> None:
    keep(site, person)
    person.client.set_cookie("perille_left", "1", secure=True)
    assert not goes_on(person)
    person.start()
    assert not is_in(person)
    assert not goes_on(person)


def test_a_code_opens_progress_on_another_phone_and_after_leaving(site: Whole, person: Visitor) -> None:
    person.post("/en/keep")
    code = person.get("/en/keep").one("p", id="resume-code").words
    other = site.visitor()
    other.post("/en/resume", {"code": code})
    assert goes_on(other)
    other.post("/leave")
    assert not goes_on(other)
    other.post("/en/resume", {"code": code})
    assert goes_on(other)


def test_who_shares_a_phone_switches_in_two_presses(person: Visitor) -> None:
    person.post("/en/whose/add")
    assert not goes_on(person)
    mine = person.get("/en/whose").all("input", name_="phone")[1]["value"]
    person.post("/en/whose", {"phone": mine})
    assert goes_on(person)


def test_pictures_lock_progress_and_open_it(person: Visitor) -> None:
    put_lock(person)
    assert goes_on(person)
    close(person)
    assert not goes_on(person)
    press(person, number(person), MINE)
    assert goes_on(person)


def test_leaving_and_forgetting_leaves_no_cookie(site: Whole, person: Visitor) -> None:
    keep(site, person)
    person.post("/forget")
    assert not person.client._cookies
