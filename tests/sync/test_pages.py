"""The page of what was carried: who sees it, and the keys on it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from perille.core.extensions import db
from perille.people.models import Account, Role
from perille.sync import sending, wire
from perille.sync.models import SyncKey, SyncRun
from perille.sync.response_schemas import ConnectionLost
from support.people import sign_in_as
from sync.pair import Two


def test_an_administrator_makes_a_key_sees_it_once_and_takes_it_back(two: Two) -> None:
    boss = sign_in_as(two.office.whole, Role.ADMINISTRATOR, "boss@example.org")
    page = f"/en/organisations/{two.office.organisation}/sync"
    sent = boss.post(f"{page}/keys", {"label": "  Laptop   of Eva "})
    assert (sent.status, sent.location) == (303, page)
    shown = boss.get(page)
    two.key = shown.one("p", id="key").words
    assert "Laptop of Eva" in shown.text
    assert not boss.get(page).all("p", id="key")
    assert two.pair() == "The office"
    for row in two.office.whole.scalars(select(SyncKey)):
        assert boss.post(f"{page}/keys/{row.id}/revoke").status == 303
    assert boss.get(page).html.count("taken back") == 2


def test_a_trainer_sees_what_was_carried_and_no_keys(two: Two) -> None:
    two.take()
    page = two.office.trainer.get(f"/en/organisations/{two.office.organisation}/sync")
    assert page.status == 200
    assert "From the office to the room" in page.text
    assert "Make a key" not in page.text
    assert f"/en/organisations/{two.office.organisation}/sync" in two.office.trainer.get("/en/groups").html


@pytest.mark.parametrize("way", ["take", "bring"])
def test_the_laptop_shows_also_a_run_that_was_cut_and_with_the_next_one_all_that_was_carried(
    two: Two, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for module in (wire, sending):
        monkeypatch.setattr(module, "MOST_LINES", 5)
    two.take()
    trainer = two.trainer_on_laptop()
    for number in range(3):
        (two.office.joined if way == "take" else two.joined_on_laptop)(f"Learner {number}")
    run = two.take if way == "take" else two.bring
    shown = f"/en/organisations/{two.office.organisation}/sync"
    before = len(trainer.get(shown).all("li"))
    two.line.asked.clear()
    two.line.cut_at = 4
    with pytest.raises(ConnectionLost):
        run()
    page = trainer.get(shown)
    assert len(page.all("li")) == before + 1
    assert page.text.count("The line was cut") == 1
    assert "Nothing was new" not in page.text
    two.line.cut_at = 0
    run()
    runs = two.laptop.scalars(select(SyncRun))
    assert sum(each.counts.get("group_member", 0) for each in runs) == 3
    (cut,) = (each for each in runs if each.ended_at is None)
    assert (cut.direction, bool(cut.counts)) == (way, True)


def test_an_address_that_is_not_proven_at_the_office_is_not_proven_on_the_laptop(two: Two) -> None:
    unproven = update(Account).values(address_proven=False)
    two.office.whole.do(lambda: db.session.execute(unproven), write=True)
    two.take()
    accounts = two.laptop.scalars(select(Account))
    assert accounts
    assert {each.address_proven for each in accounts} == {False}


def test_the_laptop_shows_the_same_to_the_trainer_there(two: Two) -> None:
    two.take()
    page = two.trainer_on_laptop().get(f"/en/organisations/{two.office.organisation}/sync")
    assert "From the office to the room" in page.text
