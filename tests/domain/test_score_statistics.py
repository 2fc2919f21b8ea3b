"""Figures of a whole test: those of Moodle's formulae, written out a second time, on marks of our own making."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.score_statistics import score_statistics
from perille.domain.statistics import GivenAnswer, GradedAttempt, item_statistics

#: Twelve people, five questions.
MARKS = [
    (1, 1, 1, 0.5, 1),
    (1, 1, 0.5, 0.5, 0),
    (1, 0, 1, 0.25, 1),
    (1, 1, 0, 0.75, 1),
    (0, 1, 0.5, 0, 0),
    (1, 0, 0, 0.25, 1),
    (0, 0, 0.5, 0.5, 0),
    (1, 1, 1, 1, 1),
    (0, 1, 0, 0.25, 0),
    (1, 0, 1, 0.75, 0),
    (0, 0, 0, 0, 1),
    (1, 1, 1, 0.75, 1),
]


def people(rows: list[tuple[float, ...]]) -> list[GradedAttempt]:
    return [GradedAttempt("en", tuple(GivenAnswer(f"i{n}", mark) for n, mark in enumerate(row))) for row in rows]


def exactly(value: float) -> object:
    return pytest.approx(value, abs=1e-8)


def test_the_whole_test_has_the_figures_of_the_formulae() -> None:
    n, whole = len(MARKS), 5
    totals = [sum(row) for row in MARKS]
    mean = sum(totals) / n
    m2, m3, m4 = (sum((each - mean) ** power for each in totals) / n for power in (2, 3, 4))
    k2, k3 = n * m2 / (n - 1), n * n * m3 / ((n - 1) * (n - 2))
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    variances = [statistics.variance(column) for column in zip(*MARKS, strict=True)]
    alpha = 5 / 4 * (1 - sum(variances) / statistics.variance(totals))
    found = score_statistics(people(MARKS))
    assert found is not None
    assert found.count == 12
    assert found.mean == exactly(mean / whole)
    assert found.deviation == exactly(math.sqrt(k2) / whole)
    assert found.skewness == exactly(k3 / k2**1.5)
    assert found.kurtosis == exactly(k4 / k2**2)
    assert found.alpha == exactly(alpha)
    assert found.standard_error == exactly(math.sqrt(k2) / whole * math.sqrt(1 - alpha))


def test_each_question_has_the_figures_of_the_formulae() -> None:
    found = item_statistics(people(MARKS))
    for place, each in enumerate(found.values()):
        own = [row[place] for row in MARKS]
        rest = [sum(row) - row[place] for row in MARKS]
        assert each.facility == exactly(statistics.fmean(own))
        assert each.deviation == exactly(statistics.stdev(own))
        assert each.discrimination == exactly(statistics.correlation(own, rest))
        most = statistics.covariance(sorted(own), sorted(rest))
        assert each.efficiency == exactly(statistics.covariance(own, rest) / most)


def test_with_right_and_wrong_only_alpha_is_kr_20() -> None:
    rows = [tuple(float(mark >= 0.5) for mark in row) for row in MARKS]
    totals = [sum(row) for row in rows]
    shares = [sum(column) / 12 for column in zip(*rows, strict=True)]
    kr_20 = 5 / 4 * (1 - sum(share * (1 - share) for share in shares) / statistics.pvariance(totals))
    found = score_statistics(people(rows))
    assert found is not None
    assert found.alpha == exactly(kr_20)


OBJECTIVES = {"i0": "one", "i1": "two", "i2": "one", "i3": "two", "i4": "two"}


def test_a_test_of_several_objectives_is_as_reliable_as_each_of_them_within_itself() -> None:
    chance = 0.0
    for places in ((0, 2), (1, 3, 4)):
        columns = [[row[place] for row in MARKS] for place in places]
        totals = [sum(row) for row in zip(*columns, strict=True)]
        k, own = len(places), sum(statistics.pvariance(column) for column in columns)
        alpha = k / (k - 1) * (1 - own / statistics.pvariance(totals))
        chance += statistics.pvariance(totals) * (1 - alpha)
    stratified = 1 - chance / statistics.pvariance([sum(row) for row in MARKS])
    found, plain = score_statistics(people(MARKS), objectives=OBJECTIVES), score_statistics(people(MARKS))
    assert found is not None
    assert plain is not None
    assert found.alpha == exactly(stratified)
    assert found.alpha != plain.alpha
    other_order = [
        GradedAttempt("en", tuple(attempt.answers[place] for place in (1, 0, 3, 2, 4))) for attempt in people(MARKS)
    ]
    assert score_statistics(other_order, objectives=OBJECTIVES) == found


def test_one_question_of_an_objective_counts_as_chance() -> None:
    found = score_statistics(people([(1, 1), (0, 1), (1, 0), (0, 0)]), objectives={"i0": "one", "i1": "two"})
    assert found is not None
    assert found.alpha == exactly(0.0)


def test_attempts_that_asked_for_other_objectives_are_taken_as_one_subject() -> None:
    mixed = people(MARKS)
    mixed[3] = GradedAttempt(
        "en", tuple(GivenAnswer(f"x{place}", answer.scaled) for place, answer in enumerate(mixed[3].answers))
    )
    found, plain = score_statistics(mixed, objectives=OBJECTIVES), score_statistics(mixed)
    assert found is not None
    assert plain is not None
    assert (found.count, found.mean) == (plain.count, plain.mean)
    assert found.alpha is not None


@pytest.mark.parametrize("rows", [[(1.0, 0.0)], [(1.0, 1.0)] * 8, [(1.0,), (0.0,), (1.0,)]])
def test_what_allows_no_figure_has_none(rows: list[tuple[float, ...]]) -> None:
    found = score_statistics(people(rows))
    assert found is not None
    assert (found.alpha, found.standard_error, found.kurtosis) == (None, None, None)


def test_nobody_gives_nothing() -> None:
    assert score_statistics([]) is None
    assert score_statistics([GradedAttempt("en", ())]) is None
    assert score_statistics(people(MARKS[:4]), step=5) is None


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0])] * 3), min_size=5, max_size=17))
def test_figures_move_by_whole_steps(rows: list[tuple[float, ...]]) -> None:
    whole = rows[: len(rows) - len(rows) % 5]
    assert score_statistics(people(rows), step=5) == score_statistics(people(whole))


def test_the_length_that_most_were_asked_counts() -> None:
    found = score_statistics([*people([(1.0, 1.0)]), *people(MARKS)])
    assert found is not None
    assert found.count == 12
