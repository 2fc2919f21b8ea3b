"""Certainty and gain: points that reward honesty, and what was learned between two tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.item import Outcome
from perille.domain.scoring import Certainty, CertaintyCount, certainty_counts, certainty_points, certainty_score, gain

shares = st.floats(0, 1)
certainties = st.sampled_from(Certainty)


def outcome(scaled: float) -> Outcome:
    return Outcome(scaled=scaled, success=scaled == 1.0)


@pytest.mark.parametrize(
    ("certainty", "right", "wrong"), [("sure", 3.0, -6.0), ("fairly", 2.0, -2.0), ("guess", 1.0, 0.0)]
)
def test_points_are_those_of_certainty_based_marking(certainty: str, right: float, wrong: float) -> None:
    assert certainty_points(outcome(1.0), Certainty(certainty)) == right
    assert certainty_points(outcome(0.0), Certainty(certainty)) == wrong


@given(shares, certainties)
def test_points_lie_between_wrong_and_right(scaled: float, certainty: Certainty) -> None:
    points = certainty_points(outcome(scaled), certainty)
    assert certainty_points(outcome(0.0), certainty) <= points <= certainty_points(outcome(1.0), certainty)


@given(shares, shares, certainties)
def test_better_answer_never_has_fewer_points(one: float, other: float, certainty: Certainty) -> None:
    low, high = sorted((one, other))
    assert certainty_points(outcome(low), certainty) <= certainty_points(outcome(high), certainty)


def best_to_say(chance: float) -> Certainty:
    """Return the certainty with the most points to be expected."""

    def expected(certainty: Certainty) -> float:
        right, wrong = (certainty_points(outcome(scaled), certainty) for scaled in (1.0, 0.0))
        return chance * right + (1 - chance) * wrong

    return max(Certainty, key=expected)


@given(shares)
def test_it_pays_best_to_say_what_one_thinks(chance: float) -> None:
    if abs(chance - 2 / 3) < 1e-6 or abs(chance - 4 / 5) < 1e-6:
        return
    honest = Certainty.SURE if chance > 4 / 5 else Certainty.FAIRLY if chance > 2 / 3 else Certainty.GUESS
    assert best_to_say(chance) is honest


@given(st.lists(st.floats(-6, 3), max_size=12))
def test_certainty_score_is_a_share_from_0_to_1(points: list[float]) -> None:
    assert 0.0 <= certainty_score(points) <= 1.0


def test_certainty_score_is_a_mean_and_never_less_than_nothing() -> None:
    assert certainty_score([]) == 0.0
    assert certainty_score([3, 3, 3]) == 1.0
    assert certainty_score([3, 0]) == 0.5
    assert certainty_score([1.5]) == 0.5
    assert certainty_score([-6, 3]) == 0.0


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [
        (0.4, 0.7, 0.5),
        (0.0, 0.25, 0.25),
        (0.5, 1.0, 1.0),
        (0.5, 0.5, 0.0),
        (0.0, 0.0, 0.0),
        (1.0, 1.0, None),
        (0.8, 0.6, -0.25),
        (1.0, 0.5, -0.5),
        (0.5, 0.0, -1.0),
    ],
)
def test_gain_is_a_share_of_what_was_left_to_gain(before: float, after: float, gained: float | None) -> None:
    assert gain(before, after) == (None if gained is None else pytest.approx(gained))


@given(shares, shares)
def test_gain_is_between_all_lost_and_all_gained(before: float, after: float) -> None:
    found = gain(before, after)
    assert (found is None) == (before == after == 1.0)
    assert found is None or -1.0 - 1e-9 <= found <= 1.0 + 1e-9
    assert found is None or (found > 0) == (after > before) or abs(after - before) < 1e-12


@given(st.lists(st.tuples(certainties, shares.map(outcome))))
def test_every_answer_is_counted_once_by_how_sure_one_was(given_answers: list[tuple[Certainty, Outcome]]) -> None:
    counts = certainty_counts(given_answers)
    assert list(counts) == list(Certainty)
    assert sum(count.answers for count in counts.values()) == len(given_answers)
    assert sum(count.right for count in counts.values()) == len([each for _sure, each in given_answers if each.success])
    assert all(0 <= count.right <= count.answers for count in counts.values())


def test_an_answer_that_is_right_in_part_is_not_counted_as_right() -> None:
    answers = [(Certainty.SURE, outcome(0.5)), (Certainty.SURE, outcome(1.0)), (Certainty.GUESS, outcome(0.0))]
    assert certainty_counts(answers) == {
        Certainty.SURE: CertaintyCount(2, 1),
        Certainty.FAIRLY: CertaintyCount(0, 0),
        Certainty.GUESS: CertaintyCount(1, 0),
    }
