"""What the office changed while the laptop was away stops nothing of what was done on the laptop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from perille.core.database import utcnow
from perille.core.extensions import db
from perille.enrolment.models import Enrolment, Learner
from perille.groups.models import Group, GroupCourse, GroupMember
from perille.groups.services import assign_course, drop_course
from perille.sync.models import SyncConflict, SyncRun
from perille.sync.response_schemas import ConnectionLost
from support.records import acts, progress
from sync.pair import Two, put_together_at_the_office
from sync.test_carrying import COURSE, work_on_laptop


def drop(two: Two) -> None:
    """Let the group take its course no longer, at the office."""
    group = two.office.group
    two.office.whole.do(lambda: drop_course(db.session, db.session.get_one(Group, group), "course_way"), write=True)


def drop_before_the_first_run(two: Two) -> None:
    work_on_laptop(two)
    drop(two)


def drop_between_two_runs(two: Two) -> None:
    phone = work_on_laptop(two)
    two.bring()
    drop(two)
    phone.post(f"{COURSE}/second/next")


@pytest.mark.parametrize("away", [drop_before_the_first_run, drop_between_two_runs])
def test_what_was_learned_in_a_course_that_the_office_took_off_the_group_is_brought(
    two: Two, away: Callable[[Two], None]
) -> None:
    away(two)
    two.bring()
    assert progress(two.office.whole) == progress(two.laptop)
    assert acts(two.office.whole) == acts(two.laptop)
    assert [each.pack_id for each in two.office.whole.scalars(select(Enrolment))] == ["course_way"]
    assert two.office.whole.scalars(select(GroupCourse)) == [], "the group takes it no longer"
    assert two.bring().counts == {}


def test_a_run_that_is_cut_leaves_the_course_on_the_group_no_longer_than_the_next_one(two: Two) -> None:
    phone = work_on_laptop(two)
    drop(two)
    # The rows are there, the end is not.
    two.line.asked.clear()
    two.line.cut_at = 4
    with pytest.raises(ConnectionLost):
        two.bring()
    assert len(two.office.whole.scalars(select(GroupCourse))) == 1
    two.line.cut_at = 0
    phone.post(f"{COURSE}/second/next")
    # As after an hour: until then another laptop may be at work.
    two.office.whole.do(
        lambda: db.session.execute(update(SyncRun).values(began_at=utcnow() - timedelta(hours=2))), write=True
    )
    two.bring()
    assert two.office.whole.scalars(select(GroupCourse)) == []
    assert progress(two.office.whole) == progress(two.laptop)


def test_a_course_that_the_office_gives_its_group_again_after_a_run_was_cut_stays(two: Two) -> None:
    phone = work_on_laptop(two)
    drop(two)
    two.line.asked.clear()
    two.line.cut_at = 4
    with pytest.raises(ConnectionLost):
        two.bring()
    two.line.cut_at = 0
    drop(two)
    group = two.office.group
    two.office.whole.do(lambda: assign_course(db.session, db.session.get_one(Group, group), "course_way"), write=True)
    phone.post(f"{COURSE}/second/next")
    two.office.whole.do(
        lambda: db.session.execute(update(SyncRun).values(began_at=utcnow() - timedelta(hours=2))), write=True
    )
    two.bring()
    assert [each.pack_id for each in two.office.whole.scalars(select(GroupCourse))] == ["course_way"]


def test_what_changes_without_a_statement_is_brought_from_such_a_course_too(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    drop(two)
    two.laptop.do(lambda: db.session.execute(update(Enrolment).values(ended_at=utcnow())), write=True)
    two.bring()
    assert [each.ended_at is not None for each in two.office.whole.scalars(select(Enrolment))] == [True]
    assert two.office.whole.scalars(select(GroupCourse)) == []


def test_a_conflict_about_who_counts_as_another_learner_at_the_office_does_not_stop_the_run(two: Two) -> None:
    work_on_laptop(two)
    two.bring()
    (older,) = two.laptop.scalars(select(Learner))
    put_together_at_the_office(two, older)
    for site, name in ((two.office.whole, "Nora"), (two.laptop, "Noor")):
        site.do(lambda name=name: db.session.execute(update(GroupMember).values(name=name)), write=True)  # type: ignore[misc]
    (told,) = two.bring().conflicts
    assert (told.stands, told.other) == ('"Nora"', '"Noor"')
    assert len(two.office.whole.scalars(select(SyncConflict))) == 1
    assert [each.name for each in two.laptop.scalars(select(GroupMember))] == ["Nora"]
