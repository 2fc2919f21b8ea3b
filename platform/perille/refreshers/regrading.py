"""What becomes of refreshers whose questions are marked again with those of their test."""

from __future__ import annotations

from perille.core.database import Session
from perille.core.dates import day_in
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit
from perille.packs.published.edition import Edition
from perille.refreshers.edition import RefresherEdition, with_refresher
from perille.refreshers.services import extend_by, refresher_for


class RefresherGrading:
    """Answers what `assessment.regrading` asks of refreshers."""

    def edition(self, edition: Edition, unit: Unit) -> RefresherEdition:
        """Return the edition in which a refresher asks its questions."""
        return with_refresher(edition, unit)

    def extend(self, session: Session, place: LearnerCourse, key: str) -> None:
        """Let a certificate count longer whose refresher is passed now; nothing where another try has extended it meanwhile."""
        refresher = refresher_for(session, place, key)
        if refresher is not None:
            extend_by(session, refresher, day_in(place.country))
