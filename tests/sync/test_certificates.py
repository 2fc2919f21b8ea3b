"""A certificate that was earned in a room: its paper, its code on both sides, and its corrections, before and after it is brought."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import select

from perille.core.extensions import db
from perille.credentials.codes import pretty
from perille.credentials.models import Credential
from perille.credentials.reissues import ReissueReason, reissue
from perille.credentials.services import state
from perille.credentials.shares import links_of, share
from perille.groups.models import GroupCourse
from perille.sync.models import SyncConflict, SyncOffice
from support.exam import take, write_exam
from support.visitor import Visitor
from support.whole import Whole
from sync.pair import Two

MODULE = "/en/modules/exam"
CERTIFICATE = f"{MODULE}/certificate"


@pytest.fixture
def room(two: Two, tmp_path: Path) -> Two:
    """An office and a laptop which has taken along a group with a module for professionals."""
    folder = write_exam(tmp_path)
    for site in (two.office.whole, two.laptop):
        site.publish(folder)

    def give() -> None:
        db.session.add(GroupCourse(group_id=two.office.group, pack_id="module_exam"))

    two.office.whole.do(give, write=True)
    two.take()
    return two


@pytest.fixture
def graduate(room: Two) -> Visitor:
    """Somebody who earned a certificate in the room."""
    phone = room.joined_on_laptop("Aino")
    phone.post(f"{MODULE}/start")
    take(phone)
    phone.post(f"{MODULE}/hello/next")
    assert phone.post(CERTIFICATE, {"name": "Aino Virtnen"}).status == 303
    return phone


def issues(site: Whole) -> list[Credential]:
    """Return all issues, the oldest first."""
    return list(site.scalars(select(Credential).order_by(Credential.awarded_at, Credential.id)))


def correct(phone: Visitor, name: str = "Aino Virtanen") -> None:
    assert phone.post(f"{CERTIFICATE}/reissue", {"name": name, "reason": "spelling"}).status == 303


def states(site: Whole) -> list[tuple[str, str]]:
    return [(each.printed_name, state(each, each.awarded_on).value) for each in issues(site)]


BOTH = [("Aino Virtnen", "replaced"), ("Aino Virtanen", "valid")]


def test_a_certificate_corrected_in_the_room_before_it_was_brought(room: Two, graduate: Visitor) -> None:
    correct(graduate)
    assert states(room.laptop) == BOTH
    room.bring()
    assert room.office.whole.scalars(select(SyncConflict)) == []
    assert states(room.office.whole) == BOTH
    assert room.bring().counts == {}
    old, new = issues(room.office.whole)
    assert old.replaced_by_id == new.id


def test_a_certificate_corrected_in_the_room_after_it_was_brought(room: Two, graduate: Visitor) -> None:
    room.bring()
    assert states(room.office.whole) == [("Aino Virtnen", "valid")]
    correct(graduate)
    room.bring()
    assert room.office.whole.scalars(select(SyncConflict)) == []
    assert states(room.office.whole) == BOTH
    assert room.bring().counts == {}
    correct(graduate, "Aino Maria Virtanen")
    room.bring()
    assert states(room.office.whole) == states(room.laptop)
    assert len(states(room.laptop)) == 3


def test_a_certificate_corrected_at_the_office_is_what_the_laptop_takes_and_nothing_turns_back(
    room: Two, graduate: Visitor
) -> None:
    room.bring()
    correct_at_the_office(room)
    for _run in range(2):
        room.take()
        assert states(room.laptop) == BOTH
        room.bring()
        assert states(room.office.whole) == BOTH
    assert room.office.whole.scalars(select(SyncConflict)) == []


def correct_at_the_office(room: Two) -> None:
    (made,) = issues(room.office.whole)

    def work() -> None:
        row = db.session.get_one(Credential, made.id)
        reissue(db.session, row, printed_name="Aino Virtanen", reason=ReissueReason.SPELLING, day=made.awarded_on)

    room.office.whole.do(work, write=True)


def test_a_clock_that_was_set_back_does_not_turn_a_correction_round(room: Two, graduate: Visitor) -> None:
    with time_machine.travel(datetime(1999, 12, 31, tzinfo=UTC), tick=True):
        correct(graduate)
    room.bring()
    counts = {each.printed_name: each.replaced_on is None for each in issues(room.office.whole)}
    assert counts == {"Aino Virtnen": False, "Aino Virtanen": True}


def test_corrections_in_both_places_are_told_and_one_counts(room: Two, graduate: Visitor) -> None:
    room.bring()
    correct_at_the_office(room)
    correct(graduate, "Aino Virtaniemi")
    for _run in range(2):
        room.bring()
        room.take()
        for site in (room.office.whole, room.laptop):
            assert [each.printed_name for each in issues(site) if each.replaced_on is None] == ["Aino Virtanen"]
            assert len(issues(site)) == 3
    assert room.office.whole.scalars(select(SyncConflict)) != []


def test_a_link_to_a_certificate_shows_the_correction_that_a_laptop_brings(room: Two, graduate: Visitor) -> None:
    room.bring()
    (made,) = issues(room.office.whole)
    token = room.office.whole.do(lambda: token_of(made.id), write=True)
    correct(graduate)
    room.bring()
    assert "Aino Virtanen" in room.office.whole.visitor().get(f"/en/shared/{token}").text


def token_of(number: UUID) -> str:
    row = db.session.get_one(Credential, number)
    share(db.session, row)
    return links_of(db.session, row)[0].token


def paper(phone: Visitor) -> str:
    """Return the words of the paper."""
    body = phone.client.get(f"{CERTIFICATE}.pdf").data
    return " ".join(PdfReader(io.BytesIO(body)).pages[0].extract_text().split())


def test_the_paper_of_the_room_leads_to_the_office_which_knows_its_codes_once_it_is_brought(
    room: Two, graduate: Visitor
) -> None:
    old = issues(room.laptop)[0]
    words = paper(graduate)
    office_address = room.laptop.scalars(select(SyncOffice))[0].site_url.partition("://")[2]
    assert f"{office_address}/verify" in words
    assert "192.168.1.5" not in words
    office, laptop = room.office.whole.visitor(), room.laptop.visitor()
    unknown = office.get(f"/verify/{pretty(old.code)}")
    assert unknown.status == 404
    assert "it comes from a room without internet and was not brought here yet" in unknown.text
    assert laptop.get(f"/verify/{pretty(old.code)}").status == 200
    correct(graduate)
    room.bring()
    new = issues(room.laptop)[1]
    for visitor in (office, laptop):
        before, now = (visitor.get(f"/verify/{pretty(each.code)}") for each in (old, new))
        assert (before.status, now.status) == (200, 200)
        assert "replaced" in before.text
        assert "This certificate is valid." in now.text
        assert "Aino" not in before.text + now.text
    answer = office.submit(f"/verify/{pretty(new.code)}/name", {"name": "aino virtanen"})
    assert "Yes" in answer.text
    assert paper(graduate).replace(pretty(new.code), "") != words


def test_a_laptop_offers_no_link_for_employers_since_nobody_elsewhere_reaches_it(room: Two, graduate: Visitor) -> None:
    assert "Show it to an employer" not in graduate.get(CERTIFICATE).text
