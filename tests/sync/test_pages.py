"""The page of what was carried: who sees it, and the keys on it."""

from __future__ import annotations

from sqlalchemy import select

from perille.people.models import Role
from perille.sync.models import SyncKey
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


def test_the_laptop_shows_the_same_to_the_trainer_there(two: Two) -> None:
    two.take()
    page = two.trainer_on_laptop().get(f"/en/organisations/{two.office.organisation}/sync")
    assert "From the office to the room" in page.text
