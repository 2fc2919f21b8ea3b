"""What retention and erasure bring."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature
from perille.core.job import Job
from perille.privacy.commands import expire_all, finish_all, privacy
from perille.privacy.models import Erasure, RemovedLearner, RetentionState
from perille.privacy.views import blueprint

feature = Feature(
    name="privacy",
    blueprints=(blueprint,),
    commands=(privacy,),
    jobs=(
        Job("retention", lambda _session: expire_all(), timedelta(days=1)),
        Job("erasing", lambda _session: finish_all(), timedelta(seconds=5)),
    ),
    models=(Erasure, RemovedLearner, RetentionState),
    personal_data=(Erasure, RemovedLearner),
)
