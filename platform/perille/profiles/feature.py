"""What profiles on a shared phone and progress in accounts bring."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.profiles.models import AccountLearner

feature = Feature(name="profiles", models=(AccountLearner,), personal_data=(AccountLearner,))
