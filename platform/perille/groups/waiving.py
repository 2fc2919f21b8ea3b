"""Lessons that a group did together: the trainer says so, and the record says who said it, and when (cmi5 9.3.7, "waived")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from perille.core.database import Session
from perille.core.errors import BadRequest
from perille.core.i18n import _
from perille.courses.activities import named_course, named_unit
from perille.courses.acts import course_acts, record_acts
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit, UnitKind
from perille.domain.progress import UnitState, course_satisfied, satisfied
from perille.enrolment.models import Learner
from perille.enrolment.services import enrol, lock_enrolment, touch
from perille.groups.ids import waiver_id
from perille.groups.models import GroupMember, GroupWaiver
from perille.packs.published.library import Edition, PackLibrary
from perille.tracking import services as tracking
from perille.tracking.statements import Act, VerbId

#: Why the lesson counts, in the words of cmi5 9.5.5.2.
REASON = "Equivalent Outside Activity"
#: What can be done together. A test is answered by each person, or a certificate would rest on nobody's answers.
IN_CLASS = (UnitKind.LESSON, UnitKind.SESSION)


def units_in_class(edition: Edition) -> tuple[Unit, ...]:
    """Return the units of a course that a group can do together; none of a course that leaves no trace."""
    structure = edition.structure
    if structure.trace == "none":
        return ()
    units = (structure.unit(key) for key in structure.order)
    return tuple(unit for unit in units if unit is not None and unit.kind in IN_CLASS)


def waive(
    session: Session,
    library: PackLibrary,
    members: Iterable[GroupMember],
    *,
    pack_id: str,
    unit: str,
    account_id: UUID,
    language: str,
    day: date,
) -> int:
    """Record of learners that a lesson was done in class, once; return of how many it was new.

    Names on the list without a phone are left out: they have no record. Raise BadRequest for what cannot be done in class.
    """
    edition = library.newest(pack_id)
    if edition is None or unit not in {each.key for each in units_in_class(edition)}:
        raise BadRequest(_("That lesson is not in a course of this group."))
    found = (member for member in members if member.learner_id is not None)
    return sum(_waive(session, library, edition, each, unit, account_id, language, day) for each in found)


def _waive(
    session: Session,
    library: PackLibrary,
    newest: Edition,
    member: GroupMember,
    unit: str,
    account_id: UUID,
    language: str,
    day: date,
) -> bool:
    learner = session.get(Learner, member.learner_id)
    if learner is None:
        return False
    enrolment = enrol(session, learner, pack_id=newest.pack_id, structure_hash=newest.structure_hash)
    lock_enrolment(session, enrolment)
    edition = library.edition(newest.pack_id, enrolment.structure_hash) or newest
    this = edition.structure.unit(unit)
    states = dict(tracking.unit_states(session, enrolment.registration))
    if this is None or satisfied(this, states.get(unit, UnitState())):
        return False
    place = LearnerCourse(
        kind=edition.summary.kind, slug=edition.summary.slug, edition=edition, language=language, enrolment=enrolment
    )
    before = course_satisfied(place.structure, states)
    states[unit] = replace(states.get(unit, UnitState()), waived=True)
    acts = [_act(place, this, account_id), *course_acts(place, states, before=before)]
    record_acts(session, place, enrolment, acts)
    touch(learner, day)
    row = GroupWaiver(
        id=waiver_id(member.id, newest.pack_id, unit), member_id=member.id, pack_id=newest.pack_id, unit=unit
    )
    row.waived_by = account_id
    session.merge(row)
    return True


def _act(place: LearnerCourse, unit: Unit, account_id: UUID) -> Act:
    course = named_course(place)
    return Act(
        verb=VerbId.WAIVED,
        object=named_unit(place, unit),
        parent=course,
        course=course,
        success=True,
        completion=True,
        reason=REASON,
        instructor=f"account-{account_id}",
    )
