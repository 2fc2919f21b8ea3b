"""Two laptops of one office: both bring, at once or one after the other, and everybody of both is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.groups.models import Group, GroupMember
from perille.groups.services import list_people
from perille.people.models import Account
from perille.people.sign_in import pins
from perille.startup import prepare
from perille.sync.keys import make_key
from perille.sync.models import SyncConflict
from support.databases import Databases
from support.records import acts, progress
from support.visitor import Visitor
from support.whole import Whole, dispose, make_site
from sync.pair import Line, Two
from sync.test_carrying import COURSE


@pytest.fixture
def other(two: Two, databases_of: Callable[[str], Databases], whole_packs: Path, tmp_path: Path) -> Iterator[Two]:
    """The same office, and another laptop."""

    def fill(url: str) -> None:
        app = make_site(url, tmp_path, whole_packs)
        prepare(app)
        dispose(app)

    folder = tmp_path / "other-laptop"
    folder.mkdir()
    with databases_of("sqlite").fresh(f"whole-{os.getpid()}", fill) as url:
        app = make_site(url, folder, whole_packs, room_addresses=("192.168.1.6",), site_url="http://192.168.1.6:8000")
        key = two.office.whole.do(lambda: make_key(db.session, two.office.organisation, "Laptop 2", None), write=True)
        found = replace(two, laptop=Whole(app, whole_packs), line=Line(two.office.whole), key=key)
        found.pair()
        yield found
        dispose(app)


def learn(two: Two, name: str) -> Visitor:
    """Let somebody join on a laptop and learn there."""
    phone = two.joined_on_laptop(name)
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    return phone


def make_login(two: Two, name: str) -> Account:
    """Let the trainer make a user name on a laptop; return its account."""
    trainer = two.trainer_on_laptop()
    assert trainer.post(f"{two.office.page}/people/logins", {"names": name, "kind": "digits"}).status == 303
    (found,) = two.laptop.scalars(select(Account).where(Account.username.is_not(None)))
    account: Account = found
    return account


def everybody(site: Whole) -> list[tuple[str, bool]]:
    """Return name, and whether they have progress, of everybody on the list at a site."""
    rows = site.scalars(select(GroupMember).order_by(GroupMember.number))
    assert len({row.number for row in rows}) == len(rows)
    return sorted((row.name, row.learner_id is not None) for row in rows)


def all_learners(*sites: Whole) -> set[str]:
    return {each.actor_name for site in sites for each in site.scalars(select(Learner))}


def test_both_bring_at_once_and_nothing_is_lost_or_doubled(two: Two, other: Two) -> None:
    for laptop in (two, other):
        laptop.take()
    for number, laptop in enumerate((two, other)):
        for each in range(2):
            learn(laptop, f"Laptop {number} person {each}")
    with ThreadPoolExecutor(2) as lines:
        list(lines.map(lambda laptop: laptop.bring(), (two, other)))
    office = two.office.whole
    assert [name for name, _learns in everybody(office)] == [
        f"Laptop {number} person {each}" for number in range(2) for each in range(2)
    ]
    assert all_learners(office) == all_learners(two.laptop, other.laptop)
    assert len(acts(office)) == len(acts(two.laptop)) + len(acts(other.laptop))
    assert len(progress(office)) == len(progress(two.laptop)) + len(progress(other.laptop))
    assert office.scalars(select(SyncConflict)) == []
    for laptop in (two, other):
        assert laptop.bring().counts == {}


@pytest.mark.parametrize("listed", [False, True])
def test_two_people_of_one_name_user_name_and_pin_are_two(
    two: Two, other: Two, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    def put_on_list() -> None:
        list_people(db.session, db.session.get_one(Group, two.office.group), ["Amal"])

    if listed:
        two.office.whole.do(put_on_list, write=True)
    monkeypatch.setattr(pins, "free_username", lambda _session: "fish-lamp-274")
    monkeypatch.setattr(pins, "draw_pin", lambda _kind, _seed=b"": "481516")
    for laptop in (two, other):
        laptop.take()
        assert make_login(laptop, "Amal").username == "fish-lamp-274"
        phone = laptop.laptop.visitor()
        page = phone.post("/en/sign-in/name", {"username": "fish-lamp-274"}).location
        phone.post(page, {"pin": "481516"})
        phone.start()
        phone.post(f"{COURSE}/hello/next")
    for laptop in (two, other):
        laptop.bring()
    office = two.office.whole
    assert everybody(office) == [("Amal", True), ("Amal", True)]
    assert all_learners(office) == all_learners(two.laptop, other.laptop)
    assert len(acts(office)) == len(acts(two.laptop)) + len(acts(other.laptop))
    for laptop in (two, other, two, other):
        laptop.bring()
    assert everybody(office) == [("Amal", True), ("Amal", True)]
    assert office.do(lambda: db.session.scalar(select(func.count()).select_from(Learner))) == 2


def test_who_was_given_a_phone_on_both_laptops_is_told_and_both_stay(two: Two, other: Two) -> None:
    def put_on_list() -> None:
        list_people(db.session, db.session.get_one(Group, two.office.group), ["Anna"])

    two.office.whole.do(put_on_list, write=True)
    for laptop in (two, other):
        laptop.take()
        phone = laptop.laptop.visitor()
        phone.start()
        phone.post(f"{COURSE}/hello/next")
        (learner,) = laptop.laptop.scalars(select(Learner.id))
        laptop.laptop.do(lambda: db.session.execute(update(GroupMember).values(learner_id=learner)), write=True)  # noqa: B023
    assert two.bring().conflicts == []
    assert [each.field for each in other.bring().conflicts] == ["learner_id"]
    assert everybody(two.office.whole) == [("Anna", True), ("Anna", True)]
    assert all_learners(two.office.whole) == all_learners(two.laptop, other.laptop)
