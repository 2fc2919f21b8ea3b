"""What a learner has done of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import UnitKind
from perille.domain.progress import UnitState
from perille.enrolment.models import Enrolment, Phone
from perille.tracking import services as tracking


def states_of(session: Session, place: LearnerCourse) -> dict[str, UnitState]:
    """Return what is done of each unit, the modules of a path by their own enrolments."""
    states = dict(tracking.unit_states(session, place.enrolment.registration)) if place.enrolment is not None else {}
    return with_modules(session, place, states)


def with_modules(session: Session, place: LearnerCourse, states: dict[str, UnitState]) -> dict[str, UnitState]:
    """Add to the states of the units of a path which of its modules are done."""
    modules = {unit.module: unit.key for unit in place.structure.units if unit.kind is UnitKind.MODULE}
    for pack_id in tracking.satisfied_packs(session, _registrations(session, place, tuple(modules))):
        key = modules[pack_id]
        states[key] = replace(state_in(states, key), initialized=True, completed=True)
    return states


def _registrations(session: Session, place: LearnerCourse, packs: tuple[str, ...]) -> list[UUID]:
    query = select(Enrolment.registration).where(Enrolment.pack_id.in_(packs))
    if not packs or (place.enrolment is None and place.phone_id is None):
        return []
    if place.enrolment is not None:
        return list(session.scalars(query.where(Enrolment.learner_id == place.enrolment.learner_id)))
    return list(
        session.scalars(query.join(Phone, Phone.learner_id == Enrolment.learner_id).where(Phone.id == place.phone_id))
    )


def state_in(states: Mapping[str, UnitState], unit: str) -> UnitState:
    """Return the state of a unit; one that was never opened where there is none."""
    return states.get(unit, UnitState())
