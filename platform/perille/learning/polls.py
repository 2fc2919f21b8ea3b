"""Polls: counts that belong to nobody, shown when there are enough of them (SE12).

What is shown changes only with every five further answers. Were it to change with each of them, who looks before and after somebody's
answer would know that answer.

There is a way round it: somebody who answers four times himself, as four people, knows what a fifth one answered. Nobody is known
here, so nobody can be kept from answering again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select, text

from perille.core.database import Session
from perille.domain.item import Item, Response
from perille.learning.models import PollCount

#: Fewer answers could be traced to somebody: neither shown at first, nor added to what is shown.
SHOWN_FROM = 5

_ADD = text(
    "INSERT INTO poll_count (pack_id, unit, item, level, count, shown)"
    " VALUES (:pack_id, :unit, :item, :level, 0, 0) ON CONFLICT DO NOTHING"
)


def count_answer(session: Session, *, pack_id: str, unit: str, item: Item, response: Response) -> None:
    """Count one answer to a poll; who gave it is kept nowhere."""
    levels = {option.key for option in item.options}
    # A level that the poll has no more is not shown: answers to it that wait would let through a step of fewer than five.
    rows = [row for row in _held(session, pack_id, unit, item) if row.level in levels]
    chosen = next(row for row in rows if row.level == response[0])
    chosen.count += 1
    if sum(row.count - row.shown for row in rows) >= SHOWN_FROM:
        for row in rows:
            row.shown = row.count
    session.flush()


def _held(session: Session, pack_id: str, unit: str, item: Item) -> Sequence[PollCount]:
    """Return the rows of all levels, made where there is none, locked: two answers at once must not be shown one by one."""
    levels = sorted(option.key for option in item.options)
    query = _rows(pack_id, unit, item).order_by(PollCount.level).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    if {row.level for row in rows}.issuperset(levels):
        return rows
    # In one order everywhere, so that two first answers wait for each other and do not block each other.
    for level in levels:
        session.execute(_ADD, {"pack_id": pack_id, "unit": unit, "item": item.key, "level": level})
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _rows(pack_id: str, unit: str, item: Item) -> Select[PollCount]:
    return select(PollCount).where(PollCount.pack_id == pack_id, PollCount.unit == unit, PollCount.item == item.key)


def shares(session: Session, *, pack_id: str, unit: str, item: Item) -> dict[str, int] | None:
    """Return level -> whole percent of the answers that may be shown, of the levels that the item has; None below `SHOWN_FROM` of these."""
    held = {row.level: row.shown for row in session.scalars(_rows(pack_id, unit, item))}
    shown = {option.key: held.get(option.key, 0) for option in item.options}
    total = sum(shown.values())
    if total < SHOWN_FROM:
        return None
    return {level: round(100 * count / total) for level, count in shown.items()}
