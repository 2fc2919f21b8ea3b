"""Lessons that a group did together."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from groups.school import School, rows
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.groups.models import Attendance, GroupMember, GroupWaiver
from perille.privacy.erasing import forget
from perille.tracking import services as tracking
from perille.tracking.statements import MOVE_ON, REASON, VerbId
from support.records import acts, statements


def mark(school: School, lesson: str = "course_way/hello") -> int:
    """Mark a lesson as done in class with everybody; return the status of the answer."""
    everybody = [each.id.hex for each in school.members()]
    return school.trainer.post(f"{school.page}/done", {"lesson": lesson, "member": everybody}).status


def waived(school: School) -> list[dict[str, Any]]:
    """Return the statements that say so."""
    return [each for each in statements(school.whole) if each["verb"]["id"] == VerbId.WAIVED]


def test_a_lesson_done_in_class_counts_and_the_record_says_who_said_so(school: School) -> None:
    person = school.joined("Aino")
    assert mark(school) == 303
    assert rows(school.trainer.get(school.page)) == ["1 Aino 0 1 of 3"]
    (statement,) = waived(school)
    assert statement["context"]["instructor"]["account"]["name"] == f"account-{school.account}"
    assert statement["result"] == {
        "success": True,
        "completion": True,
        "extensions": {REASON: "Equivalent Outside Activity"},
    }
    assert MOVE_ON in [each["id"] for each in statement["context"]["contextActivities"]["category"]]
    assert "Aino" not in str(statement)
    (row,) = school.whole.scalars(select(GroupWaiver))
    assert (row.pack_id, row.unit, row.waived_by) == ("course_way", "hello", school.account)
    assert person.get("/en/courses/way").all("li", class_="done")


def test_a_course_that_is_no_longer_published_is_refused_and_shown_without_lessons(school: School) -> None:
    school.joined("Aino")
    school.whole.withdraw("course_way")
    assert mark(school) == 400
    assert "course_way" not in school.trainer.get(school.page).text
    assert waived(school) == []


def test_marking_again_or_marking_what_somebody_did_records_nothing(school: School) -> None:
    person = school.joined("Aino")
    person.start()
    person.post("/en/courses/way/hello/next")
    before = acts(school.whole)
    mark(school)
    assert acts(school.whole) == before
    mark(school, "course_way/second")
    mark(school, "course_way/second")
    assert len(waived(school)) == 1


def test_the_whole_course_is_satisfied_when_the_last_lesson_was_done_in_class(school: School) -> None:
    person = school.joined("Aino")
    person.start()
    assert mark(school) == mark(school, "course_way/second") == 303
    assert "satisfied" not in " ".join(acts(school.whole)), "the test is answered by the person"


@pytest.mark.parametrize(
    "lesson", ["course_way/check", "course_way/none", "course_quiet/hello", "x", "", "module_staff/first"]
)
def test_a_test_and_what_the_group_does_not_take_are_not_marked(school: School, lesson: str) -> None:
    school.joined("Aino")
    assert mark(school, lesson) == 400
    assert waived(school) == []


def test_a_course_without_a_trace_is_offered_with_no_lesson(school: School) -> None:
    school.joined("Aino")
    school.trainer.post(f"{school.page}/courses", {"pack": "course_quiet"})
    assert mark(school, "course_quiet/hello") == 400
    assert "course_quiet" not in school.trainer.get(f"{school.page}/done").html
    assert school.whole.counts()["enrolment"] == 0


def test_names_without_a_phone_have_no_record(school: School) -> None:
    school.trainer.post(f"{school.page}/people", {"names": "Aino"})
    assert mark(school) == 303
    assert statements(school.whole) == []


def test_a_replay_of_the_record_knows_it_too(school: School) -> None:
    school.joined("Aino")
    mark(school)
    school.whole.do(lambda: tracking.rebuild(db.session), write=True)
    assert rows(school.trainer.get(school.page)) == ["1 Aino 0 1 of 3"]


def test_nothing_of_somebody_is_left_in_a_group_when_they_are_forgotten(school: School) -> None:
    school.joined("Aino")
    mark(school)
    school.trainer.post(school.meeting(), {"do": "all"})

    def erase() -> None:
        forget(db.session, db.session.scalars(select(Learner)).one())

    school.whole.do(erase, write=True)
    for model in (GroupMember, Attendance, GroupWaiver):
        assert school.whole.scalars(select(model)) == []
    assert "Aino" not in school.trainer.get(school.page).text
