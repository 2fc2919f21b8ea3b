"""Whether one group finds a question harder than others of the same ability (N. Mantel and W. Haenszel 1959).

The delta scale and the classes A, B and C are those of the Educational Testing Service (P. W. Holland and D. T. Thayer 1988;
R. Zwick and K. Ercikan 1989); the variance is that of J. Robins, N. Breslow and S. Greenland (1986).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

#: Log odds -> points of the delta scale; less than 0 is harder for the group.
DELTA = -2.35
#: Chi-square of one degree of freedom, and a one-sided normal deviate, at five in a hundred.
CHI_SQUARE_LIMIT, ONE_SIDED = 3.8414588, 1.6448536
_SMALL, _LARGE = 1.0, 1.5


class Stratum(NamedTuple):
    """A two by two table of people of one ability: how many of the others and of the group were right and wrong."""

    others_right: float
    others_wrong: float
    group_right: float
    group_wrong: float


class Difference(StrEnum):
    """How large a difference is: A negligible, B to look at, C large."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the tables of all strata say together."""

    #: Odds of the others to be right over those of the group; inf where the group never is, though others are.
    odds_ratio: float
    #: With the continuity correction.
    chi_square: float
    #: Standard error of the log of the odds ratio; None where the ratio is 0 or infinite.
    log_error: float | None

    @property
    def delta(self) -> float:
        """The odds ratio on the delta scale of ETS: under 0, the question is harder for the group."""
        return DELTA * (math.log(self.odds_ratio) if self.odds_ratio else -math.inf)

    @property
    def significant(self) -> bool:
        """Whether chance gives such a difference less than five times in a hundred."""
        return self.chi_square > CHI_SQUARE_LIMIT

    @property
    def size(self) -> Difference:
        """The class of ETS.

        A: not significant, or under 1 point. C: 1.5 points or more, and significantly more than 1. B: all between. A group that
        never was right, or always, has no standard error; its significant difference is C.
        """
        delta = abs(self.delta)
        if not self.significant or delta < _SMALL:
            return Difference.A
        error = abs(DELTA) * (self.log_error or 0.0)
        return Difference.C if delta >= _LARGE and delta - _SMALL > ONE_SIDED * error else Difference.B


def compare(strata: Iterable[Stratum]) -> Comparison | None:
    """Return what the strata say together; None where no stratum has both groups and both answers.

    >>> found = compare([Stratum(40, 10, 20, 30)])
    >>> found.odds_ratio, round(found.delta, 2), found.size
    (6.0, -4.21, <Difference.C: 'C'>)
    """
    tables = [each for each in strata if _telling(each)]
    if not tables:
        return None
    right = sum(_products(each)[0] for each in tables)
    wrong = sum(_products(each)[1] for each in tables)
    return Comparison(
        odds_ratio=right / wrong if wrong else math.inf,
        chi_square=_chi_square(tables),
        log_error=math.sqrt(_log_variance(tables, right, wrong)) if right and wrong else None,
    )


def _telling(table: Stratum) -> bool:
    """Tell whether a stratum has both groups and both answers: others say nothing about a difference."""
    a, b, c, d = table
    return min(a + b, c + d, a + c, b + d) > 0


def _products(table: Stratum) -> tuple[float, float]:
    a, b, c, d = table
    total = a + b + c + d
    return a * d / total, b * c / total


def _chi_square(tables: Iterable[Stratum]) -> float:
    distance = variance = 0.0
    for a, b, c, d in tables:
        total = a + b + c + d
        distance += a - (a + b) * (a + c) / total
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (total * total * (total - 1))
    # The correction must not make a difference of next to nothing larger.
    return max(0.0, abs(distance) - 0.5) ** 2 / variance


def _log_variance(tables: Iterable[Stratum], right: float, wrong: float) -> float:
    first = second = third = 0.0
    for table in tables:
        a, b, c, d = table
        agree, differ = (a + d) / sum(table), (b + c) / sum(table)
        r, s = _products(table)
        first += agree * r
        second += agree * s + differ * r
        third += differ * s
    return first / (2 * right**2) + second / (2 * right * wrong) + third / (2 * wrong**2)
