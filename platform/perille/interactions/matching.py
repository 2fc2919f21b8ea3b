"""Sources that belong to targets."""

from __future__ import annotations

from perille.api import Definition, Form, InteractionType, Item, ItemReading, ItemTable, Outcome, Response
from perille.interactions.common import PAIR_MARK, judged, listed, never_as_given, no_answer, option_keys, values_by_key
from perille.interactions.reading import ItemReader


class Matching:
    """Pairs to be joined: a field *name*.<key> for each source with the key of its target.

    The response is the joined pairs, "source[.]target". Each pair stands for itself: with some sources left open it is
    still an answer. A target may be chosen twice. A target has the key of the pair that it belongs to.
    """

    name = "matching"
    friendly_name = "Join what belongs together"
    keys = frozenset({"pair", "extra", "feedback_right", "feedback_wrong"})
    template = "interactions/matching.html"

    def read(self, table: ItemTable) -> ItemReading:
        """Read two pairs or more, and targets that fit nothing; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        options = reader.options("pair", ("source", "target"), least=2)
        extras = tuple(extra.key for extra in reader.options("extra", ("text",), least=0))
        pairs = {option.key for option in options}
        for key in extras:
            if key in pairs:
                reader.fault(f"a pair and an extra have the same key: '{key}'")
        # Two targets that read the same could not be told apart: one of them would be marked as wrong.
        reader.no_doubles("targets", reader.words_of("pair", "target") + reader.words_of("extra", "text"))
        reader.feedback("feedback_right", "feedback_wrong")
        return reader.finish(options=options, extras=extras)

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the pairs that were joined, in the author's order; None where there is none or one is not ours."""
        given = values_by_key(form, name, option_keys(item)) or {}
        joined = {key: target for key, target in given.items() if target}
        if not set(joined.values()) <= set(_targets(item)):
            return None
        return tuple(f"{key}{PAIR_MARK}{target}" for key, target in joined.items()) or None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of pairs that are right."""
        if not response:
            return no_answer()
        right = set(_right_pairs(item))
        known = right & set(response)
        return judged(item, len(known) / len(right), success=set(response) == right)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the targets, also those that fit nothing, shuffled; the sources stay as authored."""
        return never_as_given(_targets(item), item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a matching activity with its sources and targets (xAPI 1.0.3 Data 2.4.4.1)."""
        keys = option_keys(item)
        extras = tuple((key, f"extra/{key}/text") for key in item.extras)
        return Definition(
            interaction_type=InteractionType.MATCHING,
            correct_responses_pattern=(listed(_right_pairs(item)),),
            components={
                "source": tuple((key, f"pair/{key}/source") for key in keys),
                "target": tuple((key, f"pair/{key}/target") for key in keys) + extras,
            },
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the joined pairs, "[.]" inside a pair and "[,]" between pairs."""
        return listed(response)


def _targets(item: Item) -> tuple[str, ...]:
    return option_keys(item) + item.extras


def _right_pairs(item: Item) -> tuple[str, ...]:
    return tuple(f"{key}{PAIR_MARK}{key}" for key in option_keys(item))
