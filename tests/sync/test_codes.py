"""A code on paper that was made in a room opens at the office what was brought there, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment import room_codes
from perille.enrolment.models import CodeKey, Learner, ResumeCode
from perille.enrolment.room_codes import keys_of_rooms
from perille.sync.client import ConnectionLost
from perille.sync.codes import note_office
from perille.sync.feature import forget
from perille.sync.models import SyncBase, SyncOffice
from perille.sync.wire import SyncRefusal
from support.records import progress
from support.visitor import Visitor
from support.whole import Whole
from sync.pair import Two, put_together_at_the_office
from sync.test_carrying import COURSE, work_on_laptop


def code_of(visitor: Visitor) -> str:
    """Make a code and return it as it is shown."""
    assert visitor.post("/en/keep", {"sure": "yes"}).location == "/en/keep"
    return visitor.get("/en/keep").one("p", id="resume-code").words


def opened(site: Whole, code: str) -> Visitor | None:
    """Return a new phone on which a code opened progress, None where it did not."""
    phone = site.visitor()
    answer = phone.post("/en/resume", {"code": code})
    assert answer.status in (303, 400)
    return phone if answer.status == 303 and phone.cookie() is not None else None


@pytest.fixture
def learned(two: Two) -> tuple[Two, Visitor, str]:
    """An office, and somebody who learned on its laptop and has a code on paper."""
    phone = work_on_laptop(two)
    return two, phone, code_of(phone)


def test_a_code_of_the_room_opens_at_the_office_what_was_brought(learned: tuple[Two, Visitor, str]) -> None:
    two, _phone, code = learned
    office = two.office.whole
    assert opened(office, code) is None
    assert two.bring().counts["resume_code"] == 1
    phone = opened(office, code)
    assert phone is not None
    assert "Go on:" in phone.get(COURSE).text
    assert progress(office) == progress(two.laptop)
    assert opened(office, code[:-1] + str((int(code[-1]) + 1) % 10)) is None
    assert opened(two.laptop, code) is not None, "it goes on working in the room"


def test_a_second_run_brings_no_code_again_and_what_was_ended_at_the_office_stays_ended(
    learned: tuple[Two, Visitor, str],
) -> None:
    two, room, code = learned
    two.bring()
    assert two.bring().counts == {}
    phone = opened(two.office.whole, code)
    assert phone is not None
    assert phone.post("/en/keep/end").status == 303
    room.post(f"{COURSE}/second/next")
    two.bring()
    two.laptop.do(forget_what_was_said, write=True)
    two.bring()
    assert opened(two.office.whole, code) is None


def forget_what_was_said() -> None:
    """Let a laptop say all again, as one does whose data folder was restored from a copy."""
    for row in db.session.scalars(select(SyncBase)):
        if row.digests and all(len(each) == 24 for each in row.digests):
            db.session.delete(row)


def test_a_newer_code_of_the_room_ends_the_one_that_was_brought(learned: tuple[Two, Visitor, str]) -> None:
    two, room, code = learned
    two.bring()
    newer = code_of(room)
    two.bring()
    assert opened(two.office.whole, code) is None
    assert opened(two.office.whole, newer) is not None


def test_a_code_that_was_ended_in_the_room_ends_at_the_office(learned: tuple[Two, Visitor, str]) -> None:
    two, room, code = learned
    two.bring()
    assert room.post("/en/keep/end").status == 303
    two.bring()
    assert opened(two.office.whole, code) is None
    assert two.office.whole.scalars(select(ResumeCode)) == []


def test_whose_progress_is_open_at_the_office_is_opened_by_no_further_code_of_a_room(
    learned: tuple[Two, Visitor, str],
) -> None:
    two, room, code = learned
    two.bring()
    assert opened(two.office.whole, code) is not None
    later = code_of(room)
    two.bring()
    assert opened(two.office.whole, later) is None
    assert opened(two.office.whole, code) is not None, "the one that was used there goes on"


def test_a_code_that_the_office_has_already_for_somebody_else_changes_nothing(
    learned: tuple[Two, Visitor, str],
) -> None:
    two, _room, code = learned
    (made,) = two.laptop.scalars(select(ResumeCode))
    site = two.office.whole
    site.visitor().start()
    (other,) = site.scalars(select(Learner))
    site.do(lambda: db.session.add(ResumeCode(code_hash=made.code_hash, learner_id=other.id)), write=True)
    assert "resume_code" not in two.bring().counts
    (row,) = site.scalars(select(ResumeCode))
    assert row.learner_id == other.id
    assert code


def test_a_code_of_somebody_erased_at_the_office_comes_no_more(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, code = learned
    two.bring()
    phone = opened(two.office.whole, code)
    assert phone is not None
    assert phone.post("/en/forget", {"sure": "yes"}).status in (200, 303)
    two.bring()
    assert opened(two.office.whole, code) is None
    assert two.office.whole.scalars(select(ResumeCode)) == []


def test_a_code_of_somebody_in_no_group_stays_on_the_laptop(two: Two) -> None:
    two.take()
    phone = two.laptop.visitor()
    phone.start()
    code = code_of(phone)
    two.bring()
    assert opened(two.office.whole, code) is None
    assert two.office.whole.scalars(select(ResumeCode)) == []


def test_a_code_opens_whom_its_learner_turned_out_to_be(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, code = learned
    two.bring()
    (older,) = two.office.whole.scalars(select(Learner))
    put_together_at_the_office(two, older)
    assert two.bring().counts == {}
    assert opened(two.office.whole, code) is not None


def test_a_cut_line_loses_no_code(learned: tuple[Two, Visitor, str]) -> None:
    two, room, code = learned
    two.bring()
    code_of(room)
    for arrives in (False, True):
        two.line.asked.clear()
        two.line.cut_at, two.line.arrives = 3, arrives
        with pytest.raises(ConnectionLost):
            two.bring()
        assert two.line.asked[-1] == "POST /sync/v1/codes"
        two.line.cut_at = 0
    newest = code_of(room)
    two.bring()
    assert opened(two.office.whole, newest) is not None
    assert opened(two.office.whole, code) is None


def test_only_hashes_travel_and_the_key_is_sealed_at_the_office(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, code = learned
    two.bring()
    digits = code.replace(" ", "")
    assert not any(digits.encode() in body or code.encode() in body for body in two.line.sent)
    (key,) = two.office.whole.scalars(select(CodeKey))
    sent = next(body for body in two.line.sent if b'"hash"' in body)
    said = json.loads(sent.splitlines()[1])["key"]
    assert said not in key.sealed
    assert key.sealed.startswith("sealed:")


def test_nothing_is_sent_over_an_open_line_and_to_an_older_office(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, code = learned

    def open_line() -> None:
        db.session.get_one(SyncOffice, 1).url = "http://192.168.1.9"

    two.laptop.do(open_line, write=True)
    two.bring()
    assert "POST /sync/v1/codes" not in two.line.asked
    assert opened(two.office.whole, code) is None


def test_a_code_lives_no_longer_at_the_office_than_in_the_room(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, code = learned
    with time_machine.travel(utcnow() + timedelta(days=300)):
        two.bring()
        (row,) = two.office.whole.scalars(select(ResumeCode))
        assert row.expires_at is not None
        assert timedelta(days=64) < row.expires_at - utcnow() < timedelta(days=66)
    with time_machine.travel(utcnow() + timedelta(days=366)):
        assert opened(two.office.whole, code) is None


def test_the_page_of_the_code_says_where_it_works(learned: tuple[Two, Visitor, str]) -> None:
    two, room, _code = learned
    page = room.get("/en/keep").text
    address = two.laptop.scalars(select(SyncOffice))[0].site_url.partition("://")[2]
    assert f"Later it works at {address} too" in page
    assert "stays on this computer" not in page
    room.post("/en/keep", {"sure": "yes"})
    shown = room.get("/en/keep").text
    assert "on any phone in this room" in shown
    assert "Later it works at" in shown
    assert "With it you can go on, on any phone. " not in shown


def test_the_page_promises_nothing_to_who_is_in_no_group_or_whose_office_takes_no_codes(
    learned: tuple[Two, Visitor, str],
) -> None:
    two, room, _code = learned
    alone = two.laptop.visitor()
    alone.start()
    assert "Your progress stays on this computer." in alone.get("/en/keep").text
    code_of(alone)
    two.laptop.do(lambda: note_office(db.session, takes=False), write=True)
    page = room.get("/en/keep").text
    assert "Anywhere else the code opens nothing." in page
    assert "Your progress stays on this computer." not in page, "it is brought, only its code is not"
    assert "Later it works" not in page


def test_the_page_says_that_what_was_opened_at_the_office_takes_no_new_code(learned: tuple[Two, Visitor, str]) -> None:
    two, room, code = learned
    hedge = "If you have opened your progress there before"
    assert hedge not in room.get("/en/keep").text, "nobody can have opened there what was never brought"
    two.bring()
    assert hedge in room.get("/en/keep").text
    assert opened(two.office.whole, code) is not None
    newer = code_of(room)
    assert hedge in room.get("/en/keep").text
    two.bring()
    assert opened(two.office.whole, newer) is None
    assert opened(two.office.whole, code) is not None


def test_a_code_of_a_room_outlives_a_change_of_the_key_of_cookies(
    learned: tuple[Two, Visitor, str], make_whole: Callable[..., Whole]
) -> None:
    two, _room, code = learned
    keyed = make_whole(code_keys=("n" * 40,))
    two.line.site = keyed
    two.bring()
    after = make_whole(code_keys=("n" * 40,), secret_keys=("o" * 40,))
    assert opened(after, code) is not None


def run_forgetting(site: Whole) -> None:
    """Run the daily job."""
    with site.app.app_context():
        forget(db.session)
        db.session.remove()


def test_the_key_of_a_laptop_is_kept_no_longer_than_its_codes(learned: tuple[Two, Visitor, str]) -> None:
    two, _room, _code = learned
    two.bring()
    site = two.office.whole
    with time_machine.travel(utcnow() + timedelta(days=364)):
        run_forgetting(site)
        assert len(site.scalars(select(CodeKey))) == 1
    with time_machine.travel(utcnow() + timedelta(days=366)):
        assert site.do(lambda: list(keys_of_rooms(db.session))) == []
        run_forgetting(site)
        assert site.scalars(select(CodeKey)) == []


def test_an_office_keeps_only_so_many_keys_of_laptops(
    learned: tuple[Two, Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    two, _room, code = learned
    monkeypatch.setattr(room_codes, "MOST_KEYS", 0)
    with pytest.raises(SyncRefusal, match="too many keys"):
        two.bring()
    assert two.office.whole.scalars(select(CodeKey)) == []
    monkeypatch.undo()
    two.bring()
    assert opened(two.office.whole, code) is not None


def test_the_page_at_the_office_says_what_it_always_said(two: Two) -> None:
    phone = two.office.whole.visitor()
    phone.start()
    phone.post("/en/keep")
    page = phone.get("/en/keep").text
    assert "With it you can go on, on any phone. We cannot show it again." in page
    assert "this room" not in page
    assert "stays on this computer" not in page


@pytest.mark.parametrize(
    "lines",
    [
        [{"key": "xy"}],
        [{"key": "00"}],
        [{"key": "00" * 32}] * 11,
        [{"learner": "1", "codes": []}],
        [{"learner": str(uuid4()), "codes": [{"hash": "00" * 32, "made": "yesterday", "left": 5}]}],
        [{"learner": str(uuid4()), "codes": [{"hash": "00" * 32, "made": "2026-11-28T10:00:00+00:00", "left": 1e300}]}],
        [
            {
                "learner": str(uuid4()),
                "codes": [{"hash": "00" * 32, "made": "2026-11-28T10:00:00+00:00", "left": 5}] * 11,
            }
        ],
        [{"learner": str(uuid4()), "codes": 5}],
        [{"learner": str(uuid4()), "codes": []}] * 101,
    ],
)
def test_what_is_no_code_refuses_the_part(two: Two, lines: list[dict[str, object]]) -> None:
    head = json.dumps({"perille-sync": 1, "lines": len(lines)})
    body = "".join(f"{each}\n" for each in (head, *map(json.dumps, lines))).encode()
    headers = {
        "Authorization": f"Bearer {two.key}",
        "Perille-Run": str(uuid4()),
        "Perille-Clock": utcnow().isoformat(),
    }
    client = two.office.whole.app.test_client(use_cookies=False)
    answer = client.post("/sync/v1/codes", data=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert re.search(rb'"refused":"(row|size)"', answer.get_data())
    assert two.office.whole.scalars(select(CodeKey)) == []
