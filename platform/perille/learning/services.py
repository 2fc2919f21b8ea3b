"""A learner in a course: start, next, answer. What they do is recorded, and the record decides what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.courses.activities import named_course, named_unit
from perille.courses.acts import answer_act, course_acts, ensure_enrolment, initialized_acts, record_acts
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import state_in
from perille.domain.course import Unit, UnitKind
from perille.domain.item import Interaction, Item, Outcome, Response
from perille.domain.progress import course_satisfied, next_unit
from perille.enrolment.models import Enrolment, Learner
from perille.enrolment.services import lock_enrolment
from perille.learning.models import Bookmark
from perille.tracking import services as tracking
from perille.tracking.statements import Act, VerbId

#: How long what a page says of itself may be on its way.
_LATE = timedelta(seconds=30)


def start(session: Session, place: LearnerCourse, learner: Learner) -> tuple[Enrolment, str]:
    """Enrol the learner, or find their enrolment, and open the unit that is next; return both."""
    enrolment = ensure_enrolment(session, place, learner)
    lock_enrolment(session, enrolment)
    states = tracking.unit_states(session, enrolment.registration)
    unit = next_unit(place.structure, states) or place.structure.first
    record_acts(session, place, enrolment, initialized_acts(place, unit, states))
    return enrolment, unit


def advance(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str) -> str | None:
    """Record that a lesson is completed, and that the next unit is opened; return the next unit, None at the end of the way.

    A second press of the button changes nothing. A test is not completed by walking past it.
    """
    lock_enrolment(session, enrolment)
    states = dict(tracking.unit_states(session, enrolment.registration))
    this = place.structure.unit(unit)
    assert this is not None
    before = course_satisfied(place.structure, states)
    acts = initialized_acts(place, unit, states)
    if this.kind is not UnitKind.ASSESSMENT and not state_in(states, unit).completed:
        acts.append(
            Act(
                verb=VerbId.COMPLETED,
                object=named_unit(place, this),
                parent=named_course(place),
                course=named_course(place),
                completion=True,
            )
        )
        states[unit] = replace(state_in(states, unit), initialized=True, completed=True)
    following = place.structure.after(unit)
    if following is not None:
        acts += initialized_acts(place, following, states)
    acts += course_acts(place, states, before=before)
    record_acts(session, place, enrolment, acts)
    note_place(session, enrolment, following or unit, 1)
    return following


def open_unit(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str) -> None:
    """Record that a unit is opened, once."""
    lock_enrolment(session, enrolment)
    states = tracking.unit_states(session, enrolment.registration)
    record_acts(session, place, enrolment, initialized_acts(place, unit, states))
    note_place(session, enrolment, unit, 1)


def answer(
    session: Session,
    place: LearnerCourse,
    enrolment: Enrolment,
    unit: Unit,
    item: Item,
    interaction: Interaction,
    response: Response,
    outcome: Outcome,
) -> None:
    """Record an answer that was given inside a lesson."""
    lock_enrolment(session, enrolment)
    acts = initialized_acts(place, unit.key, tracking.unit_states(session, enrolment.registration))
    acts.append(answer_act(place, unit, item, interaction, response, outcome))
    record_acts(session, place, enrolment, acts)


def note_place(session: Session, enrolment: Enrolment, unit: str, screen: int) -> None:
    """Keep the screen on which the learner is; the enrolment must be held."""
    row = session.get(Bookmark, enrolment.id)
    if row is None:
        session.add(Bookmark(enrolment_id=enrolment.id, unit=unit, screen=screen))
    elif (row.unit, row.screen) != (unit, screen):
        row.unit, row.screen, row.at = unit, screen, utcnow()


def note_screen(session: Session, place: LearnerCourse, enrolment: Enrolment, unit: str, screen: int) -> None:
    """Keep the screen that a page says it shows. On a bad line that of a lesson just completed comes late: it takes nobody back."""
    lock_enrolment(session, enrolment)
    row = session.get(Bookmark, enrolment.id)
    if row is not None and row.screen == 1 and place.structure.after(unit) == row.unit and utcnow() - row.at < _LATE:
        return
    note_place(session, enrolment, unit, screen)


def bookmark(session: Session, enrolment: Enrolment) -> Bookmark | None:
    """Return where the learner was last."""
    return session.scalar(select(Bookmark).where(Bookmark.enrolment_id == enrolment.id))
