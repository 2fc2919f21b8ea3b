"""Steps in the right order."""

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
    graded,
    joined_list,
    latin_digits,
    never_as_given,
    no_answer,
    option_keys,
    picture_field,
    values_by_key,
    word_fields,
)


class Sequencing:
    """Steps to be put in order: a field *name*.<key> with the place of each step, from 1. The response is the order.

    An order with gaps, or with two steps in one place, is no order: it is read as no answer, never as half of one.
    """

    name = "sequencing"
    friendly_name = "Put the steps in order"
    keys = frozenset({"step", "feedback_right", "feedback_wrong"})
    template = "interactions/sequencing.html"
    offline = "offline/sequencing.js"
    form = ItemForm(
        fields=SAID_AFTERWARDS, rows=(FormRows(key="step", fields=(*word_fields("text"), picture_field())),)
    )

    def read(self, table: ItemTable) -> ItemReading:
        """Read two steps or more in the right order; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        options = reader.options("step", ("text",), also=("illustration",), least=2)
        reader.feedback("feedback_right", "feedback_wrong")
        return reader.finish(options=options)

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return all steps in the order of their places; None where a place is missing, taken twice or not ours."""
        keys = option_keys(item)
        given = values_by_key(form, name, keys) or {}
        steps = {latin_digits(place): key for key, place in given.items()}
        places = [str(place) for place in range(1, len(keys) + 1)]
        return tuple(steps[place] for place in places) if set(steps) == set(places) else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of steps that stand in their place: those that the page ticks, and no others.

        Places are what is asked for and what is marked, so that "partly right" always stands over a tick. Neighbours would be kinder to
        one who has all in order and one step at the wrong end, but every step there has a wrong number. A guess gets one step in as many
        as there are by either.
        """
        if not response:
            return no_answer()
        keys = option_keys(item)
        right = sum(map(str.__eq__, keys, response))
        return graded(item, right / len(keys), success=response == keys)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the steps shuffled, never in the right order."""
        return never_as_given(option_keys(item), item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a sequencing activity; its steps are "choices" there (xAPI 1.0.3 Data 2.4.4.1)."""
        return Definition(
            interaction_type=InteractionType.SEQUENCING,
            correct_responses_pattern=(joined_list(option_keys(item)),),
            components={"choices": tuple((key, f"step/{key}/text") for key in option_keys(item))},
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the ids in the learner's order, "[,]" between them."""
        return joined_list(response)
