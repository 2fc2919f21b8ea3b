"""The country that a learner named in a course, for pages that would otherwise ask for it again."""

from __future__ import annotations

from collections.abc import Callable

from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.enrolment.models import Enrolment


def _nowhere(_session: Session, _enrolment: Enrolment) -> str:
    return ""


#: Returns the ISO code of the country that an enrolment's learner named last, or "". Tests ask for it and set this (`assessment`), so
#: that lessons need not know of tests.
named_country: AppSlot[Callable[[Session, Enrolment], str]] = AppSlot("named_country", lambda: _nowhere)
