"""Drawing the questions of an attempt from the pools of a test: pure, and the same for the same seed.

>>> items = {key: Item(key=key, interaction="choice", objective=key[0], critical=key == "a1") for key in ("a1", "a2", "b1")}
>>> section = Section(key="all", bank="bank", items=tuple(items), draw={"a": 1, "b": 2})
>>> pools(section, items, "FI")["a"]
Pool(count=1, critical=('a1',), other=('a2',))
>>> shortfalls(section, items, "FI"), critical_bounds(section, items, "FI")
({'b': (1, 2)}, (1, 1))
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from perille.domain.assessment import Retry, Section, TestRules
from perille.domain.item import Item

#: The time of a try that may never begin.
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The items of one objective that a section may draw from, critical ones apart."""

    #: How many of them are drawn.
    count: int
    critical: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def least_critical(self) -> int:
        """How many critical items must be drawn, because there are not enough others."""
        return max(0, self.count - len(self.other))

    @property
    def most_critical(self) -> int:
        """How many critical items can be drawn."""
        return min(self.count, len(self.critical))


def held_in(items: Iterable[Item], country: str) -> tuple[Item, ...]:
    """Return the items that hold in a country, given by its ISO code: those of no country, and its own.

    >>> items = (Item(key="a", interaction="choice"), Item(key="b", interaction="choice", country="FI"))
    >>> [each.key for each in held_in(items, "SE")]
    ['a']
    """
    return tuple(item for item in items if item.country in ("", country))


def pools(section: Section, items: Mapping[str, Item], country: str) -> dict[str, Pool]:
    """Return the pool of each objective that a section draws from, for one country. Empty where it draws all."""
    held = held_in((items[key] for key in section.items if key in items), country)
    return {
        objective: Pool(
            count=count,
            critical=tuple(item.key for item in held if item.objective == objective and item.critical),
            other=tuple(item.key for item in held if item.objective == objective and not item.critical),
        )
        for objective, count in section.draw.items()
    }


def shortfalls(section: Section, items: Mapping[str, Item], country: str) -> dict[str, tuple[int, int]]:
    """Return the objectives whose pool is smaller than its draw, each with (items there, items drawn)."""
    return {
        objective: (len(pool.critical) + len(pool.other), pool.count)
        for objective, pool in pools(section, items, country).items()
        if len(pool.critical) + len(pool.other) < pool.count
    }


def critical_bounds(section: Section, items: Mapping[str, Item], country: str) -> tuple[int, int]:
    """Return how many critical items a draw has at least and at most."""
    if not section.draw:
        count = sum(item.critical for item in held_in((items[key] for key in section.items if key in items), country))
        return count, count
    found = pools(section, items, country).values()
    return sum(pool.least_critical for pool in found), sum(pool.most_critical for pool in found)


def draw(
    sections: Iterable[Section],
    items: Mapping[str, Item],
    *,
    seed: str,
    country: str = "",
    seen: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the keys of the items that an attempt asks, section by section, none twice.

    A section without a draw gives all of its pool as authored; another one as many of each objective as it says, in an order
    that depends on *seed* alone. Items that were *seen* before come again only where the others do not suffice. Where a pool
    has become smaller than its draw, all of it is asked.

    >>> items = {key: Item(key=key, interaction="choice") for key in ("a", "b", "c")}
    >>> sorted(draw([Section(key="all", bank="bank", items=("a", "b", "c"))], items, seed="7"))
    ['a', 'b', 'c']
    """
    drawn: dict[str, None] = {}
    for section in sections:
        free = replace(section, items=tuple(key for key in section.items if key not in drawn))
        drawn.update(dict.fromkeys(_draw_section(free, items, seed, country, frozenset(seen))))
    return tuple(drawn)


def _draw_section(
    section: Section, items: Mapping[str, Item], seed: str, country: str, seen: frozenset[str]
) -> tuple[str, ...]:
    if not section.draw:
        return tuple(item.key for item in held_in((items[key] for key in section.items if key in items), country))
    found = pools(section, items, country)
    wanted = _critical_of_each(found, section.critical, seed, seen)
    chosen: list[str] = []
    for objective, pool in found.items():
        count = wanted[objective]
        chosen += _first(pool.critical, seed, seen)[:count]
        chosen += _first(pool.other, seed, seen)[: pool.count - count]
    # By another chance than that of the draw, which favours what comes early: places must not tell which ones are critical.
    return tuple(sorted(chosen, key=lambda key: chance(f"{seed}\0place", key)))


def _critical_of_each(
    found: Mapping[str, Pool], critical: int | None, seed: str, seen: frozenset[str]
) -> dict[str, int]:
    """Return how many critical items each objective gives: what it must, then by chance up to *critical*, or as it falls."""
    counts = {objective: min(pool.least_critical, pool.most_critical) for objective, pool in found.items()}
    if critical is None:
        return {objective: _as_it_falls(pool, seed, seen) for objective, pool in found.items()}
    # One place in the hat for each critical item: an objective with many of them gives more.
    hat = {key: objective for objective, pool in found.items() for key in pool.critical}
    for key in _first(tuple(hat), seed, seen):
        if sum(counts.values()) < critical and counts[hat[key]] < found[hat[key]].most_critical:
            counts[hat[key]] += 1
    return counts


def _as_it_falls(pool: Pool, seed: str, seen: frozenset[str]) -> int:
    drawn = _first(pool.critical + pool.other, seed, seen)[: pool.count]
    return sum(key in pool.critical for key in drawn)


def _first(keys: Iterable[str], seed: str, seen: frozenset[str]) -> tuple[str, ...]:
    """Return keys in the order in which they are drawn: those that were never seen first, each part by chance."""
    return tuple(sorted(keys, key=lambda key: (key in seen, chance(seed, key))))


def chance(seed: str, key: str) -> bytes:
    """Return the place of a key in the order of a seed: the same on any machine and in any version of Python.

    >>> sorted(("a", "b", "c"), key=lambda key: chance("seed", key)) == sorted(("c", "a", "b"), key=lambda key: chance("seed", key))
    True
    """
    return sha256(f"{seed}\0{key}".encode(errors="replace")).digest()


def try_again(retry: Retry, last: Sequence[str], right: Collection[str]) -> tuple[str, ...] | None:
    """Return what another try asks after *last*, of which *right* were right; None: draw anew.

    >>> try_again(Retry.MISSED, ("a", "b"), {"a"}), try_again(Retry.SAME, ("a", "b"), {"a"}), try_again(Retry.POOL, ("a", "b"), ())
    (('b',), ('a', 'b'), None)
    """
    if retry is Retry.POOL or not last:
        return None
    missed = tuple(key for key in last if key not in right)
    return missed if retry is Retry.MISSED and missed else tuple(last)


def next_try(ended: Iterable[datetime], rules: TestRules) -> datetime | None:
    """Return when another try may begin, given when earlier ones ended (aware); None: at once. NEVER where no more are given.

    >>> ended = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    >>> next_try(ended, TestRules(tries=1, pause_hours=24)).isoformat()
    '2026-05-02T12:00:00+00:00'
    >>> next_try(ended, TestRules(tries=2)), next_try(ended, TestRules(tries=1)) == NEVER
    (None, True)
    """
    times = sorted(ended)
    if not rules.tries or not times or len(times) % rules.tries:
        return None
    return times[-1] + timedelta(hours=rules.pause_hours) if rules.pause_hours else NEVER


def tries_left(ended: int, rules: TestRules, *, waiting: bool = False) -> int | None:
    """Return how many tries are left of a round after *ended* ones; None for no limit.

    *waiting*: whether the pause after a round is not over (see `next_try`): then none is left, and after it all are.

    >>> tries_left(1, TestRules(tries=3)), tries_left(1, TestRules())
    (2, None)
    """
    if not rules.tries:
        return None
    return 0 if waiting else rules.tries - ended % rules.tries


def deadline(begun: datetime, rules: TestRules, *, extra_percent: int = 0) -> datetime | None:
    """Return when an attempt must end; None without a time limit. Whoever is given extra time has that many percent more.

    >>> deadline(datetime(2026, 5, 1, 12, tzinfo=UTC), TestRules(time_limit=20), extra_percent=50).minute
    30
    """
    if not rules.time_limit:
        return None
    return begun + timedelta(minutes=rules.time_limit) * (100 + max(0, extra_percent)) / 100


def allowed_minutes(rules: TestRules, *, extra_percent: int = 0) -> int | None:
    """Return the whole minutes that an attempt has, as a page tells them; None without a time limit.

    >>> allowed_minutes(TestRules(time_limit=20), extra_percent=50)
    30
    """
    return rules.time_limit * (100 + max(0, extra_percent)) // 100 if rules.time_limit else None
