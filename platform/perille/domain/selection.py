"""Drawing the questions of an attempt from the pools of a test: pure, and the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from perille.domain.assessment import Section
from perille.domain.item import Item


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
    """Return the items that hold in a country, given by its ISO code: those of no country, and its own."""
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
