"""Tries at a test: how many, after which pause, what is asked again, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.assessment import Retry, TestRules
from perille.domain.selection import NEVER, deadline, next_try, tries_left, try_again

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
moments = st.lists(st.integers(0, 500).map(lambda hours: START + timedelta(hours=hours)), max_size=9)
rules = st.builds(TestRules, tries=st.integers(0, 4), pause_hours=st.integers(0, 48))


def test_pause_begins_after_the_last_try_of_a_round() -> None:
    three = TestRules(tries=3, pause_hours=24)
    ended = [START, START + timedelta(hours=1), START + timedelta(hours=2)]
    assert next_try([], three) is None
    assert next_try(ended[:2], three) is None
    assert next_try(ended, three) == START + timedelta(hours=26)
    assert next_try([*ended, START + timedelta(hours=30)], three) is None
    assert [tries_left(count, three) for count in range(5)] == [3, 2, 1, 3, 2]


def test_without_a_pause_the_last_try_is_the_last() -> None:
    assert next_try([START], TestRules(tries=1)) == NEVER
    assert NEVER > START
    assert NEVER.tzinfo is UTC


@given(moments)
def test_without_a_number_of_tries_one_may_always_try(ended: list[datetime]) -> None:
    assert next_try(ended, TestRules()) is None
    assert tries_left(len(ended), TestRules()) is None


@given(moments, rules)
def test_pause_counts_from_the_latest_try_whatever_the_order(ended: list[datetime], given_rules: TestRules) -> None:
    at = next_try(ended, given_rules)
    assert at == next_try(ended[::-1], given_rules)
    if at is not None and at != NEVER:
        assert at == max(ended) + timedelta(hours=given_rules.pause_hours)
        assert len(ended) % given_rules.tries == 0


@given(moments, rules)
def test_tries_are_left_until_the_pause(ended: list[datetime], given_rules: TestRules) -> None:
    left = tries_left(len(ended), given_rules)
    assert left is None or 1 <= left <= given_rules.tries
    if left is not None and left < given_rules.tries:
        assert next_try(ended, given_rules) is None


@pytest.mark.parametrize(
    ("retry", "right", "again"),
    [
        (Retry.POOL, "a", None),
        (Retry.SAME, "a", ("a", "b", "c")),
        (Retry.MISSED, "b", ("a", "c")),
        (Retry.MISSED, "", ("a", "b", "c")),
        (Retry.MISSED, "abc", ("a", "b", "c")),
    ],
)
def test_another_try_asks_what_the_rule_says(retry: Retry, right: str, again: tuple[str, ...] | None) -> None:
    assert try_again(retry, ("a", "b", "c"), set(right)) == again


def test_first_try_is_always_drawn() -> None:
    assert [try_again(retry, (), set()) for retry in Retry] == [None, None, None]


def test_time_limit_ends_an_attempt_and_extra_time_prolongs_it() -> None:
    limited = TestRules(time_limit=20)
    assert deadline(START, limited) == START + timedelta(minutes=20)
    assert deadline(START, limited, extra_percent=25) == START + timedelta(minutes=25)
    assert deadline(START, limited, extra_percent=-50) == START + timedelta(minutes=20)
    assert deadline(START, TestRules(), extra_percent=50) is None


@given(st.integers(1, 600), st.integers(0, 300))
def test_extra_time_never_shortens(minutes: int, extra: int) -> None:
    limited = TestRules(time_limit=minutes)
    plain, longer = deadline(START, limited), deadline(START, limited, extra_percent=extra)
    assert plain is not None
    assert longer is not None
    assert plain <= longer
    assert longer - START == (plain - START) * (100 + extra) / 100
