"""Questions and the dates of their facts: what is past its review is shown with a notice, and asked of nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from perille.core.dates import today
from perille.courses.learner_course import LearnerCourse
from perille.domain.content import SLOT_END, SLOT_START
from perille.domain.course import Unit
from perille.domain.fact import Fact
from perille.packs.published.library import current_library

_FACT = re.compile(f"{SLOT_START}fact:([^{SLOT_START}{SLOT_END}]*){SLOT_END}")


def asked_today(place: LearnerCourse, unit: Unit) -> Unit:
    """Return a unit without the questions that depend on a fact past its review; a unit of such questions alone stays as it is."""
    fresh = tuple(key for key in unit.items if not is_outdated(place, key))
    return replace(unit, items=fresh) if fresh and len(fresh) < len(unit.items) else unit


def is_outdated(place: LearnerCourse, item: str) -> bool:
    """Tell whether a question depends on a fact that does not hold today, or whose review is due."""
    return any(fact is None or fact.overdue_on(today()) for fact in _facts(place, item))


def facts_in(place: LearnerCourse, item: str) -> tuple[Fact, ...]:
    """Return the facts that the words of a question name and that hold today."""
    return tuple(fact for fact in _facts(place, item) if fact is not None)


def _facts(place: LearnerCourse, item: str) -> Iterator[Fact | None]:
    """Yield each fact that a question names, None for one that does not hold today."""
    words = place.edition.words(place.edition.summary.source_language).items.get(item, {})
    names = {name for text in words.values() if SLOT_START in text.plain for name in _FACT.findall(text.plain)}
    for name in names:
        country, _sep, key = name.rpartition("/")
        yield current_library().fact(country or place.country, key, today())
