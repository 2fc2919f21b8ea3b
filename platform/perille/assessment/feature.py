"""What tests bring."""

from __future__ import annotations

from perille.assessment.commands import assessment
from perille.assessment.expired import job
from perille.assessment.models import Attempt, AttemptAnswer, ExtraTime, PollCount
from perille.assessment.views import blueprint
from perille.core.feature import Feature

feature = Feature(
    name="assessment",
    blueprints=(blueprint,),
    commands=(assessment,),
    jobs=(job,),
    models=(Attempt, AttemptAnswer, ExtraTime, PollCount),
    # A poll counts answers and knows nobody who gave one.
    personal_data=(Attempt, AttemptAnswer, ExtraTime),
)
