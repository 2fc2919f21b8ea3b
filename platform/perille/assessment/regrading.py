"""Marking a published test again, for the command and for the administrators' page."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol
from uuid import UUID

from perille.assessment.grading import AttemptFilter, CurrentStructure, ScoreChange, regrade
from perille.assessment.models import Attempt
from perille.core.database import Session, utcnow
from perille.core.errors import NotFound
from perille.core.extension_state import AppSlot
from perille.core.i18n import _
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import CourseStructure, Unit
from perille.domain.refresher import ALL, is_refresher, refresher_of, test_of, test_or_refreshers
from perille.enrolment.models import Enrolment
from perille.learning.enrolled_course import course_of
from perille.learning.questions import interaction_of
from perille.packs.published.library import Edition, PackLibrary
from perille.people.audit import audit


class Refreshers(Protocol):
    """What marking again asks of refreshers, which draw from a test and stand above it."""

    def edition(self, edition: Edition, unit: Unit) -> Edition:
        """Return the edition in which a refresher asks its questions."""
        ...

    def extend(self, session: Session, place: LearnerCourse, key: str) -> None:
        """Let a certificate count longer whose refresher of that key is passed now."""
        ...


#: Set by what brings refreshers.
current_refreshers = AppSlot[Refreshers]("refreshers")


def mark_again(
    session: Session,
    shelf: PackLibrary,
    pack: str,
    unit: str,
    which: AttemptFilter,
    *,
    apply: bool,
    account_id: UUID | None = None,
) -> list[ScoreChange]:
    """Mark attempts at *unit* of *pack* again by its newest version; write nothing unless *apply*. Raise NotFound.

    With a test its refreshers are marked again, which ask the same questions; `refresher.ALL` for them alone. One that is passed now
    extends its certificate, as it would have.
    """
    edition = shelf.newest(pack)
    if edition is None:
        raise NotFound(f"There is no published pack {pack}")
    units = _units(edition.structure, unit)
    newest = CurrentStructure(structure=edition.structure, hash=edition.structure_hash, at=utcnow())

    def place_of(enrolment: Enrolment, this: Unit) -> LearnerCourse | None:
        place = course_of(shelf, enrolment)
        if place is None or not is_refresher(this.key):
            return place
        return replace(place, edition=current_refreshers().edition(place.edition, this))

    changes = []
    for this in units:
        changes += regrade(session, this, newest, interaction_of, places=place_of, apply=apply, which=which)
    if apply and changes:
        for change in changes:
            if change.new_passed and not change.old_passed:
                _extend(session, shelf, change)
        some = {"question": which.question or None, "attempt": which.attempt, "attempts": len(changes)}
        audit(session, account_id, "assessment.regraded", None, None, pack=pack, unit=unit, **some)
    return changes


def _units(structure: CourseStructure, key: str) -> list[Unit]:
    """Return the unit of that key, and with the test that refreshers draw from what stands for them."""
    found, test = test_or_refreshers(structure, key), test_of(structure)
    if found is None:
        raise NotFound(_("There is no such test."))
    return [found, refresher_of(test, ALL)] if test is not None and test.key == key else [found]


def _extend(session: Session, shelf: PackLibrary, change: ScoreChange) -> None:
    """Let a certificate count longer where what is passed now is its refresher."""
    attempt = session.get_one(Attempt, change.attempt_id)
    place = course_of(shelf, session.get_one(Enrolment, attempt.enrolment_id))
    if place is not None and is_refresher(attempt.unit):
        current_refreshers().extend(session, place, attempt.unit)
