"""What tests bring."""

from __future__ import annotations

from flask import Flask

from perille.assessment.attempt_country import country_at_test
from perille.assessment.commands import assessment
from perille.assessment.expired import job
from perille.assessment.models import Attempt, AttemptAnswer, ExtraTime, ExtraTries
from perille.assessment.views import blueprint
from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.core.synced_tables import ConflictRule, SyncedTable
from perille.courses.named_country import named_country

#: A test that was begun in one place and gone on with in another: its end stands, with the better result.
_ATTEMPT = dict.fromkeys(
    ("finished_at", "score", "passed", "marked_by", "marked_again_at", "score_before"), ConflictRule.GREATER
)
_ANSWER = dict.fromkeys(("response", "right", "scaled", "certainty", "tries", "fixed"), ConflictRule.OFFICE)


def _connect(app: Flask) -> None:
    named_country.set(app, country_at_test)


feature = Feature(
    name="assessment",
    blueprints=(blueprint,),
    commands=(assessment,),
    jobs=(job,),
    models=(Attempt, AttemptAnswer, ExtraTime, ExtraTries),
    carried=(
        SyncedTable(
            model=Attempt, through="enrolment_id", number="number", within=("enrolment_id", "unit"), settle=_ATTEMPT
        ),
        SyncedTable(model=AttemptAnswer, through="attempt_id", settle=_ANSWER),
        SyncedTable(model=ExtraTime, through="enrolment_id", to_room=True),
        SyncedTable(model=ExtraTries, through="enrolment_id", to_room=True),
    ),
    personal_data=(Attempt, AttemptAnswer, ExtraTime, ExtraTries),
    merge_rules=(
        # All attempts are kept and numbered by their time; the better pass stands, for the record says so.
        MergeRule(model=Attempt, rule=MergeStrategy.RENUMBER, by="started_at", number="number", within=("unit",)),
        MergeRule(model=ExtraTime, rule=MergeStrategy.GREATER, by="percent"),
        MergeRule(model=ExtraTries, rule=MergeStrategy.GREATER, by="tries"),
    ),
    setup=_connect,
)
