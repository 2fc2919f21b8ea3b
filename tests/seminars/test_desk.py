"""Who gives a seminar: plans it, changes it, sees who comes; calendar files, reminders, certificates."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from perille.core.extensions import db
from perille.people.models import Role
from perille.seminars import mails
from perille.seminars.feature import remind_people
from perille.seminars.models import Seminar, SeminarEntry
from seminars.desk import Desk, make_desk, soon, unfolded
from support.people import sign_in_as
from support.visitor import Visitor

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FORM = {
    "title": "Welcome",
    "language": "en",
    "place": "Room 2",
    "day": "2099-03-29",
    "begins": "09:00",
    "ends": "12:00",
    "places": "20",
}


def calendar(visitor: Visitor, address: str) -> dict[str, str]:
    """Return the values of a calendar file."""
    page = visitor.get(address)
    assert page.response.mimetype == "text/calendar"
    lines = unfolded(page.response.get_data(as_text=True))
    event = lines[lines.index("BEGIN:VEVENT") :]
    return dict(line.split(":", 1) for line in event if ":" in line)


def test_a_seminar_is_planned_by_the_clock_of_its_office(desk: Desk) -> None:
    address = f"/en/organisations/{desk.organisation}/seminars"
    page = desk.trainer.submit(address, FORM)
    assert page.heading == "Welcome"
    found = {each.title: each for each in desk.whole.scalars(select(Seminar))}
    assert found["Welcome"].starts_at.isoformat() == "2099-03-29T09:00:00+00:00"
    assert "Welcome" in desk.whole.visitor().get("/en/seminars").text


def test_the_sixtieth_seminar_is_found_on_the_next_page(desk: Desk, visitor: Visitor) -> None:
    address = f"/en/organisations/{desk.organisation}/seminars"

    def work() -> None:
        for number in range(60):
            begins = soon(100 + number)
            row = Seminar(organisation_id=desk.organisation, title=f"Talk {number}.", about="", language="en")
            row.place, row.link, row.places = "Room", "", 5
            row.starts_at = row.deadline_at = begins
            row.ends_at = begins + timedelta(hours=1)
            db.session.add(row)

    desk.whole.do(work, write=True)
    for who, first in ((visitor, "/en/seminars"), (desk.trainer, address)):
        pages = [who.get(first)]
        while rest := [tag["href"] for tag in pages[-1].all("a", rel="next")]:
            pages.append(who.get(rest[0]))
        assert len(pages) == 2
        assert sorted(re.findall(r"Talk \d+\.", " ".join(page.text for page in pages))) == sorted(
            f"Talk {number}." for number in range(60)
        )
        assert [tag["href"] for tag in pages[1].all("a", rel="prev")] == [first]


@SQLITE
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "Give the seminar a title."),
        ({"place": "", "link": ""}, "Say where it is: a place or a link."),
        ({"link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"ends": "08:00"}, "It ends before it begins."),
        ({"day": "soon"}, "Fill in the day and both times."),
        ({"places": "0"}, "Type a number from 1"),
        ({"closes": "never"}, "This is no day."),
    ],
)
def test_what_is_wrong_with_a_seminar_is_told(desk: Desk, changed: dict[str, str], said: str) -> None:
    page = desk.trainer.submit(f"/en/organisations/{desk.organisation}/seminars", {**FORM, **changed})
    assert said in page.text
    assert len(desk.whole.scalars(select(Seminar))) == 1


def test_the_calendar_entry_keeps_its_id_and_its_sequence_only_grows(desk: Desk, visitor: Visitor) -> None:
    file = f"{desk.page}/calendar.ics"
    first = calendar(visitor, file)
    assert first["UID"] == f"seminar-{desk.seminar}@perille"
    assert first["DTSTART"].endswith("Z")
    assert (first["SEQUENCE"], first["STATUS"]) == ("0", "CONFIRMED")
    desk.trainer.post(desk.staff, FORM)
    second = calendar(visitor, file)
    assert (second["UID"], second["SEQUENCE"], second["DTSTART"]) == (first["UID"], "1", "20990329T090000Z")
    desk.trainer.post(desk.staff, {**FORM, "about": "More words"})
    assert calendar(visitor, file)["SEQUENCE"] == "1", "neither time nor place"
    desk.trainer.post(f"{desk.staff}/cancel")
    last = calendar(visitor, file)
    assert (last["SEQUENCE"], last["STATUS"]) == ("2", "CANCELLED")


def test_the_link_is_for_those_who_have_a_place(desk: Desk) -> None:
    (_a, taken), (_b, _second), (late, waiting) = (desk.sign_up(f"{name}@example.org") for name in "abc")
    secret = "https://meet.example/secret"
    assert secret in late.get(taken).html
    assert secret not in late.get(waiting).html + late.get(desk.page).html
    assert (
        "URL"
        not in calendar(late, f"{waiting}/calendar.ics").keys() | calendar(late, f"{desk.page}/calendar.ics").keys()
    )
    assert calendar(late, f"{taken}/calendar.ics")["URL"] == secret


def test_everybody_with_a_place_is_told_when_time_or_place_change_or_all_is_off(desk: Desk) -> None:
    desk.sign_up("a@example.org")
    desk.trainer.post(desk.staff, FORM)
    kind, content = desk.mails("a@example.org")[-1]
    assert (kind, content.values["place"]) == ("seminar-news", "Room 2")
    assert "SEQUENCE:1" in content.calendar
    for _press in range(2):
        desk.trainer.post(f"{desk.staff}/cancel")
    told = [each.values["cancelled"] for _kind, each in desk.mails("a@example.org")[1:]]
    assert told == [0, 0, 1]


def test_a_reminder_goes_once_to_those_who_have_a_place(desk: Desk) -> None:
    for name in "abc":
        desk.sign_up(f"{name}@example.org")

    def run() -> list[int]:
        with desk.whole.app.app_context():
            remind_people(db.session)
            db.session.remove()
        return [[kind for kind, _c in desk.mails(f"{n}@example.org")].count("seminar-reminder") for n in "abc"]

    assert run() == [0, 0, 0]
    desk.change(starts_at=soon(20), deadline_at=soon(-1))
    assert run() == [1, 1, 0]
    assert run() == [1, 1, 0]


def test_who_came_gets_a_certificate_and_its_code_tells_no_name(desk: Desk) -> None:
    (visitor, address), _other = desk.sign_up("a@example.org", "Aino Virtanen"), desk.sign_up("b@example.org", "Ben")
    assert visitor.get(f"{address}/certificate.pdf").status in (302, 404)
    (entry,) = [each for each in desk.whole.scalars(select(SeminarEntry)) if each.name == "Aino Virtanen"]
    early = desk.trainer.post(f"{desk.staff}/attendance", {"present": entry.id.hex})
    assert (early.status, "when the seminar has begun" in early.text) == (409, True)
    desk.change(starts_at=soon(-2), ends_at=soon(1))
    desk.trainer.post(f"{desk.staff}/attendance", {"present": [entry.id.hex, "x" * 32]})
    assert "You were there." in visitor.get(address).text
    pdf = visitor.get(f"{address}/certificate.pdf")
    assert pdf.response.get_data().startswith(b"%PDF-")
    (entry,) = [each for each in desk.whole.scalars(select(SeminarEntry)) if each.name == "Aino Virtanen"]
    page = desk.whole.visitor().get(f"/en/seminars/attended/{entry.code}")
    assert "This code is valid." in page.text
    assert "Interpreting well" in page.text
    assert "Aino" not in page.text
    assert "No certificate" in desk.whole.visitor().get("/en/seminars/attended/0000-0000-0000-0000").text
    # A mark that is taken away takes the paper back, and the same mark gives the same code again.
    desk.trainer.post(f"{desk.staff}/attendance", {})
    assert visitor.get(f"{address}/certificate.pdf").status in (302, 404)
    assert "No certificate" in desk.whole.visitor().get(f"/en/seminars/attended/{entry.code}").text


def test_the_list_says_what_it_waits_for(desk: Desk) -> None:
    for name in "abc":
        desk.sign_up(f"{name}@example.org")
    assert "The waiting list moves when somebody gives a place back" in desk.trainer.get(desk.staff).text
    desk.change(deadline_at=soon(-1))
    assert "The waiting list does not move any more" in desk.trainer.get(desk.staff).text


def test_another_office_sees_and_changes_nothing(desk: Desk) -> None:
    desk.sign_up("a@example.org", "Aino Virtanen")
    other = make_desk(desk.whole, email="mark@example.org", place="Another office")
    theirs = desk.staff.replace(str(desk.organisation), str(other.organisation))
    for address, status in ((desk.staff, 403), (theirs, 404)):
        assert other.trainer.get(address).status == status
        for part in ("", "/cancel", "/attendance"):
            assert other.trainer.post(address + part, FORM).status == status
    (row,) = [each for each in desk.whole.scalars(select(Seminar)) if each.id == desk.seminar]
    assert (row.cancelled_at, row.sequence) == (None, 0)
    member = sign_in_as(desk.whole, Role.MEMBER, "m@example.org")
    assert member.get(desk.staff).status == 403


def test_one_reminder_that_fails_keeps_nobody_elses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        desk.sign_up(f"{name}@example.org")
    desk.change(starts_at=soon(20), deadline_at=soon(-1))
    real = mails.remind

    def remind(session: Session, seminar: Seminar, entry: SeminarEntry) -> bool:
        if entry.email == "a@example.org":
            raise ValueError("no such place")
        return real(session, seminar, entry)

    monkeypatch.setattr(mails, "remind", remind)
    with desk.whole.app.app_context(), pytest.raises(ValueError, match="no such place"):
        remind_people(db.session)
    assert [[kind for kind, _c in desk.mails(f"{n}@example.org")].count("seminar-reminder") for n in "ab"] == [0, 1]
