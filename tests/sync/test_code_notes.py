"""What is noted of codes and rows that were carried goes with the person, and comes to an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.sync.keys import revoke_key
from perille.sync.models import SyncBase, SyncKey
from perille.sync.scope import scope_of, table_of
from perille.sync.wire import SyncRefusal, base_key, key_of
from support.visitor import Visitor
from support.whole import Whole
from sync.pair import Two
from sync.test_carrying import work_on_laptop
from sync.test_codes import code_of, opened, run_forgetting

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def learned(two: Two) -> tuple[Two, Visitor, str]:
    """An office, and somebody who learned on its laptop and has a code on paper."""
    phone = work_on_laptop(two)
    return two, phone, code_of(phone)


def notes(site: Whole) -> int:
    """Return how much is noted of what was carried."""
    return len(site.scalars(select(SyncBase)))


def test_who_is_erased_leaves_no_note_of_codes_at_the_office_nor_of_anything_on_the_laptop(
    learned: tuple[Two, Visitor, str],
) -> None:
    two, room, code = learned
    before = notes(two.office.whole)
    two.bring()
    assert notes(two.office.whole) == before + 1
    phone = opened(two.office.whole, code)
    assert phone is not None
    assert phone.post("/en/forget", {"sure": "yes"}).status in (200, 303)
    assert notes(two.office.whole) == before
    names = two.laptop.do(lambda: names_of_notes(two))
    assert room.post("/en/forget", {"sure": "yes"}).status in (200, 303)
    here = {names.get(row.key, "of nobody's row").partition(" ")[0] for row in two.laptop.scalars(select(SyncBase))}
    assert here == {"learning_group", "group_course", "group_session", "group_trainer", "office"}


def names_of_notes(two: Two) -> dict[str, str]:
    """Return under what each row of the groups is noted -> what it is."""
    scope = scope_of(two.office.organisation)
    keys = ["office takes codes"]
    for name, carried in scope.tables.items():
        keys += [key_of(table_of(carried), row) for row in scope.rows(db.session, name)]
    return {base_key(each): each for each in keys}


def test_what_is_noted_of_a_code_ends_when_no_laptop_can_bring_it_any_more(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, _code = learned
    site = two.office.whole
    before = notes(site)
    two.bring()
    with time_machine.travel(utcnow() + timedelta(days=364)):
        run_forgetting(site)
        assert notes(site) == before + 1
    with time_machine.travel(utcnow() + timedelta(days=368)):
        run_forgetting(site)
        assert notes(site) == before


def test_a_code_goes_on_when_the_key_of_its_laptop_is_taken_back(learned: tuple[Two, Visitor, str]) -> None:
    two, room, code = learned
    two.bring()
    key = two.office.whole.scalars(select(SyncKey.id))[0]
    two.office.whole.do(lambda: revoke_key(db.session, two.office.organisation, key, None), write=True)
    newer = code_of(room)
    with pytest.raises(SyncRefusal, match="taken it back"):
        two.bring()
    assert opened(two.office.whole, newer) is None
    assert opened(two.office.whole, code) is not None
