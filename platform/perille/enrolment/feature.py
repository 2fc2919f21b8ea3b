"""What learners, their enrolments and their phones bring."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.enrolment.models import Enrolment, JoinToken, Learner, Phone, ResumeCode
from perille.enrolment.phone_views import blueprint as phones
from perille.enrolment.services import registered
from perille.enrolment.tombstones import Tombstone
from perille.enrolment.views import blueprint
from perille.tracking import services as tracking


def follow_statements(_app: Flask) -> None:
    """Let statements, whoever sends them, change the progress of an enrolment in the same transaction."""
    tracking.listen(registered)


feature = Feature(
    name="enrolment",
    blueprints=(blueprint, phones),
    models=(Learner, Enrolment, Phone, JoinToken, ResumeCode, Tombstone),
    # A tombstone is a digest under the installation's key and leads to nobody.
    personal_data=(Learner, Enrolment, Phone, JoinToken, ResumeCode),
    setup=follow_statements,
)
