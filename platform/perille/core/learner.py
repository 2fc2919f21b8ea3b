"""Who learns on this browser, for features that know nothing of enrolments."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from perille.core.extension_state import AppSlot

#: Set by the feature that knows learners.
current_finder = AppSlot[Callable[[], UUID | None]]("learner_finder")


def current_learner_id() -> UUID | None:
    """Return the number of the learner of this request, None where nobody has started a course here."""
    return current_finder()()
