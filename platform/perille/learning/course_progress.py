"""Where a learner is in a course and what is done of it, in one query: for the course's page, which all come back to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import states_of, with_modules
from perille.domain.course import CourseStructure
from perille.domain.progress import UnitState, next_unit, satisfied
from perille.enrolment.models import Enrolment
from perille.learning.models import Bookmark
from perille.tracking import services as tracking
from perille.tracking.models import UnitProgress

#: Where the learner was last, beside what is recorded of each unit.
_PLACE_AND_STATES = (
    select(Bookmark.unit.label("place"), Bookmark.screen.label("screen"), *tracking.STATE_COLUMNS)
    .select_from(Enrolment)
    .outerjoin(Bookmark, Bookmark.enrolment_id == Enrolment.id)
    .outerjoin(UnitProgress, UnitProgress.registration == Enrolment.registration)
    .where(Enrolment.id == bindparam("enrolment"))
)


def place_and_states(session: Session, place: LearnerCourse) -> tuple[tuple[str, int] | None, dict[str, UnitState]]:
    """Return (unit, screen) where "Go on" leads on every page, None where no place is kept, and what `states_of` does, in one query."""
    if place.enrolment is None:
        return None, states_of(session, place)
    rows = session.execute(_PLACE_AND_STATES, {"enrolment": place.enrolment.id}).all()
    states = {row.unit: tracking.state_of(row) for row in rows if row.unit is not None}
    noted = (rows[0].place, rows[0].screen) if rows and place.structure.unit_on_way(rows[0].place or "") else None
    states = with_modules(session, place, states)
    return _going_on(place.structure, noted, states), states


def _going_on(
    course: CourseStructure, noted: tuple[str, int] | None, states: Mapping[str, UnitState]
) -> tuple[str, int] | None:
    """Return where "Go on" leads: where the learner was last, and from the end of the way to what was passed over."""
    last = course.unit(noted[0]) if noted is not None and course.after(noted[0]) is None else None
    if last is None or not satisfied(last, states.get(last.key, UnitState())):
        return noted
    left = next_unit(course, states)
    return (left, 1) if left is not None else noted


def done_units(place: LearnerCourse, states: Mapping[str, UnitState]) -> frozenset[str]:
    """Return the keys of the units that are satisfied."""
    return frozenset(unit.key for unit in place.structure.units if satisfied(unit, states.get(unit.key, UnitState())))
