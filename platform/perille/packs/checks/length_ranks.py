"""How often the right choice is the shortest of a question, of middle length, or the longest: a rank that is right too often is a clue.

Of choices that are equally long each counts in part, as one who guesses takes one of them by lot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from perille.packs.checks.item_writing import choices, is_single, shown_length
from perille.packs.format.items import BankItem

#: Of three choices each rank is right in a third by chance: it may be so in this share at most.
RANK_BAR = 0.45
#: A bank with fewer such questions tells nothing by a share: one question more than the half is what chance gives it.
FEW_QUESTIONS = 12
#: (text, right) of each choice of a question.
_Choices = tuple[tuple[str, bool], ...]
#: Of two choices one is the shortest and the other the longest.
_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthRanks:
    """Of so many single choices, the share whose right choice has each rank."""

    count: int
    shortest: float = 0.0
    middle: float = 0.0
    longest: float = 0.0

    @property
    def is_over(self) -> bool:
        """Tell whether one rank finds too many right choices."""
        bar = RANK_BAR if self.count >= FEW_QUESTIONS else 1 / 2 + 1 / max(self.count, 1)
        return max(self.shortest, self.middle, self.longest) > bar


def from_the_middle(lengths: Iterable[int]) -> tuple[float, ...]:
    """Return how far each length lies from the middle one."""
    known = tuple(lengths)
    middle = median(known)
    return tuple(abs(each - middle) for each in known)


def length_ranks(bank: Iterable[BankItem]) -> LengthRanks:
    """Return the ranks of the right ones of all single choices of three and more."""
    asked = _asked(bank)
    if not asked:
        return LengthRanks(count=0)
    rights = [tuple(right for _text, right in each) for each in asked]
    lengths = [_lengths(each) for each in asked]
    return LengthRanks(
        count=len(asked),
        shortest=_share(lengths, rights),
        middle=_share(map(from_the_middle, lengths), rights),
        longest=_share(map(_longest_first, lengths), rights),
    )


def _asked(bank: Iterable[BankItem]) -> list[_Choices]:
    found = [choices(item) for item in bank if is_single(item)]
    return [each for each in found if len(each) >= _LEAST]


def _lengths(found: _Choices) -> tuple[int, ...]:
    return tuple(shown_length(text) for text, _right in found)


def _longest_first(lengths: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-each for each in lengths)


def _share(rows: Iterable[Sequence[float]], rights: Sequence[Sequence[bool]]) -> float:
    """Return how often who takes the choice with the least finds the right one."""
    return fmean(
        fmean(right for much, right in zip(row, known, strict=True) if much == min(row))
        for row, known in zip(rows, rights, strict=True)
    )
