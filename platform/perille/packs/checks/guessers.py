"""The chance to pass a test by guessing: guessers who know nothing, the test's own draw, its own marking.

Seeded: the same pack gives the same figures on any machine. Nothing of the database is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import ClassVar

from perille.domain.assessment import Section, TestRules
from perille.domain.item import Interaction, InteractionType, Item, Outcome, Response
from perille.domain.scoring import passed
from perille.domain.selection import draw, try_again
from perille.packs.checks.assessments import section_of
from perille.packs.checks.item_writing import (
    ABSOLUTE,
    has_absolute,
    is_single,
    longest_is_right,
    shown_length,
    word_set,
    words_of,
)
from perille.packs.checks.length_ranks import from_the_middle
from perille.packs.format.items import BankItem
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.registry import InteractionRegistry

#: Each guesser passes within the allowed tries in this share at most.
PASS_BAR = 0.02
#: People who guess through a test, and answers of each to a question that has too many to name all.
_WALKS, _SAMPLES = 2000, 200
#: Tries of a test that sets none.
_USUAL_TRIES = 3
_HEDGES = word_set(
    "may might can could often usually sometimes some most many generally depends perhaps possibly probably likely "
    "if whether"
)
#: Signs that part a text.
_MARKS = frozenset(",;:.?!")
_KIND = word_set(
    "ask asks listen listens help helps explain explains thank calm calmly kindly gently slowly together safe "
    "safely support offer offers choose chooses choice wish wishes wants respect believe trust decide decides own"
)


class Guesser(StrEnum):
    """Somebody who knows nothing, and how they choose."""

    BLIND = "blind"
    LONGEST = "longest"
    SHORTEST = "shortest"
    MIDDLE = "middle length"
    ECHO = "words of the question"
    MARKS = "most commas and stops"
    HEDGED = "most hedged"
    KIND = "kind words"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFigures:
    """What guessing in a test is worth."""

    #: Its name begins like a test of pytest's; it is none.
    __test__: ClassVar[bool] = False

    asked: int
    pool: int
    mastery: float
    tries: int
    #: Country of the reader for whom it was drawn, or "".
    country: str
    #: Of the single choices that are drawn, the share whose right choice is the longest.
    longest_share: float
    #: Guesser -> share of those who pass.
    passes: Mapping[Guesser, float]


#: What a browser would send: field -> values.
_AnswerForm = dict[str, list[str]]


class GuessedOutcomes:
    """What the answers of each guesser to the questions of a test are worth: the same for readers of every country."""

    def __init__(self, plan: ResolvedUnit, registry: InteractionRegistry) -> None:
        self._shuffle = (plan.spec.rules or TestRules()).shuffle
        self._bank = {item.item.key: item for item in plan.items()}
        self._registry = registry
        self._known: dict[tuple[Guesser, str], tuple[Outcome, ...]] = {}

    def of(self, guesser: Guesser, key: str) -> tuple[Outcome, ...]:
        """Return what the answers of a guesser to a question are worth, each as likely as the others."""
        known = self._known.get((guesser, key))
        if known is None:
            known = self._known[guesser, key] = self._score(guesser, self._bank[key])
        return known

    def _score(self, guesser: Guesser, item: BankItem) -> tuple[Outcome, ...]:
        interaction = self._registry.get(item.item.interaction)
        found = guesses(guesser, item, interaction, shuffle=self._shuffle) if interaction else ()
        scored = tuple(interaction.score(item.item, each) for each in found) if interaction else ()
        return scored or (Outcome(scaled=0.0, success=False),)


def figures_of_test(plan: ResolvedUnit, outcomes: GuessedOutcomes, country: str, walks: int = _WALKS) -> TestFigures:
    """Let *walks* people of each kind guess through the test of a unit, each as often as they may try.

    *outcomes*: those of the same unit; they take most of the time, and may be used for one country after another.
    """
    test = _Test(plan, outcomes, country)
    return TestFigures(
        asked=len(test.drawn(0, 0)),
        pool=len(test.items),
        mastery=test.mastery,
        tries=test.tries,
        country=country,
        longest_share=test.longest_share(walks),
        passes={guesser: sum(test.passes(guesser, walk) for walk in range(walks)) / walks for guesser in Guesser},
    )


class _Test:
    """A test as readers of one country meet it."""

    def __init__(self, plan: ResolvedUnit, outcomes: GuessedOutcomes, country: str) -> None:
        self.country = country
        self.outcomes = outcomes
        self.rules = plan.spec.rules or TestRules()
        self.tries = self.rules.tries or _USUAL_TRIES
        self.mastery = 1.0 if plan.spec.mastery is None else plan.spec.mastery
        self.sections: tuple[Section, ...] = tuple(section_of(plan, spec) for spec in plan.spec.sections)
        self.bank = {item.item.key: item for item in plan.items()}
        self.items: dict[str, Item] = {key: item.item for key, item in self.bank.items()}
        self.scored = frozenset(key for key, item in self.bank.items() if item.scored)
        self._draws: dict[tuple[int, int], tuple[str, ...]] = {}

    def drawn(self, walk: int, number: int) -> tuple[str, ...]:
        """Return the questions of somebody's try, drawn anew: those not seen before come first, as for a learner."""
        if not self.sections:
            return tuple(self.items)
        known = self._draws.get((walk, number))
        if known is None:
            seen = frozenset(key for before in range(number) for key in self.drawn(walk, before))
            known = draw(self.sections, self.items, seed=f"{walk}/{number}", country=self.country, seen=seen)
            self._draws[walk, number] = known
        return known

    def longest_share(self, walks: int) -> float:
        """Return the share of the single choices in first tries whose right choice is the longest; 0 where there is none."""
        drawn = Counter(key for walk in range(walks) for key in self.drawn(walk, 0) if is_single(self.bank[key]))
        longest = sum(count for key, count in drawn.items() if longest_is_right(self.bank[key]))
        return longest / drawn.total() if drawn else 0.0

    def passes(self, guesser: Guesser, walk: int) -> bool:
        """Tell whether somebody passes in one of the tries."""
        chance = Random(f"{guesser}/{walk}")  # noqa: S311  (figures must come out the same; nothing is kept secret by it)
        keys: tuple[str, ...] = self.drawn(walk, 0)
        for number in range(self.tries):
            outcomes = {key: chance.choice(self.outcomes.of(guesser, key)) for key in keys if key in self.scored}
            critical = [key for key in outcomes if self.items[key].critical]
            if passed(outcomes, mastery=self.mastery, critical=critical):
                return True
            right = {key for key, outcome in outcomes.items() if outcome.success}
            keys = try_again(self.rules.retry, keys, right) or self.drawn(walk, number + 1)
        return False


def guesses(guesser: Guesser, item: BankItem, interaction: Interaction, *, shuffle: bool) -> Iterator[Response | None]:
    """Yield the answers of a guesser, each as likely as the others; nothing where an answer must be written."""
    described = interaction.describe(item.item)
    chance = Random(f"{guesser}/{item.item.key}")  # noqa: S311
    forms: Iterable[_AnswerForm] = ()
    match described.interaction_type:
        case InteractionType.TRUE_FALSE:
            forms = ({"a": [word]} for word in _true_or_false(guesser, item))
        case InteractionType.CHOICE:
            forms = _choice_forms(guesser, item, interaction, chance, shuffle=shuffle)
        case InteractionType.SEQUENCING:
            forms = _order_forms(guesser, item, interaction, chance)
        case InteractionType.MATCHING:
            sources, targets = ([key for key, _part in described.components[side]] for side in ("source", "target"))
            forms = (_joined(sources, targets, chance) for _ in range(_SAMPLES))
    return (interaction.parse(item.item, form, "a") for form in forms)


def _choice_forms(
    guesser: Guesser, item: BankItem, interaction: Interaction, chance: Random, *, shuffle: bool
) -> Iterator[_AnswerForm]:
    shown, components = interaction.arrange(item.item, ""), interaction.describe(item.item).components
    texts = {key: item.words.get(part, "") for parts in components.values() for key, part in parts}
    scores = _scores(guesser, {key: texts.get(key, "") for key in shown}, item.words.get("prompt", ""))
    if _takes_one(interaction, item.item, shown):
        yield from ({"a": [key]} for key in _best(guesser, shown, scores, shuffle=shuffle))
        return
    for _ in range(_SAMPLES):
        order = _shuffled(shown, chance) if shuffle else shown
        yield {"a": _several(guesser, order, scores, chance)}


def _order_forms(guesser: Guesser, item: BankItem, interaction: Interaction, chance: Random) -> Iterator[_AnswerForm]:
    shown = interaction.arrange(item.item, "")
    for number in range(_SAMPLES):
        as_shown = guesser is Guesser.FIRST
        order = interaction.arrange(item.item, str(number)) if as_shown else _shuffled(shown, chance)
        yield {f"a.{key}": [str(n)] for n, key in enumerate(order, 1)}


def _takes_one(interaction: Interaction, item: Item, shown: Sequence[str]) -> bool:
    return interaction.parse(item, {"a": list(shown[:2])}, "a") is None


def _shuffled(keys: Sequence[str], chance: Random) -> tuple[str, ...]:
    return tuple(chance.sample(keys, len(keys)))


def _true_or_false(guesser: Guesser, item: BankItem) -> tuple[str, ...]:
    """More statements are written true than false; one that sounds too sure is false."""
    prompt = item.words.get("prompt", "")
    if guesser is Guesser.HEDGED:
        return ("false",) if has_absolute(prompt) else ("true",)
    if guesser in (Guesser.LONGEST, Guesser.FIRST) or (guesser is Guesser.KIND and _score(guesser, prompt)):
        return ("true",)
    return ("true", "false")


def _scores(guesser: Guesser, texts: Mapping[str, str], prompt: str) -> Mapping[str, float]:
    """Return how much each choice looks like what this guesser takes; the same of each for guessers who do not read."""
    if guesser is Guesser.MIDDLE:
        far = from_the_middle(shown_length(text) for text in texts.values())
        return {key: -each for key, each in zip(texts, far, strict=True)}
    if guesser is Guesser.ECHO:
        asked = frozenset(words_of(prompt))
        return {key: len(asked.intersection(words_of(text))) for key, text in texts.items()}
    return {key: _score(guesser, text) for key, text in texts.items()}


def _score(guesser: Guesser, text: str) -> int:
    """Return how much a text looks like what this guesser chooses, whatever stands beside it."""
    match guesser:
        case Guesser.LONGEST:
            return shown_length(text)
        case Guesser.SHORTEST:
            return -shown_length(text)
        case Guesser.MARKS:
            return sum(sign in _MARKS for sign in text)
        case Guesser.HEDGED:
            return sum((word in _HEDGES) - (word in ABSOLUTE) for word in words_of(text))
        case Guesser.KIND:
            return sum(word in _KIND for word in words_of(text))
    return 0


def _best(guesser: Guesser, shown: Sequence[str], scores: Mapping[str, float], *, shuffle: bool) -> tuple[str, ...]:
    """Return the choices among which a guesser takes one by chance."""
    if guesser is Guesser.FIRST:
        return tuple(shown) if shuffle else tuple(shown[:1])
    return tuple(key for key in shown if scores[key] == max(scores.values()))


def _several(guesser: Guesser, shown: Sequence[str], scores: Mapping[str, float], chance: Random) -> list[str]:
    """Return what a guesser ticks: what scores above the mean; the first half; or each by a coin."""
    mean = sum(scores.values()) / len(shown)
    above = (
        list(shown[: -(-len(shown) // 2)]) if guesser is Guesser.FIRST else [key for key in shown if scores[key] > mean]
    )
    return above or [key for key in shown if chance.random() < 1 / 2] or [chance.choice(shown)]


def _joined(sources: Sequence[str], targets: Sequence[str], chance: Random) -> dict[str, list[str]]:
    """Join each source with a target of its own where there are enough; members of groups share theirs."""
    taken = (
        chance.sample(targets, len(sources))
        if len(targets) >= len(sources)
        else chance.choices(targets, k=len(sources))
    )
    return {f"a.{source}": [target] for source, target in zip(sources, taken, strict=True)}
