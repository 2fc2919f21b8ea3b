"""What is recorded of a learner in a course: enrolling, opening, answering, completing (cmi5 9.3)."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.database import Session
from perille.courses.activities import named_course, named_item, named_unit
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import state_in, states_of
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Interaction, InteractionType, Item, Outcome, Response
from perille.domain.progress import UnitState, course_satisfied
from perille.enrolment.models import Enrolment, Learner
from perille.enrolment.services import enrol, lock_enrolment
from perille.tracking import services as tracking
from perille.tracking.statements import Act, VerbId


def ensure_enrolment(session: Session, place: LearnerCourse, learner: Learner) -> Enrolment:
    """Enrol a learner who came straight to a unit, and open none; or return their enrolment."""
    return enrol(session, learner, pack_id=place.structure.pack, structure_hash=place.edition.structure_hash)


def record_acts(session: Session, place: LearnerCourse, enrolment: Enrolment, acts: list[Act]) -> None:
    """Record acts of an enrolled learner in their course."""
    tracking.record(
        session,
        acts,
        actor_name=enrolment.learner.actor_name,
        registration=enrolment.registration,
        language=place.language,
    )


def initialized_acts(place: LearnerCourse, unit: str, states: Mapping[str, UnitState]) -> list[Act]:
    """Return what is recorded when a unit is met for the first time: before all else that is said of it (cmi5 9.3.2)."""
    if state_in(states, unit).initialized:
        return []
    this = place.structure.unit(unit)
    assert this is not None
    return [
        Act(
            verb=VerbId.INITIALIZED,
            object=named_unit(place, this),
            parent=named_course(place),
            course=named_course(place),
        )
    ]


def course_acts(place: LearnerCourse, states: Mapping[str, UnitState], *, before: bool) -> list[Act]:
    """Return what is recorded when the last unit is satisfied: the course is completed and satisfied (cmi5 9.3.9), once."""
    if before or not course_satisfied(place.structure, states):
        return []
    course = named_course(place)
    return [
        Act(verb=VerbId.COMPLETED, object=course, completion=True),
        Act(verb=VerbId.SATISFIED, object=course),
    ]


def answer_act(
    place: LearnerCourse, unit: Unit, item: Item, interaction: Interaction, response: Response, outcome: Outcome
) -> Act:
    """Return the act of answering one item."""
    return Act(
        verb=VerbId.ANSWERED,
        object=named_item(place, unit, item, interaction),
        parent=named_unit(place, unit),
        course=named_course(place),
        success=outcome.success,
        scaled=round(outcome.scaled, 4),
        response=_recorded(item, interaction, response, outcome),
    )


def _recorded(item: Item, interaction: Interaction, response: Response, outcome: Outcome) -> str | None:
    # A wrong answer that was typed freely may be a name or a story: it is not kept.
    typed = interaction.describe(item).interaction_type in (InteractionType.FILL_IN, InteractionType.LONG_FILL_IN)
    return None if typed and not outcome.success else interaction.respond(item, response)


def record_completed_modules(session: Session, place: LearnerCourse, enrolment: Enrolment) -> None:
    """Record which modules of a path are completed by now, and the path itself when all are."""
    lock_enrolment(session, enrolment)
    known = tracking.unit_states(session, enrolment.registration)
    states = states_of(session, place)
    acts: list[Act] = []
    for unit in place.structure.units:
        if (
            unit.kind is UnitKind.MODULE
            and state_in(states, unit.key).completed
            and not state_in(known, unit.key).completed
        ):
            course = named_course(place)
            acts += initialized_acts(place, unit.key, known)
            acts.append(
                Act(
                    verb=VerbId.COMPLETED, object=named_unit(place, unit), parent=course, course=course, completion=True
                )
            )
    if acts:
        acts += course_acts(place, states, before=course_satisfied(place.structure, known))
    record_acts(session, place, enrolment, acts)
