"""How much of a course is done, as the class list counts it: each unit by what counts for it, each enrolment by itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from groups.school import School, rows
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.groups.models import GroupMember
from perille.packs.published.library import current_library
from perille.tracking.models import CourseProgress, UnitProgress
from support.exam import take
from support.pre_tests import write_with_pre_test

UNITS = ("hello", "second", "check")


def put_in(
    school: School,
    name: str,
    *marks: dict[str, Any],
    ended: datetime | None = None,
    done: bool = False,
    pack: str = "course_way",
    units: tuple[str, ...] = UNITS,
) -> None:
    """Put somebody on the list who has these marks in the units of the course, in their order."""

    def work() -> None:
        summary = current_library().summary(pack)
        assert summary is not None
        learner = Learner(last_seen_on=utcnow().date())
        enrolment = Enrolment(learner=learner, pack_id=pack, structure_hash=summary.structure_hash)
        enrolment.registration, enrolment.ended_at = uuid4(), ended
        db.session.add_all([learner, enrolment])
        db.session.flush()
        number = len(name_numbers(school.group)) + 1
        db.session.add(GroupMember(id=uuid4(), group_id=school.group, learner_id=learner.id, number=number, name=name))
        satisfied = utcnow() if done else None
        db.session.add(CourseProgress(registration=enrolment.registration, pack_id=pack, satisfied_at=satisfied))
        for unit, mark in zip(units, marks, strict=False):
            row = UnitProgress(registration=enrolment.registration, unit=unit, answered_count=0, **mark)
            db.session.add(row)

    school.whole.do(work, write=True)


def name_numbers(group: UUID) -> list[int]:
    query = db.select(GroupMember.number).where(GroupMember.group_id == group)
    return list(db.session.scalars(query))


def test_units_count_by_what_counts_for_each(school: School) -> None:
    now = utcnow()
    completed, passed, waived, begun = {"completed_at": now}, {"passed_at": now}, {"waived_at": now}, {}
    put_in(school, "nothing")
    put_in(school, "only begun", begun)
    put_in(school, "lessons", completed, completed)
    put_in(school, "a test is no lesson", completed, completed, completed)
    put_in(school, "lessons and test", completed, completed, passed, done=True)
    put_in(school, "in class", waived, completed, begun)
    put_in(school, "over", completed, completed, ended=now)
    assert rows(school.trainer.get(school.page)) == [
        "1 nothing 0 0 of 3",
        "2 only begun 0 0 of 3",
        "3 lessons 0 2 of 3",
        "4 a test is no lesson 0 2 of 3",
        "5 lessons and test 0 3 of 3",
        "6 in class 0 2 of 3",
        "7 over 0 –",
    ]


def test_who_left_and_who_is_in_another_group_is_not_on_the_list(school: School) -> None:
    put_in(school, "here", {"completed_at": utcnow()})
    put_in(school, "gone", {"completed_at": utcnow()})

    def leave() -> None:
        db.session.execute(db.update(GroupMember).where(GroupMember.name == "gone").values(left_at=utcnow()))

    school.whole.do(leave, write=True)
    assert rows(school.trainer.get(school.page)) == ["1 here 0 1 of 3"]


def test_who_took_no_pre_test_reaches_all_of_a_module(school: School, tmp_path: Path) -> None:
    school.whole.publish(write_with_pre_test(tmp_path))
    school.trainer.post(f"{school.page}/courses", {"pack": "module_exam", "starts_on": "", "ends_on": ""})
    person = school.joined("Aino")
    person.start("/en/modules/exam")
    person.post("/en/modules/exam/hello/next")
    assert rows(school.trainer.get(school.page)) == ["1 Aino 0 – 1 of 2"]
    take(person)
    assert rows(school.trainer.get(school.page)) == ["1 Aino 0 – 2 of 2"]


def test_who_took_a_pre_test_has_done_no_more_for_it(school: School, tmp_path: Path) -> None:
    school.whole.publish(write_with_pre_test(tmp_path))
    school.trainer.post(f"{school.page}/courses", {"pack": "module_exam", "starts_on": "", "ends_on": ""})
    put_in(school, "before", {"completed_at": utcnow()}, pack="module_exam", units=("before",))
    assert rows(school.trainer.get(school.page)) == ["1 before 0 – 0 of 2"]
