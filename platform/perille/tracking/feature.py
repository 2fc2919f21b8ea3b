"""What the learning record brings."""

from __future__ import annotations

from perille.core.feature import Feature, MergeRule, MergeStrategy
from perille.tracking.commands import tracking
from perille.tracking.models import CourseProgress, Installation, UnitProgress

feature = Feature(
    name="tracking",
    commands=(tracking,),
    models=(Installation, UnitProgress, CourseProgress),
    stays=(Installation, UnitProgress, CourseProgress),
    personal_data=(UnitProgress, CourseProgress),
    merge_rules=(
        MergeRule(model=UnitProgress, rule=MergeStrategy.REPLAY),
        MergeRule(model=CourseProgress, rule=MergeStrategy.REPLAY),
    ),
)
