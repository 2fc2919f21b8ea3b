"""What the office changed while the laptop was away stops nothing of what was done on the laptop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from perille.core.extensions import db
from perille.enrolment.models import Enrolment
from perille.groups.models import Group
from perille.groups.services import drop_course
from support.records import acts, progress
from sync.pair import Two
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
    assert two.bring().counts == {}
