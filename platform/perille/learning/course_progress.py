"""Where a learner is in a course and what is done of it, in one query: for the course's page, which all come back to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import states_of, with_modules
from perille.domain.progress import UnitState, satisfied
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
    """Return what `go_on` and `states_of` do, in one query."""
    if place.enrolment is None:
        return None, states_of(session, place)
    rows = session.execute(_PLACE_AND_STATES, {"enrolment": place.enrolment.id}).all()
    states = {row.unit: tracking.state_of(row) for row in rows if row.unit is not None}
    where = (rows[0].place, rows[0].screen) if rows and place.structure.unit_on_way(rows[0].place or "") else None
    return where, with_modules(session, place, states)


def done_units(place: LearnerCourse, states: Mapping[str, UnitState]) -> frozenset[str]:
    """Return the keys of the units that are satisfied."""
    return frozenset(unit.key for unit in place.structure.units if satisfied(unit, states.get(unit.key, UnitState())))
