"""Spaced questions: one at a time, two a week, from what somebody has learned. When one is due, and which one it is.

>>> from datetime import UTC
>>> now = datetime(2028, 5, 1, tzinfo=UTC)
>>> past = [PastAnswer("module_a", "q1", now - timedelta(days=4), False)]
>>> items = {key: Item(key=key, interaction="choice", objective=key) for key in ("q1", "q2")}
>>> next_pack(["module_a", "module_b"], past, seed="7")
['module_b', 'module_a']
>>> sorted(missed_now((), past, items))
['q1']
>>> choose_item(items.values(), past, missed=(), changed=(), now=now, seed="7")
'q2'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from perille.domain.item import Item
from perille.domain.selection import chance

#: At most so many answers within a week, and so long from one to the next.
WEEK, A_WEEK, GAP = timedelta(days=7), 2, timedelta(days=3)
#: An item is not asked again for so long.
AGAIN = timedelta(days=60)
#: How long it is known what was answered.
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """A spaced question that was answered."""

    pack: str
    item: str
    at: datetime
    right: bool


def due_at(past: Sequence[PastAnswer]) -> datetime | None:
    """Return the moment from which the next question stands; *past*: the oldest first. None: one stands now.

    >>> from datetime import UTC
    >>> days = [datetime(2028, 5, day, tzinfo=UTC) for day in (1, 4)]
    >>> past = [PastAnswer("module", f"q{day.day}", day, True) for day in days]
    >>> [due_at(past[:number]).day for number in (1, 2)]
    [4, 8]
    """
    if not past:
        return None
    next_at = past[-1].at + GAP
    return max(next_at, past[-A_WEEK].at + WEEK) if len(past) >= A_WEEK else next_at


def next_pack(packs: Iterable[str], past: Iterable[PastAnswer], *, seed: str) -> list[str]:
    """Return the modules in the order in which they are asked: first the one that was asked longest ago or never."""
    newest = {each.pack: each.at.timestamp() for each in past}
    return sorted(packs, key=lambda pack: (newest.get(pack, 0.0), chance(seed, pack)))


def missed_now(missed: Collection[str], past: Iterable[PastAnswer], items: Mapping[str, Item]) -> frozenset[str]:
    """Return the objectives that somebody misses after the answers of *past*, which came after the attempt that *missed* is of."""
    found = set(missed)
    for each in past:
        item = items.get(each.item)
        if item is not None:
            (found.discard if each.right else found.add)(item.objective)
    return frozenset(found)


def choose_item(
    items: Iterable[Item],
    past: Sequence[PastAnswer],
    *,
    missed: Collection[str],
    changed: Collection[str],
    now: datetime,
    seed: str,
) -> str | None:
    """Return the key of the item to ask from one module, None where all were asked a short time ago.

    *past*: the answers in this module, the oldest first. *missed*: objectives that were not right. *changed*: keys of items that are new or
    whose words or facts changed. A critical item follows no critical one where there is another: more than critical points is asked.
    """
    known = {item.key: item for item in items}
    recent = {each.item for each in past if now - each.at < AGAIN}
    asked = {each.item for each in past}
    free = [item for item in known.values() if item.key not in recent]
    after_critical = _ends_critically(known, past)
    first = min(
        free,
        key=lambda item: (
            after_critical and item.critical,
            item.objective not in missed and item.key not in changed,
            item.key in asked,
            chance(seed, item.key),
        ),
        default=None,
    )
    return first.key if first is not None else None


def _ends_critically(known: Mapping[str, Item], past: Sequence[PastAnswer]) -> bool:
    last = known.get(past[-1].item) if past else None
    return last is not None and last.critical
