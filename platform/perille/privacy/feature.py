"""What retention and erasure bring."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.privacy.commands import expire_all, finish_all, privacy
from perille.privacy.models import Erasure, RemovedLearner, RetentionState
from perille.privacy.views import blueprint

feature = Feature(
    name="privacy",
    public=frozenset(
        {
            "privacy.export_archive",
            "privacy.erase_learner",
            "privacy.erasure_done",
            "privacy.stored_data",
            "privacy.export_json",
        }
    ),
    blueprints=(blueprint,),
    commands=(privacy,),
    jobs=(
        Job(
            "retention", lambda _session: expire_all(), timedelta(days=1), lazy_gettext("Delete what is past its time")
        ),
        Job(
            "erasing",
            lambda _session: finish_all(),
            timedelta(seconds=5),
            lazy_gettext("Erase the people who were asked to be erased"),
        ),
    ),
    models=(Erasure, RemovedLearner, RetentionState),
    stays=(Erasure, RemovedLearner, RetentionState),
    personal_data=(Erasure, RemovedLearner),
)
