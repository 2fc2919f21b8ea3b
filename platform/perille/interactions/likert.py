"""A poll: how far one agrees. It has no right answer, and nobody is told who said what."""

from __future__ import annotations

from perille.api import (
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
    Recording,
    Response,
    no_answer,
    only_value,
    option_keys,
    word_fields,
)

#: Fewer levels are a yes or no; more cannot be told apart.
LEAST_LEVELS = 3


class Likert:
    """A field *name* with the key of one level. The response is that key; it is counted, never kept with a person."""

    name = "likert"
    friendly_name = "A poll"
    keys = frozenset({"level"})
    template = "interactions/likert.html"
    form = ItemForm(rows=(FormRows(key="level", fields=word_fields("text"), least=LEAST_LEVELS),))
    scored = False
    recording = Recording.COUNTED

    def read(self, table: ItemTable) -> ItemReading:
        """Read three levels or more, from least to most; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        return reader.finish(options=reader.options("level", ("text",), least=LEAST_LEVELS))

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the chosen level; None for an unknown key or more than one."""
        value = only_value(form, name)
        return (value,) if value in option_keys(item) else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 for any answer, since none is scored."""
        return Outcome(scaled=1.0, success=True) if response else no_answer()

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the levels as authored, always: they are a scale."""
        return option_keys(item)

    def describe(self, item: Item) -> Definition:
        """Describe a Likert scale; no level is the right one (xAPI 1.0.3 Data 2.4.4.1)."""
        scale = tuple((key, f"level/{key}/text") for key in option_keys(item))
        return Definition(
            interaction_type=InteractionType.LIKERT, correct_responses_pattern=(), components={"scale": scale}
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the id of the level."""
        return response[0]
