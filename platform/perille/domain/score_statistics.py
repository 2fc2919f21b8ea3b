"""What the scores of many say about a test as a whole: pure, in memory that does not grow with the number of attempts.

The formulae are those of Moodle's quiz statistics: skewness and kurtosis from the k-statistics (R. A. Fisher 1929), internal consistency
as Cronbach's alpha (1951), which is KR-20 where every answer is right or wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from perille.domain.statistics import UNIT, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStatistics:
    """How a test did. Scores are shares of the whole, 0 to 1; None where too few scores, or equal ones, allow no figure."""

    count: int
    mean: float
    #: Standard deviation (n - 1).
    deviation: float | None
    #: Under 0: most did well and a few far worse.
    skewness: float | None
    #: Over that of a normal distribution.
    kurtosis: float | None
    #: Cronbach's alpha by places of the test; needs two places.
    alpha: float | None
    #: How far a score may be from what somebody can, as a share of the whole.
    standard_error: float | None


@dataclass(slots=True)
class _Sums:
    """Sums of powers over the attempts of one length, exact: whole sixtieths."""

    count: int = 0
    totals: list[int] = field(default_factory=lambda: [0] * 4)
    #: Sum, and sum of squares, of the scores at each place.
    places: list[list[int]] = field(default_factory=list)

    def add(self, scores: list[int]) -> None:
        """Take an attempt in."""
        if not self.places:
            self.places = [[0, 0] for _score in scores]
        total = sum(scores)
        self.count += 1
        for power in range(4):
            self.totals[power] += total ** (power + 1)
        for place, score in zip(self.places, scores, strict=True):
            place[0] += score
            place[1] += score * score


def score_statistics(attempts: Iterable[Taken], *, step: int = 1) -> ScoreStatistics | None:
    """Return the figures of the attempts that asked as many questions as most did; None where there is none.

    Attempts are taken in by whole *steps*, the first ones first, as in `statistics.item_statistics`.

    >>> from perille.domain.statistics import GivenAnswer
    >>> attempts = [Taken("en", (GivenAnswer("q1", right), GivenAnswer("q2", right))) for right in (1.0, 0.0, 1.0, 1.0)]
    >>> found = score_statistics(attempts)
    >>> found.count, found.mean, found.deviation, found.alpha
    (4, 0.75, 0.5, 1.0)
    """
    by_length: dict[int, _Sums] = {}
    waiting: dict[int, list[list[int]]] = {}
    for attempt in attempts:
        scores = [round(answer.scaled * UNIT) for answer in attempt.answers]
        group = waiting.setdefault(len(scores), [])
        group.append(scores)
        if scores and len(group) == step:
            sums = by_length.setdefault(len(scores), _Sums())
            for each in group:
                sums.add(each)
            group.clear()
    if not by_length:
        return None
    length, most = max(by_length.items(), key=lambda pair: (pair[1].count, pair[0]))
    return _figures(most, length * UNIT)


def _figures(sums: _Sums, whole: int) -> ScoreStatistics:
    n = sums.count
    mean, second, third, fourth = _central(sums)
    deviation = math.sqrt(second * n / (n - 1)) / whole if n > 1 else None
    alpha = _alpha(sums, second)
    error = deviation * math.sqrt(1 - alpha) if deviation is not None and alpha is not None else None
    return ScoreStatistics(
        count=n,
        mean=float(mean) / whole,
        deviation=deviation,
        skewness=_skewness(n, second, third),
        kurtosis=_kurtosis(n, second, fourth),
        alpha=alpha,
        standard_error=error,
    )


def _central(sums: _Sums) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return the mean and the second, third and fourth central moments of the totals."""
    m1, m2, m3, m4 = (Fraction(total, sums.count) for total in sums.totals)
    return m1, m2 - m1**2, m3 - 3 * m1 * m2 + 2 * m1**3, m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4


def _skewness(n: int, second: Fraction, third: Fraction) -> float | None:
    if n < 3 or not second:
        return None
    k2, k3 = n * second / (n - 1), n * n * third / ((n - 1) * (n - 2))
    return float(k3) / math.pow(float(k2), 1.5)


def _kurtosis(n: int, second: Fraction, fourth: Fraction) -> float | None:
    if n < 4 or not second:
        return None
    k2 = n * second / (n - 1)
    k4 = n * n * ((n + 1) * fourth - 3 * (n - 1) * second**2) / ((n - 1) * (n - 2) * (n - 3))
    return float(k4 / k2**2)


def _alpha(sums: _Sums, variance: Fraction) -> float | None:
    places = len(sums.places)
    if places < 2 or not variance:
        return None
    own = sum(Fraction(squares, sums.count) - Fraction(total, sums.count) ** 2 for total, squares in sums.places)
    return float(Fraction(places, places - 1) * (1 - own / variance))
