"""What tests bring."""

from __future__ import annotations

from perille.assessment.commands import assessment
from perille.assessment.expired import job
from perille.assessment.models import Attempt, AttemptAnswer, ExtraTime, ExtraTries, PollCount
from perille.assessment.views import blueprint
from perille.core.feature import Feature, MergeRule, Together

feature = Feature(
    name="assessment",
    blueprints=(blueprint,),
    commands=(assessment,),
    jobs=(job,),
    models=(Attempt, AttemptAnswer, ExtraTime, ExtraTries, PollCount),
    # A poll counts answers and knows nobody who gave one.
    personal_data=(Attempt, AttemptAnswer, ExtraTime, ExtraTries),
    merge_rules=(
        # All attempts are kept and numbered by their time; the better pass stands, for the record says so.
        MergeRule(model=Attempt, rule=Together.RENUMBER, by="started_at", number="number", within=("unit",)),
        MergeRule(model=ExtraTime, rule=Together.GREATER, by="percent"),
        MergeRule(model=ExtraTries, rule=Together.GREATER, by="tries"),
    ),
)
