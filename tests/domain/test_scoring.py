"""Scores of tests: the mean, the mark to reach, and what must be right whatever the mean."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.item import Outcome
from perille.domain.scoring import passed, scaled_score

scores = st.floats(0, 1)
outcomes = st.dictionaries(st.sampled_from("abcdefgh"), scores.map(lambda scaled: outcome(scaled)), max_size=8)


def outcome(scaled: float) -> Outcome:
    return Outcome(scaled=scaled, success=scaled == 1.0)


def right(*keys: str) -> dict[str, Outcome]:
    return {key: outcome(1.0) for key in keys}


@given(outcomes)
def test_score_is_a_mean_from_0_to_1(given_outcomes: dict[str, Outcome]) -> None:
    score = scaled_score(given_outcomes.values())
    assert -1e-9 <= score <= 1 + 1e-9
    assert scaled_score(list(given_outcomes.values())[::-1]) == pytest.approx(score)


def test_no_outcome_is_no_score_and_no_pass() -> None:
    assert scaled_score([]) == 0.0
    assert not passed({}, mastery=0.0)


@given(st.lists(scores, min_size=1, max_size=8))
def test_better_answer_never_lowers_the_score(given_scores: list[float]) -> None:
    better = [1.0, *given_scores[1:]]
    assert scaled_score(map(outcome, better)) >= scaled_score(map(outcome, given_scores)) - 1e-12


@given(outcomes, scores, scores)
def test_lower_mark_is_never_harder(given_outcomes: dict[str, Outcome], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert passed(given_outcomes, mastery=low) >= passed(given_outcomes, mastery=high)


@given(outcomes, scores, st.sets(st.sampled_from("abcdefgh")))
def test_critical_items_only_make_it_harder(
    given_outcomes: dict[str, Outcome], mastery: float, critical: set[str]
) -> None:
    assert passed(given_outcomes, mastery=mastery) >= passed(given_outcomes, mastery=mastery, critical=critical)


def test_critical_item_must_be_right_whatever_the_mean() -> None:
    answers = right("a", "b", "c") | {"d": outcome(0.5)}
    assert passed(answers, mastery=0.8)
    assert passed(answers, mastery=0.8, critical=["a"])
    assert not passed(answers, mastery=0.8, critical=["d"])


def test_critical_item_without_an_answer_is_not_right() -> None:
    assert not passed(right("a"), mastery=0.5, critical=["b"])


@pytest.mark.parametrize("count", [3, 5, 6, 7, 9, 10, 11, 13])
def test_mark_that_is_reached_to_the_point_is_reached(count: int) -> None:
    for good in range(count + 1):
        answers = {str(number): outcome(float(number < good)) for number in range(count)}
        assert passed(answers, mastery=good / count)
        assert passed(answers, mastery=math.nextafter(good / count, 2))


def test_all_right_is_needed_for_a_mark_of_1() -> None:
    assert passed(right("a", "b"), mastery=1.0)
    assert not passed(right("a") | {"b": outcome(0.999)}, mastery=1.0)
