"""Refreshers: a short quiz that lets a certificate count longer. Which questions it asks, when it is open, and until when it extends.

Every module for professionals whose certificate ends has one, drawn from the pools of its test; a pack need not say so.

>>> from perille.domain.course import Block, CredentialRule, Trace
>>> test = Unit(key="final", kind=UnitKind.ASSESSMENT, sections=(Section(key="all", bank="bank", items=("q1",)),))
>>> course = CourseStructure(
...     pack="module_example",
...     kind=PackKind.MODULE,
...     trace=Trace.PROGRESS,
...     blocks=(Block(key="all", units=("final",)),),
...     units=(test,),
...     items=(),
...     credential=CredentialRule(kind="completion", rule="all-core", valid_months=24),
... )
>>> main_test(course).key, test_of(course).key
('final', 'final')
>>> test_of(replace(course, credential=None))
>>> test_or_refreshers(course, "final").key, test_or_refreshers(course, ALL).core, test_or_refreshers(course, "other")
('final', False, None)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from perille.domain.assessment import Retry, Section, TestRules
from perille.domain.course import CourseStructure, MoveOn, PackKind, Unit, UnitKind
from perille.domain.item import Item
from perille.domain.selection import chance, critical_bounds, held_in

#: Key of the unit and part of its address; after it comes the day on which the certificate ends.
PREFIX = "refresher-"
#: What stands for all refreshers of a module where their figures are shown and where they are marked again.
ALL = "refresher"
#: What a certificate says of it: the questions at half a minute each, and what one reads again before them.
MINUTES = 30
QUESTIONS = 24
#: How long before its last day a certificate can be extended; after it always, since a second certificate of the module is not made.
AHEAD = timedelta(days=90)


def refresher_key(ends_on: date) -> str:
    """Return the key of the refresher of a certificate that ends on a day: each time it is another activity.

    >>> refresher_key(date(2028, 11, 27))
    'refresher-2028-11-27'
    """
    return f"{PREFIX}{ends_on.isoformat()}"


def is_refresher(key: str) -> bool:
    """Tell whether a unit is a refresher.

    >>> is_refresher("refresher-2028-11-27"), is_refresher("final")
    (True, False)
    """
    return key.startswith(PREFIX)


def opens_on(ends_on: date) -> date:
    """Return the first day of the refresher of a certificate that ends on a day.

    >>> opens_on(date(2028, 11, 27)).isoformat()
    '2028-08-29'
    """
    return ends_on - AHEAD


def is_open(ends_on: date, day: date) -> bool:
    """Tell whether a certificate that ends on a day can be extended on *day*.

    >>> ends = date(2028, 11, 27)
    >>> [is_open(ends, ends + timedelta(days=days)) for days in (-91, -90, 0, 400)]
    [False, True, True, True]
    """
    return day >= opens_on(ends_on)


def test_of(structure: CourseStructure) -> Unit | None:
    """Return the test whose pools a refresher draws from: the first that counts and has sections; None for no refresher."""
    if structure.credential is None or not structure.credential.valid_months:
        return None
    return main_test(structure)


def main_test(structure: CourseStructure) -> Unit | None:
    """Return the first test of a module that counts and has sections, None where there is none."""
    if structure.kind is not PackKind.MODULE:
        return None
    tests = (unit for unit in structure.units if unit.kind is UnitKind.ASSESSMENT and unit.core and unit.sections)
    return next((unit for unit in tests if not structure.is_pre_test(unit.key)), None)


def refresher_of(test: Unit, key: str) -> Unit:
    """Return the refresher as a unit: the test's pass mark, as many tries as one wants, no time limit, and no part of the course.

    >>> rules = TestRules(tries=3, time_limit=40)
    >>> unit = refresher_of(Unit(key="final", kind=UnitKind.ASSESSMENT, mastery=0.8, rules=rules), "refresher-2028-11-27")
    >>> unit.key, unit.mastery, unit.core, unit.rules.tries, unit.rules.time_limit
    ('refresher-2028-11-27', 0.8, False, 0, 0)
    """
    # Each try is drawn anew: of what was missed alone no critical point might be left.
    rules = replace(test.rules or TestRules(), tries=0, pause_hours=0, time_limit=0, pre_test="", retry=Retry.POOL)
    return replace(test, key=key, minutes=MINUTES, core=False, move_on=MoveOn.PASSED, rules=rules, mastery=test.mastery)


def test_or_refreshers(structure: CourseStructure, key: str) -> Unit | None:
    """Return the unit of that key, or what stands for all refreshers of a module where the key is `ALL`; None where there is none."""
    test = test_of(structure) if key == ALL else None
    return refresher_of(test, ALL) if test is not None else structure.unit(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPreferences:
    """What a draw prefers."""

    #: Objectives of questions that were not right before: they weigh twice.
    missed: Collection[str] = ()
    #: Items that are new or whose words or facts changed since the certificate: the first of their objective.
    changed: Collection[str] = ()
    #: Items that were asked before: the last.
    seen: Collection[str] = ()


def draw_refresher(
    sections: Iterable[Section],
    items: Mapping[str, Item],
    wanted: DrawPreferences,
    *,
    seed: str,
    country: str = "",
    count: int = QUESTIONS,
) -> tuple[str, ...]:
    """Return the keys of the items that a refresher asks, at most *count*, none twice, the same for the same *seed*.

    Each section gives as many critical items as its test draws at least, and each objective one item at least; the rest is shared by
    how many items of an objective the test draws, twice that for one that was missed. Of an objective changed items come first.

    >>> items = {key: Item(key=key, interaction="choice", objective=key[0], critical=key == "a1") for key in ("a1", "a2", "b1", "b2")}
    >>> section = Section(key="all", bank="bank", items=tuple(items), draw={"a": 1, "b": 1}, critical=1)
    >>> sorted(draw_refresher([section], items, DrawPreferences(changed={"b2"}), seed="7", count=2))
    ['a1', 'b2']
    """
    pools: dict[str, list[str]] = {}
    weights: dict[str, int] = {}
    chosen: dict[str, None] = {}
    for section in sections:
        found = _ranked(section, items, wanted, seed, country)
        for item in found:
            pools.setdefault(item.objective, []).append(item.key)
            share = section.draw.get(item.objective, 1)
            weights[item.objective] = share * (2 if item.objective in wanted.missed else 1)
        critical = [item.key for item in found if item.critical]
        least, _most = critical_bounds(section, items, country)
        chosen.update(dict.fromkeys(critical[: least if section.critical is None else section.critical]))
    _fill(pools, weights, chosen, items, max(count, len(chosen)), wanted.changed)
    # By another chance than that of the draw: places must not tell which ones are critical or new.
    return tuple(sorted(chosen, key=lambda key: chance(f"{seed}\0place", key)))


def _ranked(
    section: Section, items: Mapping[str, Item], wanted: DrawPreferences, seed: str, country: str
) -> Sequence[Item]:
    held = held_in((items[key] for key in section.items if key in items), country)
    drawn = (item for item in held if not section.draw or item.objective in section.draw)
    return sorted(
        drawn, key=lambda item: (item.key not in wanted.changed, item.key in wanted.seen, chance(seed, item.key))
    )


def _fill(
    pools: Mapping[str, list[str]],
    weights: Mapping[str, int],
    chosen: dict[str, None],
    items: Mapping[str, Item],
    count: int,
    changed: Collection[str],
) -> None:
    """Add items one by one, from the objective that is furthest behind its weight, until there are *count* or no more."""
    given = {objective: sum(items[key].objective == objective for key in chosen) for objective in pools}
    left = {objective: [key for key in keys if key not in chosen] for objective, keys in pools.items()}
    while len(chosen) < count and any(left.values()):
        first = _furthest_behind(left, weights, given, changed)
        chosen[left[first].pop(0)] = None
        given[first] += 1


def _furthest_behind(
    left: Mapping[str, list[str]], weights: Mapping[str, int], given: Mapping[str, int], changed: Collection[str]
) -> str:
    """Return the objective from which the next item is taken: one that has none yet, and has least for its weight."""
    open_ones = [objective for objective, keys in left.items() if keys]
    # What changed weighs as what was missed: it is asked before an objective that is only practised.
    behind = {
        objective: weights[objective] * (2 if left[objective][0] in changed else 1) / (given[objective] + 1)
        for objective in open_ones
    }
    return max(open_ones, key=lambda objective: (given[objective] == 0, behind[objective]))
