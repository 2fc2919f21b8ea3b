"""What the answers of many say about a question: streaming, in memory that does not grow with the number of attempts.

Facility, standard deviation and discriminative efficiency are defined as Moodle's quiz statistics define them; the discrimination
index is T. L. Kelley's (1939), of the upper and the lower 27 in a hundred. By language, see `mantel_haenszel`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from perille.domain.mantel_haenszel import Comparison, Difference, Stratum, compare

#: Scores are counted in sixtieths: halves, thirds, quarters, fifths and sixths are exact.
UNIT = 60
#: The share of all attempts that is the upper, and the lower, group.
TAIL = 0.27
#: Steps of ability within which languages are compared: twentieths of the whole score.
STEPS = 20


class GivenAnswer(NamedTuple):
    """One answer of an attempt; no answer is scaled 0 and chose nothing."""

    item: str
    #: 0 to 1.
    scaled: float
    #: Keys of what was chosen; none where answers are typed.
    chosen: tuple[str, ...] = ()


class Taken(NamedTuple):
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
    #: Mean score of the upper 27 % less that of the lower, -1 to 1; None where all have one total.
    discrimination: float | None
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
#: Item, and the fields of `_Cell`.
_Key = tuple[str, str, int, int, int]
#: An answer: its cell, and what was chosen.
_Answer = tuple[_Key, tuple[str, ...]]
#: Values with how many times each was seen.
_Weighted = list[tuple[float, float]]


def item_statistics(attempts: Iterable[Taken], *, step: int = 1) -> dict[str, ItemStatistics]:
    """Return the statistics of every item that the attempts asked, by its key.

    Answers to an item are taken in by so many of one language at once, the oldest first; those that make up no whole *step* yet are
    left out. So every figure is one of whole groups of people: neither a figure that changes nor one less another tells of a single one.
    """
    cells: dict[_Key, int] = {}
    uses: dict[tuple[str, str], int] = {}
    for key, chosen in _in_steps(_answers(attempts), step):
        cells[key] = cells.get(key, 0) + 1
        for choice in chosen:
            uses[key[0], choice] = uses.get((key[0], choice), 0) + 1
    by_item: dict[str, _Cells] = {}
    for (item, *rest), count in cells.items():
        by_item.setdefault(item, Counter())[_Cell(*rest)] += count  # type: ignore[arg-type]
    return {item: _statistics(item, by_item[item], _used(item, uses)) for item in sorted(by_item)}


def _answers(attempts: Iterable[Taken]) -> Iterator[_Answer]:
    # Plain tuples: this loop, and the next one, run once for each answer ever given.
    for language, answers in attempts:
        scores = [round(answer[1] * UNIT) for answer in answers]
        total, length = sum(scores), len(scores)
        for (item, _scaled, chosen), score in zip(answers, scores, strict=True):
            yield (item, language, length, total, score), chosen


def _in_steps(answers: Iterator[_Answer], step: int) -> Iterator[_Answer]:
    """Hold answers back until so many of their item and language are there."""
    waiting: dict[tuple[str, str], list[_Answer]] = {}
    for answer in answers:
        group = waiting.setdefault(answer[0][:2], [])
        group.append(answer)
        if len(group) == step:
            yield from group
            group.clear()


def _used(item: str, uses: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {choice: count for (of, choice), count in sorted(uses.items()) if of == item}


def _statistics(item: str, cells: _Cells, uses: Mapping[str, int]) -> ItemStatistics:
    count = cells.total()
    return ItemStatistics(
        item=item,
        count=count,
        facility=_mean((cell.score / UNIT, n) for cell, n in cells.items()),
        deviation=_deviation(cells),
        discrimination=discrimination(cells),
        efficiency=efficiency(cells),
        chosen={choice: used / count for choice, used in uses.items()},
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
    """Return how much better the upper 27 % by total score did than the lower; None where there is one total only.

    Where the border falls among people of one total, all of them count with the same part: nobody comes first by chance.
    """
    if len({cell.ability for cell in cells}) < 2:
        return None
    by_ability = sorted(cells.items(), key=lambda each: each[0].ability)
    return _mean(_tail(by_ability[::-1])) - _mean(_tail(by_ability))


def _tail(ordered: list[tuple[_Cell, int]]) -> Iterator[tuple[float, float]]:
    """Yield (score, weight) of the first 27 % of people."""
    left = TAIL * sum(n for _cell, n in ordered)
    levels: dict[float, list[tuple[_Cell, int]]] = {}
    for cell, n in ordered:
        levels.setdefault(cell.ability, []).append((cell, n))
    for level in levels.values():
        there = sum(n for _cell, n in level)
        part = min(1.0, left / there)
        yield from ((cell.score / UNIT, n * part) for cell, n in level)
        left -= there * part
        if left <= 0:
            return


def efficiency(cells: Mapping[_Cell, int]) -> float | None:
    """Return the covariance of an item with the rest of its test as a share of the most that the same scores could have.

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
