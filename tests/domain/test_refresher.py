"""Which questions a refresher asks: the critical ones, what changed, and more of what was missed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from perille.domain.assessment import Section
from perille.domain.item import Item
from perille.domain.refresher import QUESTIONS, DrawPreferences, draw_refresher

ITEMS = {
    f"{objective}{number}": Item(
        key=f"{objective}{number}",
        interaction="choice",
        objective=objective,
        critical=number < 2 and objective == "danger",
        country="FI" if objective == "own" and number < 4 else "SE" if objective == "own" else "",
    )
    for objective in ("danger", "steps", "own")
    for number in range(12)
}


def keys_of(objective: str) -> tuple[str, ...]:
    return tuple(key for key, item in ITEMS.items() if item.objective == objective)


SECTIONS = (
    Section(key="a", bank="b", items=keys_of("danger"), draw={"danger": 2}, critical=1),
    Section(key="b", bank="b", items=keys_of("steps") + keys_of("own"), draw={"steps": 2, "own": 2}),
)
SEEDS = st.text(max_size=8)


def drawn(seed: str = "seed", *, country: str = "FI", count: int = QUESTIONS, **wanted: set[str]) -> list[str]:
    return list(draw_refresher(SECTIONS, ITEMS, DrawPreferences(**wanted), seed=seed, country=country, count=count))


def objectives(keys: list[str]) -> Counter[str]:
    return Counter(ITEMS[key].objective for key in keys)


@given(SEEDS, st.sets(st.sampled_from(sorted(ITEMS))), st.sets(st.sampled_from(["danger", "steps", "own"])))
def test_a_critical_question_and_every_objective_are_in_each(seed: str, changed: set[str], missed: set[str]) -> None:
    keys = drawn(seed, count=6, changed=changed, missed=missed)
    assert len(keys) == len(set(keys)) == 6
    assert any(ITEMS[key].critical for key in keys)
    assert set(objectives(keys)) == {"danger", "steps", "own"}
    assert all(ITEMS[key].country in ("", "FI") for key in keys)


def test_what_was_missed_is_asked_twice_as_much() -> None:
    assert objectives(drawn(count=10))["steps"] in (3, 4)
    assert objectives(drawn(count=10, missed={"steps"}))["steps"] == 5


def test_what_changed_is_asked_first() -> None:
    changed = {"steps3", "steps9", "danger7"}
    assert changed <= set(drawn(count=8, changed=changed))


def test_what_was_asked_before_comes_last() -> None:
    seen = set(keys_of("steps")[:6])
    assert seen.isdisjoint(drawn(count=9, seen=seen))


def test_a_small_pool_is_asked_whole_and_no_more() -> None:
    assert len(drawn()) == QUESTIONS
    assert len(drawn(country="")) == 24 == len(keys_of("danger") + keys_of("steps"))
    assert sorted(drawn(count=100)) == sorted(key for key, item in ITEMS.items() if item.country in ("", "FI"))


def test_a_section_without_a_draw_gives_of_all_its_bank() -> None:
    whole = replace(SECTIONS[0], draw={}, critical=None)
    keys = draw_refresher((whole,), ITEMS, DrawPreferences(), seed="s", count=5)
    assert len(keys) == 5
    assert set(keys) <= set(keys_of("danger"))


@given(SEEDS)
def test_the_same_seed_asks_the_same(seed: str) -> None:
    assert drawn(seed) == drawn(seed)
