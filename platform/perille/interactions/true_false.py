"""True or false: a sentence that holds or does not."""

from __future__ import annotations

from perille.api import (
    Definition,
    FieldKind,
    Form,
    FormField,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
    authored_parts,
    no_answer,
    only_value,
    word_fields,
)

#: The two answers, in the notation of xAPI (1.0.3 Data 2.4.4.1) and in the order in which they are shown.
ANSWERS = ("true", "false")


class TrueFalse:
    """True or false: a field *name* that holds "true" or "false". The response is that word."""

    name = "true-false"
    friendly_name = "True or false"
    keys = frozenset({"answer", "feedback_true", "feedback_false"})
    template = "interactions/true-false.html"
    offline = "offline/true-false.js"
    form = ItemForm(
        fields=(
            FormField(key="answer", kind=FieldKind.TRUE_FALSE, needed=True),
            *word_fields("feedback_true", "feedback_false"),
        )
    )

    def read(self, table: ItemTable) -> ItemReading:
        """Read `answer = true` or `false`; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        answer = reader.flag("answer")
        if "answer" not in table:
            reader.fault("'answer' is missing: write answer = true or answer = false")
        reader.feedback("feedback_true", "feedback_false")
        return reader.finish(accepted=("true" if answer else "false",))

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return "true" or "false"; None for all else."""
        value = only_value(form, name)
        return (value,) if value in ANSWERS else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 for the right answer, else 0; says what the author says to one who chose it."""
        if not response:
            return no_answer()
        success = response == item.accepted
        return Outcome(scaled=float(success), success=success, feedback=authored_parts(item, f"feedback_{response[0]}"))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return true, then false, always: people know this pair by its order."""
        return ANSWERS

    def describe(self, item: Item) -> Definition:
        """Describe a true-false activity; it has no components (xAPI 1.0.3 Data 2.4.4.1)."""
        return Definition(interaction_type=InteractionType.TRUE_FALSE, correct_responses_pattern=item.accepted)

    def respond(self, item: Item, response: Response) -> str:
        """Write "true" or "false"."""
        return response[0]
