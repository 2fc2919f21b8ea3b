"""Marking a published test again, for the command and for the administrators' page."""

from __future__ import annotations

from uuid import UUID

from perille.assessment.grading import Change, Newest, Which, regrade
from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.courses.learner_course import LearnerCourse
from perille.enrolment.models import Enrolment
from perille.learning.enrolled_course import course_of
from perille.learning.questions import interaction_of
from perille.packs.published.library import PackLibrary
from perille.people.audit import audit


def mark_again(
    session: Session,
    shelf: PackLibrary,
    pack: str,
    unit: str,
    which: Which,
    *,
    apply: bool,
    account_id: UUID | None = None,
) -> list[Change]:
    """Mark attempts at *unit* of *pack* again by its newest version; write nothing unless *apply*. Raise NotFound."""
    edition = shelf.newest(pack)
    if edition is None:
        raise NotFound(f"There is no published pack {pack}")
    this = edition.structure.unit(unit)
    if this is None:
        raise NotFound(_("There is no such test."))
    newest = Newest(structure=edition.structure, hash=edition.structure_hash, at=utcnow())

    def place_of(enrolment: Enrolment) -> LearnerCourse | None:
        return course_of(shelf, enrolment)

    changes = regrade(session, this, newest, interaction_of, places=place_of, apply=apply, which=which)
    if apply and changes:
        some = {"question": which.question or None, "attempt": which.attempt, "attempts": len(changes)}
        audit(session, account_id, "assessment.regraded", None, None, pack=pack, unit=unit, **some)
    return changes
