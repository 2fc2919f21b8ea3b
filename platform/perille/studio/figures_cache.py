"""Figures of tests that many have taken, kept between two openings of a page: counting 100,000 attempts takes seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from perille.assessment.models import Attempt, taken_at
from perille.assessment.reports import statistics_of
from perille.core.database import Session
from perille.core.extension_state import AppSlot
from perille.core.lru_cache import LruCache
from perille.domain.statistics import ItemStatistics
from perille.enrolment.models import Enrolment

#: Fewer attempts are counted anew each time: that takes less than the page itself.
_FEW = 1_000
#: The share of attempts that must be new, or gone, before they are counted anew: figures are whole percents.
_MOVED = 0.01
_KEPT = 100


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """What a test says of its questions, of how many attempts, and when the last of them was handed in."""

    attempts: int
    until: datetime
    figures: Mapping[str, ItemStatistics]

    def holds_for(self, attempts: int, older: int) -> bool:
        """Tell whether it need not be counted anew. Where one of its attempts is gone it must: somebody asked that it be forgotten."""
        return older == self.attempts and attempts < self.attempts * (1 + _MOVED)


_figures = AppSlot[LruCache[KeptFigures]]("studio_figures", lambda: LruCache(_KEPT))


def kept_statistics(session: Session, pack_id: str, unit: str) -> Mapping[str, ItemStatistics]:
    """Return the figures of each question of a test, counted when few have taken it, else kept until a hundredth is new."""
    kept = _figures().find((pack_id, unit))
    attempts, until, older = _handed_in(session, pack_id, unit, kept.until if kept else None)
    if attempts < _FEW or until is None:
        return statistics_of(session, pack_id, unit)
    if kept is None or not kept.holds_for(attempts, older):
        kept = KeptFigures(attempts, until, statistics_of(session, pack_id, unit))
        _figures().put((pack_id, unit), kept)
    return kept.figures


def _handed_in(session: Session, pack_id: str, unit: str, day: datetime | None) -> tuple[int, datetime | None, int]:
    """Return how many attempts were handed in, when the last was, and how many were by a moment."""
    number = func.count(Attempt.id)
    by_then = number if day is None else number.filter(Attempt.finished_at <= day)
    wanted = select(number, func.max(Attempt.finished_at), by_then)
    wanted = wanted.join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    wanted = wanted.where(Enrolment.pack_id == pack_id, taken_at(unit), Attempt.finished_at.is_not(None))
    found = session.execute(wanted).one()
    return found[0], found[1], found[2]
