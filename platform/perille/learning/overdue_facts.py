"""Questions and the dates of their facts: what is past its review is shown with a notice, and asked of nobody."""

from __future__ import annotations

import re
from dataclasses import replace

from perille.core.dates import today
from perille.domain.content import SLOT_END, SLOT_START
from perille.domain.course import Unit
from perille.learning.services import LearnerCourse
from perille.packs.published.library import current_library

_FACT = re.compile(f"{SLOT_START}fact:([^{SLOT_START}{SLOT_END}]*){SLOT_END}")


def asked_today(place: LearnerCourse, unit: Unit) -> Unit:
    """Return a unit without the questions that depend on a fact past its review; a unit of such questions alone stays as it is."""
    fresh = tuple(key for key in unit.items if not is_outdated(place, key))
    return replace(unit, items=fresh) if fresh and len(fresh) < len(unit.items) else unit


def is_outdated(place: LearnerCourse, item: str) -> bool:
    """Tell whether a question depends on a fact that does not hold today, or whose review is due."""
    words = place.edition.words(place.edition.summary.source_language).items.get(item, {})
    names = {name for text in words.values() if SLOT_START in text.plain for name in _FACT.findall(text.plain)}
    return any(not _holds(place, name) for name in names)


def _holds(place: LearnerCourse, name: str) -> bool:
    shelf = current_library()
    country, _sep, key = name.rpartition("/")
    fact = shelf.fact(country or place.country, key, today())
    return fact is not None and not fact.overdue_on(today())
