"""What errands and word lists bring."""

from __future__ import annotations

from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.core.synced_tables import SyncedTable
from perille.errands.models import ErrandTick
from perille.errands.views import blueprint

feature = Feature(
    name="errands",
    public=frozenset(
        {
            "errands.calendar",
            "errands.calendar_from_date",
            "errands.errand_list",
            "errands.mark_errand",
            "errands.word_list",
        }
    ),
    blueprints=(blueprint,),
    models=(ErrandTick,),
    carried=(SyncedTable(model=ErrandTick, through="enrolment_id"),),
    personal_data=(ErrandTick,),
    merge_rules=(MergeRule(model=ErrandTick, rule=MergeStrategy.UNION),),
)
