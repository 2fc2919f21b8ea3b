"""Which spaced question is asked, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from perille.domain.item import Item
from perille.domain.spaced import PastAnswer, choose_item, due_at, missed_now, next_pack

NOW = datetime(2028, 5, 1, tzinfo=UTC)


def items(*keys: str, critical: str = "", objective: str = "") -> list[Item]:
    return [Item(key=key, interaction="choice", objective=objective or key, critical=key in critical) for key in keys]


def answered(key: str, days: float, *, right: bool = True, pack: str = "m") -> PastAnswer:
    return PastAnswer(pack, key, NOW - timedelta(days=days), right)


def choose(found: list[Item], past: list[PastAnswer] | None = None, **wanted: set[str]) -> str | None:
    values: dict[str, set[str]] = {"missed": set(), "changed": set(), **wanted}
    return choose_item(found, past or [], missed=values["missed"], changed=values["changed"], now=NOW, seed="s")


def test_two_a_week_at_most_however_late_the_first_came() -> None:
    assert due_at([]) is None
    assert due_at([answered("a", 0)]) == NOW + timedelta(days=3)
    assert due_at([answered("a", 6), answered("b", 0)]) == NOW + timedelta(days=3)
    assert due_at([answered("a", 3), answered("b", 0)]) == NOW + timedelta(days=4)


def test_what_was_missed_or_has_changed_goes_first() -> None:
    found = items(*"abcdefgh")
    assert choose(found, missed={"d"}) == "d"
    assert choose(found, changed={"g"}) == "g"


def test_nothing_is_asked_again_within_sixty_days_and_new_ones_go_first() -> None:
    assert choose(items("a"), [answered("a", 59)]) is None
    assert choose(items("a"), [answered("a", 60)]) == "a"
    assert choose(items("a", "b"), [answered("a", 61)]) == "b"


def test_a_critical_item_follows_no_critical_one() -> None:
    found = items(*"abc", critical="ab")
    assert choose(found, [answered("a", 3)], missed={"b"}) == "c"
    assert choose(found, [answered("c", 3)], missed={"b"}) == "b"
    assert choose(items("a", "b", critical="ab"), [answered("a", 3)]) == "b", "where there is no other"


def test_what_is_right_now_is_missed_no_more() -> None:
    known = {item.key: item for item in items("a", "b")}
    past = [answered("b", 5, right=False), answered("a", 2)]
    assert missed_now({"a"}, past, known) == {"b"}


def test_the_module_that_was_asked_longest_ago_comes_first() -> None:
    past = [answered("q", 9, pack="one"), answered("q", 3, pack="two")]
    assert next_pack(["two", "one", "three"], past, seed="s") == ["three", "one", "two"]
