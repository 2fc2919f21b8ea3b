"""The country that a learner named when a test began: what is asked there is asked of it."""

from __future__ import annotations

from sqlalchemy import select

from perille.assessment.models import Attempt
from perille.core.database import Session
from perille.enrolment.models import Enrolment


def country_at_test(session: Session, enrolment: Enrolment) -> str:
    """Return the ISO code of the country of the newest attempt of an enrolment that names one, or ""."""
    named = select(Attempt.country).where(Attempt.enrolment_id == enrolment.id, Attempt.country != "")
    return session.scalar(named.order_by(Attempt.started_at.desc(), Attempt.id.desc()).limit(1)) or ""
