"""Who came: ticked on a list, or said on one's own phone while the door is open."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from groups.school import School
from perille.core.extensions import db
from perille.groups.attendance import session_on
from perille.groups.ids import attendance_id, session_id
from perille.groups.models import Attendance, Group, GroupSession
from support.html import Tag
from support.visitor import Page


def boxes(page: Page) -> list[Tag]:
    """Return the boxes of the list."""
    return [tag for tag in page.all("input") if tag.attributes.get("name") == "present"]


def ticked(page: Page) -> list[str]:
    """Return the words of the people who are marked as present."""
    return [
        next(up for up in box.parents if up.name == "label").words for box in boxes(page) if "checked" in box.attributes
    ]


def marks(school: School) -> list[tuple[bool, object, object]]:
    """Return of everybody whether they came, who said so and who changed it."""
    found = school.whole.scalars(select(Attendance).order_by(Attendance.taken_at))
    return [(each.present, each.taken_by, each.edited_by) for each in found]


def test_all_are_here_and_then_one_is_not(school: School) -> None:
    for name in ("Aino", "Ben", "Chen"):
        school.joined(name)
    address = school.meeting()
    page = school.trainer.submit(address, {"do": "all"})
    assert ticked(page) == ["1 Aino", "2 Ben", "3 Chen"]
    here = [box["value"] for box in boxes(page)]
    school.trainer.post(address, {"present": here[:2]})
    assert ticked(school.trainer.get(address)) == ["1 Aino", "2 Ben"]
    assert sorted(marks(school)) == sorted(
        [(True, school.account, None), (True, school.account, None), (False, school.account, school.account)]
    )
    assert "2 here" in school.trainer.get(school.page).text


def test_the_list_of_today_is_made_once_and_another_meeting_has_the_next_number(school: School) -> None:
    first = school.meeting()
    assert school.meeting() == first
    second = school.trainer.post(f"{school.page}/meetings", {"do": "another"}).location
    assert second != first
    assert school.meeting() == second
    numbers = school.whole.scalars(select(GroupSession.number).order_by(GroupSession.number))
    assert numbers == [1, 2]


def test_a_tap_says_that_somebody_is_here_while_the_door_is_open(school: School) -> None:
    person = school.joined("Aino")
    tap = f"/en/group/mine/{school.group}/here"
    person.post(tap)
    assert marks(school) == [], "the door is shut"
    school.open_door()
    assert "I am here" in person.get("/en/group").text
    for _press in range(2):
        assert "You are here today." in person.submit(tap).text
    assert marks(school) == [(True, None, None)]
    assert ticked(school.trainer.get(school.meeting())) == ["1 Aino"]


def test_a_tap_of_somebody_else_marks_nobody(school: School) -> None:
    school.joined("Aino")
    school.open_door()
    stranger = school.whole.visitor()
    stranger.start()
    stranger.post(f"/en/group/mine/{school.group}/here")
    assert marks(school) == []


def test_a_form_marks_only_people_of_the_group(school: School) -> None:
    school.joined("Aino")
    address = school.meeting()
    school.trainer.post(address, {"present": ["x", "0" * 32, str(school.group)]})
    assert marks(school) == [(False, school.account, None)]


def test_ids_follow_from_what_a_row_says_so_that_two_installations_make_one(school: School) -> None:
    school.joined("Aino")
    school.trainer.post(school.meeting(), {"do": "all"})
    (meeting,) = school.whole.scalars(select(GroupSession))
    (mark,) = school.whole.scalars(select(Attendance))
    assert meeting.id == session_id(school.group, meeting.day, 1)
    assert mark.id == attendance_id(meeting.id, mark.member_id)


def test_names_without_a_phone_are_ticked_too_and_a_name_is_listed_once(school: School) -> None:
    people = f"{school.page}/people"
    school.trainer.post(people, {"names": "Aino\n\n  aino \nمريم"})
    assert [each.name for each in school.members()] == ["Aino", "مريم"]
    school.trainer.post(people, {"names": "Aino"})
    assert len(school.members()) == 2
    assert ticked(school.trainer.submit(school.meeting(), {"do": "all"})) == ["1 Aino", "2 مريم"]


def test_the_list_for_paper_says_who_came_and_has_room_for_the_next_meetings(school: School) -> None:
    school.trainer.post(f"{school.page}/people", {"names": "Aino\nBen"})
    first = school.members()[0]
    school.trainer.post(school.meeting(), {"present": first.id.hex})
    lines = table(school.trainer.get(f"{school.page}/list"))
    (meeting,) = school.whole.scalars(select(GroupSession))
    assert lines[0] == ["Number", "Name", f"{meeting.day:%-d %b %Y}", "Day", "Day", "Day"]
    assert lines[1:3] == [["1", "Aino", "\u2713", "", "", ""], ["2", "Ben", "\u2013", "", "", ""]]


def test_a_sheet_of_paper_has_no_more_meetings_than_fit_it(school: School) -> None:
    school.joined("Aino")

    def work() -> None:
        group = db.session.get_one(Group, school.group)
        for number in range(13):
            session_on(db.session, group, date(2026, 1, 1) + timedelta(days=number))

    school.whole.do(work, write=True)
    heads = [line[2:] for line in table(school.trainer.get(f"{school.page}/list")) if line[0] == "Number"]
    assert [len(head) for head in heads] == [6, 6, 4]
    assert [head[0] for head in heads] == ["1 Jan 2026", "7 Jan 2026", "13 Jan 2026"]
    assert heads[-1][1:] == ["Day", "Day", "Day"]


def table(page: Page) -> list[list[str]]:
    """Return the cells of each line of the tables of a page."""
    lines: list[list[str]] = []
    for tag in page.tags:
        if tag.name == "tr":
            lines.append([])
        elif tag.name in ("td", "th"):
            lines[-1].append(tag.words.strip())
    return lines


def test_papers_have_a_line_and_a_card_for_each_person(school: School) -> None:
    school.trainer.post(f"{school.page}/people", {"names": "Aino\nBen"})
    paper = school.trainer.get(f"{school.page}/list")
    assert "Aino" in paper.text
    cards = school.trainer.get(f"{school.page}/cards").all("li")
    assert [card.words for card in cards if "card" not in card.attributes.get("class", "")][-2:] == ["1Aino", "2Ben"]
