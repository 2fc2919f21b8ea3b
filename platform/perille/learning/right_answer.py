"""What would have been right, in words: read from the definition that every question type gives of itself, plugins included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from perille.api import LIST_MARK, PAIR_MARK
from perille.core.i18n import decimal_written, gettext
from perille.domain.item import Definition, Interaction, InteractionType, Item, Outcome, Response

#: Returns the words of a part, in one language or in two.
Words = Callable[[str], Markup]


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """What the box under a question names."""

    #: Choices, pairs or steps, each in words.
    lines: tuple[Markup, ...]
    #: Whether these are only what was missed of several right choices.
    missed: bool = False
    #: Whether their order is the answer.
    ordered: bool = False
    #: Parts that say why, of right choices that were not chosen.
    reasons: tuple[str, ...] = ()


def right_answer(
    item: Item, interaction: Interaction, words: Words, response: Response | None, outcome: Outcome, *, ended: bool
) -> RightAnswer | None:
    """Return what to name beside an outcome; None where that is nothing.

    Missed choices of several right ones are named at once. All else only when the test is over (*ended*): until then it stays to be found.
    """
    definition = interaction.describe(item)
    if outcome.success or not definition.correct_responses_pattern:
        return None
    right = definition.correct_responses_pattern[0].split(LIST_MARK)
    if definition.interaction_type is InteractionType.CHOICE:
        return _choices(item, definition, words, response, right, ended=ended)
    if not ended:
        return None
    lines = tuple(_lines(item, definition, words, right))
    return RightAnswer(lines, ordered=definition.interaction_type is InteractionType.SEQUENCING) if lines else None


def _choices(
    item: Item, definition: Definition, words: Words, response: Response | None, right: list[str], *, ended: bool
) -> RightAnswer | None:
    left = _missed(response or (), right, ended=ended)
    if not left:
        return None
    parts = dict(definition.components["choices"])
    named = [parts[key] for key in left]
    return RightAnswer(
        tuple(map(words, named)), missed=len(left) < len(right), reasons=_reasons(item, named) if ended else ()
    )


def _missed(given: Response, right: list[str], *, ended: bool) -> list[str]:
    """Return the right choices that were not given and may be named: of a single one, or before any answer, only when the test is over."""
    several = bool(given) and len(right) > 1
    return [key for key in right if key not in given] if ended or several else []


def _reasons(item: Item, named: Sequence[str]) -> tuple[str, ...]:
    """Return the parts that say why of some choices, where the item has them."""
    reasons = (part.rpartition("/")[0] + "/feedback" for part in named)
    return tuple(part for part in reasons if part in item.parts)


def _lines(item: Item, definition: Definition, words: Words, right: list[str]) -> Iterator[Markup]:
    kind = definition.interaction_type
    if kind is InteractionType.SEQUENCING:
        parts = dict(definition.components["choices"])
        yield from (words(parts[key]) for key in right)
    elif kind is InteractionType.MATCHING:
        yield from _pairs(definition, words, right)
    elif kind is InteractionType.TRUE_FALSE:
        yield Markup("{}").format(gettext("True") if right == ["true"] else gettext("Not true"))
    elif kind in (InteractionType.NUMERIC, InteractionType.FILL_IN) and item.accepted:
        # The first that the author wrote; a number without the distance that is taken, too.
        first = item.accepted[0]
        yield Markup("<bdi>{}</bdi>").format(decimal_written(first) if kind is InteractionType.NUMERIC else first)


def _pairs(definition: Definition, words: Words, right: list[str]) -> Iterator[Markup]:
    sources, targets = dict(definition.components["source"]), dict(definition.components["target"])
    # The gaps of a text have no words of their own, only their places in it.
    named = len(set(sources.values())) == len(sources)
    if not named:
        # They are numbered as they stand in the words of this language.
        text = words(next(iter(sources.values())))
        right = sorted(right, key=lambda each: text.find(f"(({each.partition(PAIR_MARK)[0]}))"))
    for number, each in enumerate(right, 1):
        source, _mark, target = each.partition(PAIR_MARK)
        first = words(sources[source]) if named and len(sources) > 1 else gettext("Gap %(number)s", number=number)
        yield Markup("{} – {}").format(first, words(targets[target]))
