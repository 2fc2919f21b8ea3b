"""Signing up: with an account or by an address alone, a waiting list that moves up by itself, and nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.people.models import Role
from perille.seminars.feature import remind_people
from perille.seminars.models import SeminarEntry
from perille.seminars.services import forget_old
from seminars.desk import Desk, make_desk, soon
from support.concurrency import at_once
from support.people import sign_in_as
from support.visitor import Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_a_sign_up_by_an_address_counts_when_the_link_was_pressed_and_not_before(desk: Desk) -> None:
    visitor = desk.ask("aino@example.org")
    assert "We sent you an e-mail" in visitor.get(desk.page).text or desk.mails("aino@example.org")
    assert desk.states() == {"aino@example.org": "unconfirmed"}
    address = desk.link("aino@example.org")
    for _look in range(3):
        assert visitor.get(address).status == 200
    assert desk.states() == {"aino@example.org": "unconfirmed"}
    page = visitor.submit(address, {"do": "confirm"})
    assert "You have a place." in page.text
    assert desk.states() == {"aino@example.org": "taken"}


def test_the_page_says_the_same_for_an_address_that_is_known_and_one_that_is_not(desk: Desk) -> None:
    sign_in_as(desk.whole, Role.MEMBER, "known@example.org")
    desk.sign_up("signed@example.org")
    pages = []
    for email in ("known@example.org", "signed@example.org", "new@example.org"):
        visitor = desk.whole.visitor()
        visitor.post(desk.page, {"email": email, "name": "Aino"})
        pages.append(visitor.get(desk.page).text)
    assert len(set(pages)) == 1
    assert "We sent you an e-mail" in pages[0]
    (entry,) = [each for each in desk.whole.scalars(select(SeminarEntry)) if each.email == "known@example.org"]
    assert entry.account_id is None


def test_an_account_has_a_place_at_once(desk: Desk) -> None:
    person = sign_in_as(desk.whole, Role.MEMBER, "aino@example.org")
    assert "You have a place." in person.submit(desk.page, {"name": "Aino"}).text
    assert "https://meet.example/secret" in person.submit(desk.page, {"name": "Aino"}).html
    assert desk.states() == {"aino@example.org": "taken"}


def test_who_comes_late_waits_and_moves_up_when_a_place_is_given_back(desk: Desk) -> None:
    people = {name: desk.sign_up(f"{name}@example.org", name) for name in ("a", "b", "c", "d")}
    assert list(desk.states().values()) == ["taken", "taken", "waiting", "waiting"]
    visitor, address = people["a"]
    visitor.post(address, {"do": "give-back"})
    assert list(desk.states().values()) == ["given-back", "taken", "offered", "waiting"]
    assert desk.mails("c@example.org")[-1][1].values["state"] == "offered"
    visitor, address = people["c"]
    assert "Take the place" in visitor.get(address).text
    assert "You have a place." in visitor.submit(address, {"do": "take"}).text
    # Giving back ended it: the place of c is not offered to a again.
    visitor.post(address, {"do": "give-back"})
    assert desk.states() == {
        "a@example.org": "given-back",
        "b@example.org": "taken",
        "c@example.org": "given-back",
        "d@example.org": "offered",
    }


def test_who_comes_back_stands_at_the_end_of_the_queue(desk: Desk) -> None:
    (first, address), _b, _c = (desk.sign_up(f"{name}@example.org") for name in "abc")
    first.post(address, {"do": "give-back"})
    first.post(address, {"do": "confirm"})
    assert desk.states()["a@example.org"] == "waiting"
    assert desk.states()["c@example.org"] == "offered"


def test_an_offer_that_nobody_takes_goes_on_to_the_next(desk: Desk) -> None:
    people = [desk.sign_up(f"{name}@example.org") for name in "abcd"]
    people[0][0].post(people[0][1], {"do": "give-back"})

    def expire() -> None:
        entry = db.session.scalars(select(SeminarEntry).where(SeminarEntry.email == "c@example.org")).one()
        entry.offered_until = soon(-1)

    desk.whole.do(expire, write=True)
    visitor, address = people[2]
    visitor.post(address, {"do": "take"})
    assert desk.states()["c@example.org"] == "offered", "too late"
    desk.run_queues()
    assert desk.states()["c@example.org"] == "ended"
    assert desk.states()["d@example.org"] == "offered"


def test_more_places_are_offered_at_once(desk: Desk) -> None:
    for name in "abcd":
        desk.sign_up(f"{name}@example.org")
    page = desk.trainer.get(desk.staff)
    known = {tag["name"]: tag.attributes.get("value", "") for tag in page.all("input") if "name" in tag.attributes}
    known = {name: value for name, value in known.items() if name not in ("present",)}
    # Whatever the hour of the test is, it does not end after midnight.
    hours = {"begins": "10:00", "ends": "12:00"}
    desk.trainer.post(desk.staff, {**known, **hours, "language": "en", "places": "4"})
    assert sorted(desk.states().values()) == ["offered", "offered", "taken", "taken"]


@pytest.mark.parametrize("end", ["deadline", "begun", "cancelled"])
def test_nobody_gets_a_place_after_the_end(desk: Desk, end: str) -> None:
    people = [desk.sign_up(f"{name}@example.org") for name in "abc"]
    late = desk.ask("late@example.org")
    address = desk.link("late@example.org")
    changes = {
        "deadline": {"deadline_at": soon(-1)},
        "begun": {"starts_at": soon(-1), "deadline_at": soon(5)},
        "cancelled": {"cancelled_at": soon(-1)},
    }
    desk.change(**changes[end])
    people[0][0].post(people[0][1], {"do": "give-back"})
    desk.run_queues()
    late.post(address, {"do": "confirm"})
    assert desk.states()["c@example.org"] == "waiting"
    assert desk.states()["late@example.org"] == "unconfirmed"
    assert desk.whole.visitor().post(desk.page, {"email": "x@example.org", "name": "X"}).location == desk.page
    assert "x@example.org" not in desk.states()


def test_fifty_at_once_take_ten_places(whole: Whole) -> None:
    desk = make_desk(whole, places=10)
    people = [(desk.ask(f"p{number}@example.org"), f"p{number}@example.org") for number in range(50)]
    links = [(visitor, desk.link(email)) for visitor, email in people]
    for start in range(0, 50, 25):
        part = links[start : start + 25]
        answers = at_once(
            [lambda visitor=visitor, link=link: visitor.post(link, {"do": "confirm"}).status for visitor, link in part]
        )
        assert set(answers) == {303}
    states = list(desk.states().values())
    assert (states.count("taken"), states.count("waiting")) == (10, 40)


def test_two_presses_of_one_link_take_one_place(desk: Desk) -> None:
    visitor = desk.ask("a@example.org")
    link = desk.link("a@example.org")
    at_once([lambda: visitor.post(link, {"do": "confirm"}).status for _press in range(2)])
    assert desk.states() == {"a@example.org": "taken"}
    assert [kind for kind, _content in desk.mails("a@example.org")] == ["seminar-confirm", "seminar-news"]


def test_an_address_asked_for_many_times_gets_one_link_an_hour(desk: Desk) -> None:
    for _time in range(5):
        desk.ask("a@example.org")
    desk.ask("A@EXAMPLE.ORG")
    assert len(desk.mails("a@example.org")) == 1
    assert len(desk.states()) == 1


@SQLITE
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"email": "nobody", "name": "A"}, "This is no e-mail address."),
        ({"email": "nobody@example", "name": "A"}, "This is no e-mail address."),
        ({"email": "a@example.org", "name": " "}, "Write your name"),
        ({"email": "a@example.org", "name": "ن" * 150}, "This name is too long to print. It may have 120 characters."),
        ({"email": "a@example.org\nBcc: b@example.org", "name": "A"}, "This is no e-mail address."),
        ({}, "There is something to correct"),
    ],
)
def test_what_is_wrong_with_a_sign_up_is_told(desk: Desk, visitor: Visitor, form: dict[str, str], said: str) -> None:
    assert said in visitor.submit(desk.page, form).text
    assert desk.states() == {}


@SQLITE
@pytest.mark.parametrize("token", ["x", "a.b", "A" * 2000, "ImFiYyI.x"])
def test_a_made_up_link_opens_nothing(desk: Desk, visitor: Visitor, token: str) -> None:
    for part in ("", "/calendar.ics", "/certificate.pdf"):
        assert visitor.get(f"/en/seminars/mine/{token}{part}").status in (302, 404)


def test_sign_ups_go_when_their_time_is_over(desk: Desk) -> None:
    desk.sign_up("a@example.org")
    desk.ask("b@example.org")
    assert desk.whole.do(lambda: forget_old(db.session, soon(49)), write=True) == 1
    assert list(desk.states()) == ["a@example.org"]
    assert desk.whole.do(lambda: forget_old(db.session, datetime(2040, 1, 1, tzinfo=UTC)), write=True) == 1
    assert desk.states() == {}


@SQLITE
def test_a_sign_up_by_an_address_becomes_that_of_its_account_and_takes_one_place(desk: Desk) -> None:
    _visitor, address = desk.sign_up("aino@example.org", "Aino by link")
    person = sign_in_as(desk.whole, Role.MEMBER, "aino@example.org")
    assert "You have a place." in person.submit(desk.page, {"name": "Aino"}).text
    assert desk.states() == {"aino@example.org": "taken"}
    # The link in the first e-mail is still theirs, and the address makes no second sign-up.
    assert "You have a place." in person.get(address).text
    desk.ask("Aino@Example.org")
    assert desk.states() == {"aino@example.org": "taken"}
    (entry,) = desk.whole.scalars(select(SeminarEntry))
    assert entry.account_id is not None
    assert entry.name == "Aino by link"


@SQLITE
def test_a_name_that_somebody_typed_for_anothers_address_is_not_taken_over(desk: Desk) -> None:
    desk.ask("aino@example.org")
    person = sign_in_as(desk.whole, Role.MEMBER, "aino@example.org")
    person.submit(desk.page, {"name": "Aino Virta"})
    (entry,) = desk.whole.scalars(select(SeminarEntry))
    assert (entry.name, entry.state) == ("Aino Virta", "taken")
    stranger = sign_in_as(desk.whole, Role.MEMBER, "bo@example.org")
    stranger.submit(desk.page, {"name": "Bo"})
    assert len(desk.whole.scalars(select(SeminarEntry))) == 2, "an account takes nothing of another address"


def test_a_seminar_of_an_organisation_that_was_closed_takes_nobody_and_says_so(desk: Desk) -> None:
    (visitor, address), (waits, second) = desk.sign_up("a@example.org"), desk.sign_up("b@example.org")
    desk.sign_up("c@example.org")
    unconfirmed = desk.ask("d@example.org")
    link = desk.link("d@example.org")
    boss = sign_in_as(desk.whole, Role.ADMINISTRATOR, "boss@example.org")
    boss.post(f"/en/manage/organisations/{desk.organisation}/close")
    stranger = desk.whole.visitor()
    assert desk.page not in stranger.get("/en/seminars").html
    for page in (stranger.get(desk.page), visitor.get(address)):
        assert "was closed here. Ask it whether the seminar takes place." in page.text
    assert not stranger.get(desk.page).all("input", type="email")
    before = desk.states()
    desk.ask("e@example.org")
    unconfirmed.post(link, {"do": "confirm"})
    assert desk.states() == before
    # A place that is given back is offered to nobody, and nobody is reminded.
    waits.post(second, {"do": "give-back"})
    desk.run_queues()
    assert list(desk.states().values()) == ["taken", "given-back", "waiting", "unconfirmed"]
    desk.change(starts_at=soon(20), deadline_at=soon(19))
    remind(desk)
    assert "seminar-reminder" not in [kind for kind, _content in desk.mails("a@example.org")]
    boss.post(f"/en/manage/organisations/{desk.organisation}/reopen")
    assert desk.page in stranger.get("/en/seminars").html
    remind(desk)
    assert "seminar-reminder" in [kind for kind, _content in desk.mails("a@example.org")]


def remind(desk: Desk) -> None:
    """Run the job that reminds people."""
    with desk.whole.app.app_context():
        remind_people(db.session)
        db.session.remove()
