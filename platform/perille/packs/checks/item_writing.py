"""How well the questions of a bank are written, as an examiner would count it: what gives an answer away to one who knows nothing.

The bars are those of `docs/writing-questions.md`. Words are counted in English alone; lengths, places and doubles in any language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from perille.packs.format.items import BankItem


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(words.split())


#: Of the single choices of a test, the right choice may be the longest in this share at most: of four choices a quarter are by chance.
LONGEST_BAR = 0.4
#: Words that sound too sure: who knows nothing crosses such choices out.
ABSOLUTE = word_set(
    "only never always all every everybody everyone everything none nobody nothing completely entirely impossible"
)
#: How alike two questions are before they count as one: shared words among all words of both, or among those of the shorter.
_ALIKE, _CONTAINED, _FEWEST_WORDS = 0.5, 0.8, 5
#: Digits of a number that are read.
_DIGITS = 40
_FACT = re.compile(r"\{fact:[^{}]*\}")
#: A link, or words that are marked as those of another language: what is read of it.
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_WORD = re.compile(r"[\w']+")
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("zero", "one", "two both", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for word in words.split()
}
#: Words that carry no meaning of their own.
_SMALL = word_set(
    "a an and are as at be been but by can do does first for from has have he her him his how i if in into is it "
    "its may me my next no not of on or our she should so than that the their them then there these they this to us "
    "was we what when where which who why will with you your"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarItems:
    """Two questions that ask nearly the same."""

    key: str
    other: str
    #: Whether the other one is a check of a lesson: whoever read the lesson has been told.
    check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFigures:
    """What an examiner counts in a bank."""

    count: int
    #: Interaction -> how many.
    kinds: Mapping[str, int]
    #: Single choices of words, and those whose right choice is longer than each other one.
    single: tuple[str, ...]
    longest: tuple[str, ...]
    #: Choices with an absolute word: (how many, of how many); None where the words of the language are not known.
    absolute_wrong: tuple[int, int] | None
    absolute_right: tuple[int, int] | None
    #: How often the right choice stands first, second, ... in the file.
    places: tuple[int, ...]
    doubles: tuple[SimilarItems, ...]
    #: Items whose hint, or prompt, tells a number that is to be found out.
    telling_hints: tuple[str, ...]

    @property
    def longest_share(self) -> float:
        """Share of the single choices whose right choice is the longest; 0 where there is none."""
        return len(self.longest) / len(self.single) if self.single else 0.0


def bank_figures(bank: Sequence[BankItem], checks: Iterable[BankItem], *, english: bool) -> BankFigures:
    """Count what gives answers away. *checks*: the questions of the lessons. *english*: whether the bank is written in it."""
    single = [item for item in bank if is_single(item)]
    right, wrong = _right_and_wrong(bank)
    return BankFigures(
        count=len(bank),
        kinds=Counter(item.item.interaction for item in bank),
        single=_keys(single),
        longest=_keys(filter(longest_is_right, single)),
        absolute_wrong=_absolute_among(wrong) if english else None,
        absolute_right=_absolute_among(right) if english else None,
        places=_places(single),
        doubles=(*_doubles(bank), *_repeated(bank, checks)),
        telling_hints=_keys(filter(tells_number, bank)),
    )


def _keys(items: Iterable[BankItem]) -> tuple[str, ...]:
    return tuple(item.item.key for item in items)


def _right_and_wrong(items: Iterable[BankItem]) -> tuple[list[str], list[str]]:
    """Return the texts of all right choices, and of all wrong ones."""
    found: tuple[list[str], list[str]] = ([], [])
    for item in items:
        for text, is_right in choices(item):
            found[not is_right].append(text)
    return found


def _absolute_among(texts: Sequence[str]) -> tuple[int, int]:
    return sum(map(has_absolute, texts)), len(texts)


def choices(item: BankItem) -> tuple[tuple[str, bool], ...]:
    """Return (text, right) of each choice that is read; nothing for an item that is answered in another way, or by pictures."""
    options = [option for option in item.item.options if not option.picture]
    found = [(shown_words(item.words.get(f"choice/{option.key}/text", "")), option.right) for option in options]
    return tuple((text, right) for text, right in found if text)


def is_single(item: BankItem) -> bool:
    """Tell whether exactly one of its choices is right, and only one can be chosen."""
    return item.item.interaction != "multiple-choice" and sum(right for _text, right in choices(item)) == 1


def shown_words(text: str) -> str:
    """Return a text without where its links lead, and without the languages that its words are marked with.

    >>> shown_words("Say [Dobrý deň](lang:sk).")
    'Say Dobrý deň.'
    """
    return _LINK.sub(r"\1", text)


def shown_length(text: str) -> int:
    """Return how long a text looks, in characters; a fact is about as long as a telephone number."""
    return len(_FACT.sub("000 0000", shown_words(text)))


def longest_is_right(item: BankItem) -> bool:
    """Tell whether the right choice is longer than each other one."""
    lengths = {
        right: max(shown_length(text) for text, each in choices(item) if each is right) for right in (True, False)
    }
    return lengths[True] > lengths[False]


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, without facts."""
    return _WORD.findall(_FACT.sub(" ", shown_words(text)).casefold())


def has_absolute(text: str) -> bool:
    """Tell whether a text has a word that sounds too sure."""
    return not ABSOLUTE.isdisjoint(words_of(text))


def _places(single: Iterable[BankItem]) -> tuple[int, ...]:
    found = Counter([right for _text, right in choices(item)].index(True) for item in single)
    return tuple(found[place] for place in range(max(found, default=-1) + 1))


def _content(item: BankItem) -> frozenset[str]:
    """Return the words that say what is asked and what is right."""
    right = [text for text, is_right in choices(item) if is_right]
    rest = [text for part, text in item.words.items() if part.startswith(("step/", "pair/", "member/"))]
    return _content_of(" ".join([item.words.get("prompt", ""), *right, *rest]))


@lru_cache(maxsize=4096)
def _content_of(text: str) -> frozenset[str]:
    # Small words go first: "was" without its "s" is none of them.
    return frozenset(word.removesuffix("s") for word in words_of(text) if word not in _SMALL) - _SMALL


def similar_pairs(items: Iterable[BankItem], others: Iterable[BankItem]) -> Iterator[tuple[BankItem, BankItem]]:
    """Yield each of *items* with each of *others* that asks nearly the same; those of two countries may.

    Words are read once for each question, and not once for each pair: a bank of 300 has 45,000 pairs.
    """
    read = [(each, _content(each)) for each in others]
    for item in items:
        words = _content(item)
        yield from ((item, other) for other, theirs in read if _share(words, theirs) and _may_meet(item, other))


def _may_meet(one: BankItem, other: BankItem) -> bool:
    return one.item.country == other.item.country or not one.item.country or not other.item.country


def _share(first: frozenset[str], second: frozenset[str]) -> bool:
    fewest, shared = min(len(first), len(second)), len(first & second)
    return fewest >= _FEWEST_WORDS and (
        shared >= _ALIKE * (len(first) + len(second) - shared) or shared >= _CONTAINED * fewest
    )


def _doubles(bank: Sequence[BankItem]) -> Iterator[SimilarItems]:
    place = {id(item): at for at, item in enumerate(bank)}
    for one, other in similar_pairs(bank, bank):
        if place[id(one)] < place[id(other)]:
            yield SimilarItems(key=one.item.key, other=other.item.key, check=False)


def _repeated(bank: Sequence[BankItem], checks: Iterable[BankItem]) -> Iterator[SimilarItems]:
    own = {item.item.key for item in bank}
    others = [check for check in checks if check.item.key not in own]
    for item, each in similar_pairs(bank, others):
        yield SimilarItems(key=item.item.key, other=each.item.key, check=True)


def tells_number(item: BankItem) -> bool:
    """Tell whether hint or prompt says how many choices are right, or the hint a number that only the right answer has."""
    right, wrong = _right_and_wrong((item,))
    hint = _numbers_of([item.words.get("hint", "")])
    told = hint | _numbers_of([item.words.get("prompt", "")])
    if item.item.interaction == "multiple-choice" and len(right) in told:
        return True
    answers = {int(text[:_DIGITS]) for text in item.item.accepted if text.isdecimal()}
    return not hint.isdisjoint(answers | (_numbers_of(right) - _numbers_of(wrong)))


def _numbers_of(texts: Iterable[str]) -> set[int]:
    return {number for text in texts for number in _numbers_in(text)}


def _numbers_in(text: str) -> Iterator[int]:
    for word in words_of(text):
        if word.isdecimal():
            # Of more digits than any number that is asked for Python makes no number (4,300), and of very many slowly.
            yield int(word[:_DIGITS])
        elif word in _NUMBERS:
            yield _NUMBERS[word]
