"""Groups compared when ability is matched: published tables with known results, and what must hold of any."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.mantel_haenszel import Comparison, Difference, Stratum, compare

# Admissions to six departments of Berkeley in 1973 (P. J. Bickel, E. A. Hammel and J. W. O'Connell, Science 187, 1975): men
# admitted and not, women admitted and not. The common odds ratio and its interval are those that R's mantelhaen.test gives
# for its data set UCBAdmissions.
BERKELEY = [
    Stratum(512, 313, 89, 19),
    Stratum(353, 207, 17, 8),
    Stratum(120, 205, 202, 391),
    Stratum(138, 279, 131, 244),
    Stratum(53, 138, 94, 299),
    Stratum(22, 351, 24, 317),
]
# Penicillin given to rabbits at once or later, cured and died, at five doses (N. Mantel, Journal of the American Statistical
# Association 58, 1963), the worked example of R's mantelhaen.test.
RABBITS = [Stratum(0, 6, 0, 5), Stratum(3, 3, 0, 6), Stratum(6, 0, 2, 4), Stratum(5, 1, 6, 0), Stratum(2, 0, 5, 0)]

counts = st.integers(0, 30)
tables = st.lists(st.builds(Stratum, counts, counts, counts, counts), max_size=6)


def known(strata: list[Stratum]) -> Comparison:
    found = compare(strata)
    assert found is not None
    return found


def interval(found: Comparison) -> tuple[float, float]:
    """Return the 95 % interval of the odds ratio."""
    assert found.log_error is not None
    middle, reach = math.log(found.odds_ratio), 1.959964 * found.log_error
    return math.exp(middle - reach), math.exp(middle + reach)


def test_berkeley_has_its_published_odds_ratio() -> None:
    found = known(BERKELEY)
    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    assert interval(found) == pytest.approx((0.7719074, 1.0603298), abs=5e-7)
    assert found.chi_square == pytest.approx(1.4269, abs=5e-5)
    assert (found.significant, found.size) == (False, Difference.A)


def test_rabbits_have_their_published_odds_ratio() -> None:
    found = known(RABBITS)
    assert found.odds_ratio == pytest.approx(7.0)
    assert found.chi_square == pytest.approx(3.9286, abs=5e-5)
    assert interval(found) == pytest.approx((1.026713, 47.725133), abs=5e-6)
    assert found.delta == pytest.approx(-2.35 * math.log(7))
    # Large, and significant, but so few that it may well be small.
    assert found.size is Difference.B


def test_classes_go_by_size_and_by_certainty() -> None:
    large = [Stratum(80, 20, 50, 50)] * 5
    middle = [Stratum(60, 40, 45, 55)] * 10
    small = [Stratum(520, 480, 480, 520)] * 10
    assert [known(strata).size for strata in (large, middle, small)] == [Difference.C, Difference.B, Difference.A]
    assert known(small).significant
    assert known([Stratum(4, 1, 2, 3)]).size is Difference.A


def test_group_that_is_never_right_stands_out_most() -> None:
    found = known([Stratum(30, 10, 0, 20), Stratum(20, 20, 0, 10)])
    assert (found.odds_ratio, found.delta, found.log_error) == (math.inf, -math.inf, None)
    assert found.size is Difference.C
    turned = known([Stratum(0, 20, 30, 10)])
    assert (turned.odds_ratio, turned.delta, turned.size) == (0.0, math.inf, Difference.C)


def test_nothing_to_compare_is_no_comparison() -> None:
    assert compare([]) is None
    assert compare([Stratum(5, 5, 0, 0), Stratum(4, 0, 4, 0), Stratum(0, 3, 0, 3)]) is None


def test_stratum_that_tells_nothing_changes_nothing() -> None:
    assert compare([*RABBITS, Stratum(9, 0, 8, 0), Stratum(0, 0, 3, 4)]) == compare(RABBITS)


@given(tables)
def test_turned_groups_turn_the_ratio(strata: list[Stratum]) -> None:
    found, turned = compare(strata), compare([Stratum(c, d, a, b) for a, b, c, d in strata])
    assert (found is None) == (turned is None)
    if found is None or turned is None:
        return
    if found.odds_ratio:
        assert turned.odds_ratio == pytest.approx(1 / found.odds_ratio)
    assert turned.chi_square == pytest.approx(found.chi_square)
    assert turned.size is found.size


@given(tables)
def test_same_groups_do_not_differ(strata: list[Stratum]) -> None:
    found = compare([Stratum(a, b, a, b) for a, b, _c, _d in strata])
    assert found is None or (found.odds_ratio, found.chi_square) == (pytest.approx(1.0), 0.0)


@given(tables)
def test_class_is_large_only_when_significant(strata: list[Stratum]) -> None:
    found = compare(strata)
    if found is not None:
        assert found.chi_square >= 0
        assert found.size is Difference.A or (found.significant and abs(found.delta) >= 1)
        assert found.size is not Difference.C or abs(found.delta) >= 1.5
