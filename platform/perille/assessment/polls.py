"""Polls: counts that belong to nobody, shown when there are enough of them (SE12)."""

from __future__ import annotations

from sqlalchemy import select

from perille.assessment.models import PollCount
from perille.database import Session
from perille.domain.item import Item, Response

#: Fewer answers could be traced to somebody.
SHOWN_FROM = 5


def count_answer(session: Session, *, pack_id: str, unit: str, item: Item, response: Response) -> None:
    """Count one answer to a poll; who gave it is kept nowhere."""
    key = (pack_id, unit, item.key, response[0])
    row = session.get(PollCount, key, with_for_update=True)
    if row is None:
        row = PollCount(pack_id=pack_id, unit=unit, item=item.key, level=response[0], count=0)
        session.add(row)
    row.count += 1
    session.flush()


def shares(session: Session, *, pack_id: str, unit: str, item: Item) -> dict[str, int] | None:
    """Return level -> whole percent of all answers; None below `SHOWN_FROM` answers."""
    query = select(PollCount.level, PollCount.count).where(
        PollCount.pack_id == pack_id, PollCount.unit == unit, PollCount.item == item.key
    )
    counts: dict[str, int] = dict(session.execute(query).all())
    total = sum(counts.values())
    if total < SHOWN_FROM:
        return None
    return {option.key: round(100 * counts.get(option.key, 0) / total) for option in item.options}
