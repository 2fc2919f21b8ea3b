"""The course of an enrolment, where no address names it: on the way in, in jobs, when tests are marked again."""

from __future__ import annotations

from perille.core.database import Session
from perille.courses.learner_course import LearnerCourse
from perille.courses.progress import states_of
from perille.domain.progress import course_satisfied
from perille.enrolment.models import Enrolment
from perille.packs.published.library import PackLibrary


def course_of(shelf: PackLibrary, enrolment: Enrolment, *, language: str = "") -> LearnerCourse | None:
    """Return the course of an enrolment in *language*, by default that of its authors; None where its edition is gone."""
    edition = shelf.edition(enrolment.pack_id, enrolment.structure_hash)
    if edition is None:
        return None
    summary = edition.summary
    return LearnerCourse(
        kind=summary.kind,
        slug=summary.slug,
        edition=edition,
        language=language or summary.source_language,
        enrolment=enrolment,
    )


def is_complete(session: Session, place: LearnerCourse) -> bool:
    """Tell whether a learner has done all that the course asks for."""
    return course_satisfied(place.structure, states_of(session, place))
