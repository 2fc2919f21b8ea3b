"""What the answers of many say about a question: streaming, in memory that does not grow with the number of attempts.

Facility, standard deviation, discrimination and discriminative efficiency are defined as Moodle's quiz statistics define them.
By language, see `mantel_haenszel`; of the test as a whole, see `score_statistics`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from perille.domain.mantel_haenszel import Comparison, Difference, Stratum, compare

#: Scores are counted in sixtieths: halves, thirds, quarters, fifths and sixths are exact.
UNIT = 60
#: How many people an item needs before something is said of how well it tells them apart.
ENOUGH = 50
#: Two-sided normal deviate at five in a hundred; and the largest correlation whose z is finite.
_NORMAL, _ALMOST = 1.959964, 1 - 1e-12
#: Steps of ability within which languages are compared: twentieths of the whole score.
STEPS = 20
#: Attempts taken in at once.
_SLICE = 1_000


class GivenAnswer(NamedTuple):
    """One answer of an attempt; no answer is scaled 0 and chose nothing."""

    item: str
    #: 0 to 1.
    scaled: float
    #: Keys of what was chosen; none where answers are typed.
    chosen: tuple[str, ...] = ()


class GradedAttempt(NamedTuple):
    """An attempt that was graded, with every item that it asked."""

    language: str
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageStatistics:
    """How an item did in one language."""

    language: str
    count: int
    facility: float
    #: With all other languages, people of one ability together; None where there is nothing to compare.
    comparison: Comparison | None

    @property
    def out_of_line(self) -> bool:
        """Whether the language stands out by far: look at its translation first."""
        return self.comparison is not None and self.comparison.size is Difference.C


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """How an item did."""

    item: str
    #: How many attempts asked it.
    count: int
    #: Mean score, 0 to 1.
    facility: float
    #: Standard deviation of its scores among those who answered (n - 1), 0 to about 0.7.
    deviation: float
    #: Correlation with the rest of the test, -1 to 1; None where one of both is the same for all.
    discrimination: float | None
    #: Its 95 % interval; None for fewer than `ENOUGH` people, or without a correlation.
    interval: tuple[float, float] | None
    #: Covariance with the rest of the test over the most that these scores allow, -1 to 1; None where they allow none.
    efficiency: float | None
    #: Choice -> share of the attempts that chose it, 0 to 1. One that nobody chose is not there.
    chosen: Mapping[str, float]
    #: By language, sorted.
    languages: tuple[LanguageStatistics, ...]


class _Cell(NamedTuple):
    """Attempts that are the same for the statistics of an item."""

    language: str
    #: How many items the attempt asked.
    length: int
    #: Sum of all scores of the attempt, and the score of the item, in sixtieths.
    total: int
    score: int

    @property
    def ability(self) -> float:
        """The mean score of the attempt."""
        return self.total / (self.length * UNIT)

    @property
    def rest(self) -> float:
        """The mean score of the attempt without the item; 0 where it asked nothing else."""
        return (self.total - self.score) / ((self.length - 1) * UNIT) if self.length > 1 else 0.0


#: How many attempts are in each cell of an item.
_Cells = Counter[_Cell]
#: An answer: the fields of its cell, and what was chosen.
_Answer = tuple[str, int, int, int, tuple[str, ...]]
#: Item -> answers to it that make up no whole step yet.
_Waiting = defaultdict[str, list[_Answer]]
#: Values with how many times each was seen.
_Weighted = list[tuple[float, float]]


def item_statistics(attempts: Iterable[GradedAttempt], *, step: int = 1) -> dict[str, ItemStatistics]:
    """Return the statistics of every item that the attempts asked, by its key.

    Answers to an item are taken in by so many of one language at once, the oldest first; those that make up no whole *step* yet are
    left out. So every figure is one of whole groups of people: neither a figure that changes nor one less another tells of a single one.

    >>> taken = [GradedAttempt("en", (GivenAnswer("q1", 1.0, ("a",)), GivenAnswer("q2", 0.5)))] * 3
    >>> taken.append(GradedAttempt("en", (GivenAnswer("q1", 0.0), GivenAnswer("q2", 0.0))))
    >>> found = item_statistics(taken)
    >>> found["q1"].count, found["q1"].facility, found["q2"].facility
    (4, 0.75, 0.375)
    """
    cells: dict[str, _Cells] = {}
    uses: dict[str, Counter[str]] = {}
    for item, answers in _in_steps(attempts, step):
        own, used = cells.setdefault(item, Counter()), uses.setdefault(item, Counter())
        for (language, length, total, score, chosen), count in Counter(answers).items():
            own[_Cell(language, length, total, score)] += count
            for choice in chosen:
                used[choice] += count
    return {item: _statistics(item, cells[item], uses[item]) for item in sorted(cells)}


def _in_steps(attempts: Iterable[GradedAttempt], step: int) -> Iterator[tuple[str, list[_Answer]]]:
    """Yield items with answers to them; answers are held back until so many of their item and language are there."""
    waiting: defaultdict[str, _Waiting] = defaultdict(lambda: defaultdict(list))
    rest = iter(attempts)
    # By many at once: answers that are alike are then counted together, and no more is held than so many.
    while part := list(islice(rest, _SLICE)):
        for language, answers in part:
            _hold(waiting[language], language, answers)
        for groups in waiting.values():
            yield from _whole_steps(groups, step)


def _hold(waiting: _Waiting, language: str, answers: Sequence[GivenAnswer]) -> None:
    # Plain tuples: this runs once for each answer ever given.
    scores = [round(answer[1] * UNIT) for answer in answers]
    total, length = sum(scores), len(scores)
    for (item, _scaled, chosen), score in zip(answers, scores, strict=True):
        waiting[item].append((language, length, total, score, chosen))


def _whole_steps(waiting: _Waiting, step: int) -> Iterator[tuple[str, list[_Answer]]]:
    for item, group in waiting.items():
        if whole := len(group) - len(group) % step:
            yield item, group[:whole]
            del group[:whole]


def _statistics(item: str, cells: _Cells, uses: Mapping[str, int]) -> ItemStatistics:
    count, telling = cells.total(), discrimination(cells)
    return ItemStatistics(
        item=item,
        count=count,
        facility=_mean((cell.score / UNIT, n) for cell, n in cells.items()),
        deviation=_deviation(cells),
        discrimination=telling,
        interval=interval(telling, count) if telling is not None else None,
        efficiency=efficiency(cells),
        chosen={choice: uses[choice] / count for choice in sorted(uses)},
        languages=tuple(_of_language(language, cells) for language in sorted({cell.language for cell in cells})),
    )


def _mean(values: Iterable[tuple[float, float]]) -> float:
    pairs = list(values)
    weight = math.fsum(n for _value, n in pairs)
    return math.fsum(value * n for value, n in pairs) / weight if weight else 0.0


def _deviation(cells: _Cells) -> float:
    count = cells.total()
    mean = _mean((cell.score / UNIT, n) for cell, n in cells.items())
    squares = math.fsum(n * (cell.score / UNIT - mean) ** 2 for cell, n in cells.items())
    return math.sqrt(squares / (count - 1)) if count > 1 else 0.0


def discrimination(cells: Mapping[_Cell, int]) -> float | None:
    """Return the correlation of an item with the rest of its test, -1 to 1; None where one of both is the same for all.

    *cells*: attempts that are the same for the item -> how many of them there are.

    >>> good, poor = _Cell("en", 2, 2 * UNIT, UNIT), _Cell("en", 2, 0, 0)
    >>> round(discrimination({good: 30, poor: 20}), 6), discrimination({good: 30})
    (1.0, None)

    The item itself is no part of the rest (item-rest correlation): with it, even answers by chance would seem to tell something.
    """
    mean_score = _mean((cell.score / UNIT, n) for cell, n in cells.items())
    mean_rest = _mean((cell.rest, n) for cell, n in cells.items())
    apart = [(cell.score / UNIT - mean_score, cell.rest - mean_rest, n) for cell, n in cells.items()]
    spread = math.fsum(n * x * x for x, _y, n in apart) * math.fsum(n * y * y for _x, y, n in apart)
    if spread <= 1e-12:
        return None
    return max(-1.0, min(1.0, math.fsum(n * x * y for x, y, n in apart) / math.sqrt(spread)))


def interval(correlation: float, count: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a correlation (R. A. Fisher's z), None for fewer than `ENOUGH` people.

    >>> [round(each, 2) for each in interval(0.0, 103)]
    [-0.19, 0.19]
    """
    if count < ENOUGH:
        return None
    z, half = math.atanh(max(-_ALMOST, min(_ALMOST, correlation))), _NORMAL / math.sqrt(count - 3)
    return math.tanh(z - half), math.tanh(z + half)


def efficiency(cells: Mapping[_Cell, int]) -> float | None:
    """Return the covariance of an item with the rest of its test as a share of the most that the same scores could have.

    *cells*: as in `discrimination`. It is 1 where those who know more are those who have the item right, however few have.

    >>> good, poor = _Cell("en", 2, 2 * UNIT, UNIT), _Cell("en", 2, 0, 0)
    >>> round(efficiency({good: 30, poor: 20}), 6)
    1.0

    The most is reached when the best rest meets the best score, the second best the second, and so on.
    """
    scores = sorted((cell.score / UNIT, float(n)) for cell, n in cells.items())
    rests = sorted((cell.rest, float(n)) for cell, n in cells.items())
    mean_score, mean_rest = _mean(scores), _mean(rests)
    most = math.fsum(n * (x - mean_score) * (y - mean_rest) for x, y, n in _in_step(scores, rests))
    real = math.fsum(n * (cell.score / UNIT - mean_score) * (cell.rest - mean_rest) for cell, n in cells.items())
    return real / most if most > 1e-12 else None


def _in_step(first: _Weighted, second: _Weighted) -> Iterator[tuple[float, float, float]]:
    """Yield (value, value, how many) of two sorted lists of as many people, side by side."""
    other = iter(second)
    y, free = next(other)
    for x, n in first:
        while n > 0:
            if free <= 0:
                y, free = next(other)
            step = min(n, free)
            yield x, y, step
            n, free = n - step, free - step


def _of_language(language: str, cells: _Cells) -> LanguageStatistics:
    own = {cell: n for cell, n in cells.items() if cell.language == language}
    return LanguageStatistics(
        language=language,
        count=sum(own.values()),
        facility=_mean((cell.score / UNIT, n) for cell, n in own.items()),
        comparison=compare(_strata(language, cells)),
    )


def _strata(language: str, cells: _Cells) -> Iterator[Stratum]:
    """Yield a table for each step of ability. An answer that is right in part counts as right by that part."""
    tables: dict[int, list[float]] = {}
    for cell, n in cells.items():
        table = tables.setdefault(round(cell.ability * STEPS), [0.0] * 4)
        at = 2 if cell.language == language else 0
        table[at] += n * cell.score / UNIT
        table[at + 1] += n * (UNIT - cell.score) / UNIT
    yield from (Stratum(*table) for table in tables.values())
