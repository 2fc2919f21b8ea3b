"""A trainer makes user names with PINs for a list of names, and prints their cards; people sign in with them on any phone."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from groups.school import School, make_school
from perille.core.extensions import db
from perille.groups import login_views
from perille.groups.models import Group, GroupLogin
from perille.people.models import Account, Role
from perille.people.sign_in.hashing import PinHasher
from perille.people.sign_in.models import Pin
from support.people import sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

AINO, SALAH = "Aino", "صلاح الدين"
NAMES = f"{AINO}\n{SALAH}\n\n{AINO}\n"
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def make(school: School, names: str = NAMES, kind: str = "digits") -> Page:
    """Let the trainer make cards; return the page they lead to."""
    made = school.trainer.post(f"{school.page}/people/logins", {"names": names, "kind": kind})
    assert made.status == 303
    return school.trainer.get(made.location)


def cards_of(page: Page) -> list[tuple[str, str]]:
    """Return the user names and PINs of the cards on a page."""
    codes = [tag.words for tag in page.all("code")]
    pictures = [tag.words.lower() for tag in page.all("ol", class_="pin-shown-pictures")]
    pins = pictures or [each.replace(" ", "") for each in codes[1::2]]
    return list(zip(codes if pictures else codes[::2], pins, strict=True))


def sign_in(whole: Whole, username: str, pin: str) -> tuple[Visitor, bool]:
    """Sign in on a new phone; return it, and whether it is in."""
    phone = whole.visitor()
    asked = phone.post("/en/sign-in/name", {"username": username}).location
    *first, last = pin.split()
    phone.post(asked, {"pressed": " ".join(first), "picture": last} if first else {"pin": pin})
    return phone, phone.get("/en/account").status == 200


@SQLITE
def test_the_picture_on_a_card_opens_in_the_language_of_the_phone(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(login_views, "picture_of", lambda address: drawn.append(address) or "")
    school.whole.do(lambda: db.session.execute(update(Group).values(language="sv")), write=True)
    make(school)
    for address in drawn:
        path = f"/{address.split('/', 3)[3]}"
        for phone, shown in (("ar-SY,en;q=0.5", "ar"), ("tlh", "sv")):
            came = school.whole.visitor().get(path, Accept_Language=phone)
            assert came.location.startswith(f"/{shown}/sign-in/pin/"), came.status
            assert school.whole.visitor().get(came.location).status == 200
    assert len(drawn) == 2


@pytest.mark.parametrize("kind", ["digits", "pictures"])
def test_a_card_signs_in_on_any_phone_and_the_list_shows_what_was_done(school: School, kind: str) -> None:
    page = make(school, kind=kind)
    cards = cards_of(page)
    assert len(cards) == 2, "a name that is written twice gets one card"
    assert SALAH in page.text
    assert [each.name for each in school.members()] == [AINO, SALAH]
    phone, is_in = sign_in(school.whole, *cards[1])
    assert is_in
    phone.start()
    phone.post("/en/courses/way/hello/next")
    (row,) = [tag.words for tag in school.trainer.get(school.page).all("tr") if SALAH in tag.words]
    assert "1 of" in row
    other, _is_in = sign_in(school.whole, *cards[1])
    assert other.get("/en/courses/way").all("a", class_="main")[0]["href"].endswith("/second")


@SQLITE
def test_cards_can_be_loaded_again_in_this_browser_and_are_kept_nowhere(school: School) -> None:
    page = make(school)
    here = f"{school.page}/people/logins"
    assert page.headers["Cache-Control"].startswith("no-store")
    assert cards_of(school.trainer.get(here)) == cards_of(page), "a page that is loaded anew loses no PIN"
    colleague = sign_in_as(school.whole, Role.COORDINATOR, "mari@example.org")
    assert colleague.get(here).all("code") == []
    pins = [pin for _name, pin in cards_of(page)]
    kept = school.whole.do(lambda: [row.pin_hash for row in db.session.scalars(select(Pin))])
    assert not [each for each in kept for pin in pins if pin in each]


@SQLITE
def test_who_comes_late_gets_a_card_while_the_others_are_still_shown(school: School) -> None:
    shown = make(school, AINO)
    assert len(cards_of(shown)) == 1
    (more,) = [tag["href"] for tag in shown.all("a") if tag.words == "Make user names and PINs for people"]
    assert school.trainer.get(more).one("textarea")["name"] == "names"
    assert len(cards_of(make(school, "Bo", "pictures"))) == 1


def test_pressing_twice_makes_nobody_twice_and_a_listed_name_keeps_its_line(school: School) -> None:
    school.trainer.post(f"{school.page}/people", {"names": AINO})
    make(school)
    again = school.trainer.post(f"{school.page}/people/logins", {"names": NAMES, "kind": "digits"})
    assert "has a user name already" in school.trainer.get(again.location).text
    assert [(each.name, each.number) for each in school.members()] == [(AINO, 1), (SALAH, 2)]
    assert len(school.whole.scalars(select(GroupLogin))) == 2


def press(school: School, address: str) -> dict[str, str]:
    """Return what a form carries by which its second press is known."""
    return {"press": school.trainer.get(address).one("input", name_="press")["value"]}


@pytest.mark.parametrize("kind", ["digits", "pictures"])
def test_a_second_press_gives_the_cards_of_the_first_one_again(school: School, kind: str) -> None:
    """The answer to the first press may be lost on a slow line, and its cards on paper: both must open the same accounts."""
    here = f"{school.page}/people/logins"
    sent = {"names": NAMES, "kind": kind, **press(school, here)}
    first = cards_of(school.trainer.get(school.trainer.post(here, sent).location))
    second = cards_of(school.trainer.get(school.trainer.post(here, sent).location))
    assert first == second
    assert len({username for username, _pin in first}) == 2
    assert len(school.whole.scalars(select(Account).where(Account.username.is_not(None)))) == 2
    assert all(sign_in(school.whole, *card)[1] for card in first)


@SQLITE
def test_a_second_press_shows_no_pin_that_was_changed_meanwhile(school: School) -> None:
    here = f"{school.page}/people/logins"
    sent = {"names": NAMES, "kind": "digits", **press(school, here)}
    cards = cards_of(school.trainer.get(school.trainer.post(here, sent).location))
    address = f"{school.page}/people/{school.members()[0].id}/pin"
    school.trainer.post(address, press(school, address))
    again = cards_of(school.trainer.get(school.trainer.post(here, sent).location))
    assert again == cards[1:]


@SQLITE
def test_a_new_pin_that_is_pressed_twice_is_one(school: School) -> None:
    make(school)
    address = f"{school.page}/people/{school.members()[0].id}/pin"
    sent = press(school, address)
    first = cards_of(school.trainer.get(school.trainer.post(address, sent).location))
    second = cards_of(school.trainer.get(school.trainer.post(address, sent).location))
    assert first == second
    assert sign_in(school.whole, *first[0])[1]


@SQLITE
def test_a_page_that_is_sent_again_later_asks_and_changes_no_pin(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(school)
    address = f"{school.page}/people/{school.members()[0].id}/pin"
    sent = press(school, address)
    (card,) = cards_of(school.trainer.get(school.trainer.post(address, sent).location))
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr("perille.core.web.idempotency_key.time.time", lambda: now + 3600)
        assert school.trainer.post(address, sent).location == address
    assert sign_in(school.whole, *card)[1], "what was printed still works"


@SQLITE
@pytest.mark.parametrize("names", ["", "\n \n", "\n".join(f"Aino {number}" for number in range(41))])
def test_no_names_and_too_many_are_told(school: School, names: str) -> None:
    refused = school.trainer.post(f"{school.page}/people/logins", {"names": names, "kind": "digits"})
    assert school.trainer.get(refused.location).all("div", id="errors")
    assert school.whole.scalars(select(GroupLogin)) == []


@SQLITE
def test_forty_cards_of_long_names_are_shown(school: School) -> None:
    names = "\n".join(f"{'نور ' * 25}{number}" for number in range(40))
    page = make(school, names, "pictures")
    assert len(cards_of(page)) == 40


@SQLITE
def test_who_forgot_a_pin_gets_a_new_one_of_the_same_kind_from_the_trainer_alone(school: School) -> None:
    (_aino, (username, old)) = cards_of(make(school, kind="pictures"))
    member = school.members()[1]
    address = f"{school.page}/people/{member.id}/pin"
    foreign = make_school(school.whole, "olli@example.org", "The school")
    assert foreign.trainer.post(address).status == 403
    assert foreign.trainer.post(f"{foreign.page}/people/{member.id}/pin").status == 404
    assert school.trainer.get(f"{school.page}/people").all("a", href=address)
    assert "stops working" in school.trainer.get(address).text
    assert foreign.trainer.get(f"{foreign.page}/people/{member.id}/pin").status == 404
    ((name, new),) = cards_of(school.trainer.get(school.trainer.post(address).location))
    assert (name, len(new.split())) == (username, 3)
    assert sign_in(school.whole, username, new)[1]
    assert new == old or not sign_in(school.whole, username, old)[1]


@SQLITE
def test_a_trainer_changes_no_pin_of_an_account_that_is_somebodys_own(school: School) -> None:
    person = sign_in_as(school.whole, Role.MEMBER, "own@example.org")
    person.post(school.link, {"name": "Own"})
    (member,) = school.members()
    address = f"{school.page}/people/{member.id}/pin"
    assert school.trainer.post(address).status == 404
    make(school, AINO)
    login = school.whole.scalars(select(GroupLogin))[0]
    mine = update(Account).where(Account.id == login.account_id).values(email="aino@example.org")
    school.whole.do(lambda: db.session.execute(mine), write=True)
    assert school.trainer.post(f"{school.page}/people/{login.member_id}/pin").status == 404


@SQLITE
def test_who_may_not_make_cards_costs_no_hash(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    make(school)
    here = f"{school.page}/people/logins"
    one = f"{school.page}/people/{school.members()[0].id}/pin"
    hashed: list[str] = []
    monkeypatch.setattr(PinHasher, "hash", lambda _self, pin: hashed.append(pin) or "hash")
    stranger, other = (
        school.whole.visitor(),
        sign_in_as(school.whole, Role.TRAINER, "else@example.org", place="Elsewhere"),
    )
    reviewer = sign_in_as(school.whole, Role.REVIEWER, "reads@example.org")
    for visitor in (stranger, other, reviewer):
        for address in (here, one):
            assert visitor.post(address, {"names": NAMES, "kind": "digits"}).status in {303, 401, 403}
    assert hashed == []
    assert school.trainer.post(here, {"names": "Bela\nChi", "kind": "digits"}).status == 303
    assert len(hashed) == 2
