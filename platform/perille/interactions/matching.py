"""Sources that belong to targets."""

from __future__ import annotations

from perille.api import (
    SAID_AFTERWARDS,
    Definition,
    Form,
    FormRows,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
    joined_list,
    joined_pairs,
    marked_pairs,
    never_as_given,
    option_keys,
    pair,
    picture_field,
    word_fields,
)


class Matching:
    """Pairs to be joined: a field *name*.<key> for each source with the key of its target.

    The response is the joined pairs, "source[.]target". Each pair stands for itself: with some sources left open it is
    still an answer. A target may be chosen twice. A target has the key of the pair that it belongs to.
    """

    name = "matching"
    friendly_name = "Join what belongs together"
    keys = frozenset({"pair", "extra", "feedback_right", "feedback_wrong"})
    template = "interactions/matching.html"
    offline = "offline/pairs.js"
    form = ItemForm(
        fields=SAID_AFTERWARDS,
        rows=(
            FormRows(key="pair", fields=(*word_fields("source", "target"), picture_field())),
            FormRows(key="extra", fields=word_fields("text"), least=0),
        ),
    )

    def read(self, table: ItemTable) -> ItemReading:
        """Read two pairs or more, and targets that fit nothing; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        options = reader.options("pair", ("source", "target"), also=("illustration",), least=2)
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
        return joined_pairs(form, name, option_keys(item), _targets(item))

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of pairs that are right."""
        right = _right_pairs(item)
        return marked_pairs(item, response, right, len(right))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the targets, also those that fit nothing, shuffled; the sources stay as authored."""
        return never_as_given(_targets(item), item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a matching activity with its sources and targets (xAPI 1.0.3 Data 2.4.4.1)."""
        keys = option_keys(item)
        extras = tuple((key, f"extra/{key}/text") for key in item.extras)
        return Definition(
            interaction_type=InteractionType.MATCHING,
            correct_responses_pattern=(joined_list(_right_pairs(item)),),
            components={
                "source": tuple((key, f"pair/{key}/source") for key in keys),
                "target": tuple((key, f"pair/{key}/target") for key in keys) + extras,
            },
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the joined pairs, "[.]" inside a pair and "[,]" between pairs."""
        return joined_list(response)


def _targets(item: Item) -> tuple[str, ...]:
    return option_keys(item) + item.extras


def _right_pairs(item: Item) -> tuple[str, ...]:
    return tuple(pair(key, key) for key in option_keys(item))
