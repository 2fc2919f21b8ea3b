"""What the scores of many say about a test as a whole: pure, in memory that does not grow with the number of attempts.

The formulae are those of Moodle's quiz statistics: skewness and kurtosis from the k-statistics (R. A. Fisher 1929), internal consistency
as Cronbach's alpha (1951), which is KR-20 where every answer is right or wrong. Where a test draws from several objectives it is taken
within each of them and put together (stratified alpha: Rajaratnam, Cronbach and Gleser 1965): alpha of the whole would count as chance that
people know different ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from perille.domain.statistics import UNIT, GradedAttempt


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
    #: Cronbach's alpha by places of the test, stratified by objectives where each attempt asked as many of each; needs two places.
    alpha: float | None
    #: How far a score may be from what somebody can, as a share of the whole.
    standard_error: float | None


#: (objective, score in sixtieths) of each answer of an attempt, those of one objective together.
_Marks = Sequence[tuple[str, int]]


@dataclass(slots=True)
class _Sums:
    """Sums of powers over the attempts of one length, exact: whole sixtieths."""

    count: int = 0
    totals: list[int] = field(default_factory=lambda: [0] * 4)
    #: Sum, and sum of squares, of the scores at each place.
    places: list[list[int]] = field(default_factory=list)
    #: Objective at each place; "" at each once an attempt asked otherwise.
    objectives: tuple[str, ...] = ()
    #: Objective -> sum, and sum of squares, of what an attempt has in it.
    parts: dict[str, list[int]] = field(default_factory=dict)

    def add(self, marks: _Marks) -> None:
        """Take an attempt in."""
        self._take_objectives(tuple(objective for objective, _score in marks))
        total = sum(score for _objective, score in marks)
        self.count += 1
        for power in range(4):
            self.totals[power] += total ** (power + 1)
        for place, (_objective, score) in zip(self.places, marks, strict=True):
            _take(place, score)
        for objective, group in groupby(marks, key=lambda mark: mark[0]):
            _take(self.parts.setdefault(objective, [0, 0]), sum(score for _objective, score in group))

    def _take_objectives(self, asked: tuple[str, ...]) -> None:
        if not self.places:
            self.places = [[0, 0] for _objective in asked]
            self.objectives = asked
        elif self.objectives != asked:
            self.objectives = ("",) * len(asked)


def _take(sums: list[int], score: int) -> None:
    sums[0] += score
    sums[1] += score * score


def score_statistics(
    attempts: Iterable[GradedAttempt], *, step: int = 1, objectives: Mapping[str, str] | None = None
) -> ScoreStatistics | None:
    """Return the figures of the attempts that asked as many questions as most did; None where there is none.

    Attempts are taken in by whole *steps*, the first ones first, as in `statistics.item_statistics`. *objectives*: question -> what it
    asks for; a question that is not there is of one with all others that are not.

    >>> from perille.domain.statistics import GivenAnswer
    >>> attempts = [GradedAttempt("en", (GivenAnswer("q1", right), GivenAnswer("q2", right))) for right in (1.0, 0.0, 1.0, 1.0)]
    >>> found = score_statistics(attempts)
    >>> found.count, found.mean, found.deviation, found.alpha
    (4, 0.75, 0.5, 1.0)
    """
    by_length: dict[int, _Sums] = {}
    waiting: dict[int, list[_Marks]] = {}
    for attempt in attempts:
        marks = _marks(attempt, objectives or {})
        group = waiting.setdefault(len(marks), [])
        group.append(marks)
        if marks and len(group) == step:
            sums = by_length.setdefault(len(marks), _Sums())
            for each in group:
                sums.add(each)
            group.clear()
    if not by_length:
        return None
    length, most = max(by_length.items(), key=lambda pair: (pair[1].count, pair[0]))
    return _figures(most, length * UNIT)


def _marks(attempt: GradedAttempt, objectives: Mapping[str, str]) -> _Marks:
    marks = [(objectives.get(answer.item, ""), round(answer.scaled * UNIT)) for answer in attempt.answers]
    return sorted(marks, key=lambda mark: mark[0])


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
    within = [_variance(sums, place) for place in sums.places]
    found = Counter(sums.objectives)
    if len(found) < 2:
        return float(1 - _chance(places, sum(within), variance) / variance)
    chance = Fraction(0)
    for objective, count in found.items():
        own = sum(each for each, name in zip(within, sums.objectives, strict=True) if name == objective)
        chance += _chance(count, own, _variance(sums, sums.parts[objective]))
    return float(1 - chance / variance)


def _variance(sums: _Sums, total_and_squares: list[int]) -> Fraction:
    total, squares = total_and_squares
    return Fraction(squares, sums.count) - Fraction(total, sums.count) ** 2


def _chance(places: int, own: Fraction | int, variance: Fraction) -> Fraction:
    """Return the part of a variance that alpha counts as chance; all of it where one question alone is asked."""
    return variance if places < 2 else variance - Fraction(places, places - 1) * (variance - own)
