"""The day on which the value of a fact changed, kept where neither its author nor its source says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from perille.domain.fact import Fact


def with_days_of_change(facts: Iterable[Fact], published: Iterable[Fact], day: date) -> tuple[Fact, ...]:
    """Return facts with the day on which each value was published that differs from the *published* one before it.

    A library that is published again keeps the days that are known. A day that its author wrote since counts instead.
    """
    before = {(fact.country, fact.key): fact for fact in published}
    return tuple(_dated(fact, before.get((fact.country, fact.key)), day) for fact in facts)


def _dated(fact: Fact, before: Fact | None, day: date) -> Fact:
    if before is None:
        return fact
    if fact.value == before.value:
        return replace(fact, changed_on=fact.changed_on or before.changed_on)
    is_new_day = fact.changed_on is not None and (before.changed_on is None or fact.changed_on > before.changed_on)
    return fact if is_new_day else replace(fact, changed_on=day)
