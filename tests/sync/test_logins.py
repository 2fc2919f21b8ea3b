"""Cards and codes that were made on a laptop open at the office, whose keys are others, once they were brought."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from groups.school import School
from groups.test_logins import cards_of, sign_in
from perille.core.extensions import db
from perille.groups.models import GroupLogin
from perille.people.models import Account
from perille.people.sign_in.models import Pin
from perille.people.sign_in.pins import ROOM
from perille.startup import prepare
from perille.sync.models import SyncConflict, SyncKey
from perille.sync.wire import pack
from support.databases import Databases
from support.visitor import Visitor
from support.whole import Whole, dispose, make_site
from sync.pair import Two, make_two

COURSE = "/en/courses/way"


@pytest.fixture
def two(whole: Whole, databases_of: Callable[[str], Databases], whole_packs: Path, tmp_path: Path) -> Iterator[Two]:
    """An office, and a laptop with keys of its own."""
    room = ("192.168.1.5",)
    keys = {"secret_keys": ("laptop" * 8,), "site_url": "http://192.168.1.5:8000", "room_addresses": room}

    def fill(url: str) -> None:
        app = make_site(url, tmp_path, whole_packs)
        prepare(app)
        dispose(app)

    folder = tmp_path / "laptop"
    folder.mkdir()
    with databases_of("sqlite").fresh(f"whole-{os.getpid()}", fill) as url:
        app = make_site(url, folder, whole_packs, **keys)
        yield make_two(whole, Whole(app, whole_packs))
        dispose(app)


def on_laptop(two: Two) -> School:
    """Return the laptop as the trainer sees it, after the group was taken along."""
    two.take()
    office = two.office
    return School(two.laptop, two.trainer_on_laptop(), office.account, office.organisation, office.group, office.key)


def make_cards(room: School, names: str = "Aino\nSalah", kind: str = "digits") -> list[tuple[str, str]]:
    made = room.trainer.post(f"{room.page}/people/logins", {"names": names, "kind": kind})
    return cards_of(room.trainer.get(made.location))


def goes_on(phone: Visitor) -> bool:
    return any(each["href"] == f"{COURSE}/second" for each in phone.get(COURSE).all("a", class_="main"))


@pytest.mark.parametrize("kind", ["digits", "pictures"])
def test_a_card_of_the_room_opens_the_same_progress_at_the_office(two: Two, kind: str) -> None:
    room = on_laptop(two)
    card, other = make_cards(room, kind=kind)
    phone, is_in = sign_in(two.laptop, *card)
    assert is_in
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    office = two.office.whole
    assert not sign_in(office, *card)[1], "nothing was brought yet"
    report = two.bring()
    assert report.counts["group_login"] == 2
    there, is_in = sign_in(office, *card)
    assert is_in
    assert goes_on(there)
    assert not sign_in(office, card[0], other[1])[1]
    assert "2" in two.office.trainer.get(f"/en/organisations/{two.office.organisation}/sync").text


def test_after_the_first_use_the_laptops_key_is_needed_no_more(two: Two) -> None:
    card, _other = make_cards(on_laptop(two))
    two.bring()
    office = two.office.whole
    assert [each.pin_hash.startswith(ROOM) for each in office.scalars(select(Pin))] == [True, True]
    assert sign_in(office, *card)[1]
    assert sorted(each.pin_hash.startswith(ROOM) for each in office.scalars(select(Pin))) == [False, True]
    office.do(lambda: db.session.execute(update(SyncKey).values(sealed_room_keys=None)), write=True)
    assert sign_in(office, *card)[1]
    (key,) = office.scalars(select(SyncKey))
    assert key.sealed_room_keys is None


def test_the_offices_database_alone_tells_no_key_of_the_laptop(two: Two) -> None:
    make_cards(on_laptop(two))
    two.bring()
    (key,) = two.office.whole.scalars(select(SyncKey))
    assert key.sealed_room_keys.startswith("sealed:")


def test_bringing_twice_makes_nothing_twice_and_keeps_a_pin_of_the_office(two: Two) -> None:
    card, _other = make_cards(on_laptop(two))
    two.bring()
    office = two.office
    member = next(each for each in office.members() if each.name == "Aino")
    made = office.trainer.post(f"{office.page}/people/{member.id}/pin")
    ((_name, new),) = cards_of(office.trainer.get(made.location))
    assert "group_login" not in two.bring().counts
    assert len(office.whole.scalars(select(GroupLogin))) == 2
    assert sign_in(office.whole, card[0], new)[1]
    assert new == card[1] or not sign_in(office.whole, *card)[1]


def test_a_pin_that_was_changed_on_the_laptop_comes_with_the_next_bring(two: Two) -> None:
    room = on_laptop(two)
    card, _other = make_cards(room)
    two.bring()
    member = next(each for each in room.members() if each.name == "Aino")
    made = room.trainer.post(f"{room.page}/people/{member.id}/pin")
    ((_name, new),) = cards_of(room.trainer.get(made.location))
    assert two.bring().counts["group_login"] == 1
    assert sign_in(two.office.whole, card[0], new)[1]


def test_a_user_name_that_somebody_has_at_the_office_is_told_on_both_sides(two: Two) -> None:
    (card,) = make_cards(on_laptop(two), "Aino")
    office = two.office.whole
    office.do(lambda: db.session.add(Account(username=card[0])), write=True)
    report = two.bring()
    assert [(each["row"], each["field"], each["other"]) for each in report.conflicts] == [
        ("group_login", "", f'"{card[0]}"')
    ]
    assert len(office.scalars(select(SyncConflict))) == len(two.laptop.scalars(select(SyncConflict))) == 1
    page = two.office.trainer.get(f"/en/organisations/{two.office.organisation}/sync")
    assert card[0] in page.text
    assert not sign_in(office, *card)[1]


def test_a_code_of_the_room_opens_the_same_progress_at_the_office(two: Two) -> None:
    on_laptop(two)
    phone = two.joined_on_laptop("Nour")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    phone.post("/en/keep")
    code = phone.get("/en/keep").one("p", id="resume-code").words
    there = two.office.whole.visitor()
    there.post("/en/resume", {"code": code})
    assert not goes_on(there)
    assert two.bring().counts["resume_code"] == 1
    for _twice in range(2):
        there = two.office.whole.visitor()
        there.post("/en/resume", {"code": code})
        assert goes_on(there)


def test_a_laptop_changes_no_account_of_another_organisation(two: Two) -> None:
    room = on_laptop(two)
    (card,) = make_cards(room, "Aino")
    office = two.office.whole
    taken = office.do(lambda: str(db.session.scalars(select(Account.id)).first()))
    line = {
        "login": taken,
        "username": card[0],
        "name": "A",
        "locale": "en",
        "kind": "digits",
        "pin_hash": "$argon2id$x",
    }
    headers = {
        "Authorization": f"Bearer {two.key}",
        "Perille-Run": str(two.office.group),
        "Perille-Clock": "2026-11-27T10:00:00+00:00",
    }
    body = pack([{**line, "learner": taken}])
    answer = office.app.test_client(use_cookies=False).post("/sync/v1/logins", data=body, headers=headers)
    assert answer.status_code == 200
    assert office.scalars(select(Pin)) == []
