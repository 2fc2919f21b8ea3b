"""Carrying over an encrypted line that is cut after so many bytes, wherever in a request or an answer: nothing is lost."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from perille.core.extensions import db
from perille.groups.models import GroupMember
from perille.sync import sending, wire
from perille.sync.client import HttpTransport
from perille.sync.models import SyncConflict
from perille.sync.response_schemas import ConnectionLost
from perille.sync.room import Report, Room
from support.cutting_line import CuttingLine, cutting_line
from support.records import acts, by_id, progress
from support.visitor import Visitor
from sync.pair import Two
from sync.test_carrying import COURSE, counts, rename

#: Bytes that the first run gets through; each next one gets twice as many.
FIRST, FURTHER = 700, 2


@pytest.fixture
def line(two: Two, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingLine]:
    """The office behind an encrypted line, and the laptop paired with it over that line."""
    for module in (wire, sending):
        monkeypatch.setattr(module, "MOST_LINES", 5)
    server = make_server("127.0.0.1", 0, two.office.whole.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with cutting_line(server.port, tls) as carried:
        on_laptop(two, lambda room: room.pair(f"https://localhost:{carried.port}", two.key))
        yield carried
    server.shutdown()
    server.server_close()


def on_laptop(two: Two, work: Callable[[Room], object]) -> object:
    """Run a command on the laptop, over real connections."""

    def run(room: Room) -> object:
        return work(Room(db.session, room._seal, HttpTransport))

    return two.on_laptop(run)


def until_done(two: Two, line: CuttingLine, work: Callable[[Room], Report]) -> list[str]:
    """Run a command again and again over a line that holds longer each time, until it is done; return what it said when it was cut."""
    said: list[str] = []
    allowed = float(FIRST)
    while True:
        line.allowed = int(allowed)
        try:
            on_laptop(two, work)
        except ConnectionLost as lost:
            said.append(str(lost))
            allowed *= FURTHER
        else:
            line.allowed = None
            return said


def in_the_room(two: Two) -> Visitor:
    """Let somebody join on the laptop and learn, and let the trainer note who is there."""
    phone = two.joined_on_laptop("Nour")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    phone.answer(f"{COURSE}/check", "fire", "call")
    trainer = two.trainer_on_laptop()
    meeting = trainer.post(f"{two.office.page}/meetings").location
    trainer.post(meeting, {"present": [each.id.hex for each in two.laptop.scalars(select(GroupMember))]})
    return phone


def assert_same_on_both_sides(two: Two) -> None:
    """Compare what is carried, row by row where it is the learning record."""
    office, laptop = two.office.whole, two.laptop
    assert counts(office) == counts(laptop)
    assert progress(office) == progress(laptop)
    assert {key: value[3] for key, value in by_id(office).items()} == {
        key: value[3] for key, value in by_id(laptop).items()
    }


def bring(room: Room) -> Report:
    return room.push()


# Cut at every request, on both databases: test_carrying.
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_class_is_taken_along_and_brought_back_over_a_line_that_is_cut(
    two: Two, line: CuttingLine, caplog: pytest.LogCaptureFixture
) -> None:
    phone = two.office.joined("Amal")
    phone.start()
    phone.post(f"{COURSE}/hello/next")
    said = until_done(two, line, lambda room: room.pull([two.office.group]))
    assert counts(two.laptop) == counts(two.office.whole)
    assert progress(two.laptop) == progress(two.office.whole)
    guest = in_the_room(two)
    said += until_done(two, line, bring)
    assert_same_on_both_sides(two)
    # Once more, with changes on both sides in between.
    phone.post(f"{COURSE}/second/next")
    guest.post(f"{COURSE}/second/next")
    rename(two.office.whole, two, name="Tuesday")
    rename(two.laptop, two, name="Friday")
    said += until_done(two, line, bring)
    said += until_done(two, line, lambda room: room.pull([two.office.group]))
    until_done(two, line, bring)
    assert_same_on_both_sides(two)
    for site in (two.office.whole, two.laptop):
        assert acts(site).count("completed second") == 2
        assert sorted(each.name for each in site.scalars(select(GroupMember))) == ["Amal", "Nour"]
        (told,) = site.scalars(select(SyncConflict))
        assert (two.group(site).name, told.other) == ("Tuesday", '"Friday"')
    assert line.cuts >= 8
    short = "The answer of the office (status 200) was cut short."
    assert set(said) <= {"The office was not reached: the line was cut.", short}
    assert [each for each in caplog.records if each.name.startswith("urllib3")] == [], (
        "what is printed is our own words"
    )
