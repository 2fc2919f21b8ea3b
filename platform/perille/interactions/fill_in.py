"""A word or a few, typed by the learner."""

from __future__ import annotations

from perille.api import (
    LIST_MARK,
    LONGEST_ANSWER,
    SAID_AFTERWARDS,
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
    graded,
    no_answer,
    normalised,
    typed_text,
)


class FillIn:
    """A typed answer: a field *name*. The response is what was typed, so that it can be shown again."""

    name = "fill-in"
    friendly_name = "Type the word"
    keys = frozenset({"accepted", "feedback_right", "feedback_wrong"})
    template = "interactions/fill-in.html"
    offline = "offline/fill-in.js"
    form = ItemForm(fields=(FormField(key="accepted", kind=FieldKind.LINES, needed=True), *SAID_AFTERWARDS))
    typed = True

    def read(self, table: ItemTable) -> ItemReading:
        """Read the accepted answers; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        accepted = self._accepted(reader)
        reader.feedback("feedback_right", "feedback_wrong")
        return reader.finish(accepted=accepted)

    def _accepted(self, reader: ItemReader) -> tuple[str, ...]:
        values = reader.table.get("accepted")
        if not isinstance(values, list) or not values:
            reader.fault("'accepted' must be a list of answers, such as [\"kela\"]")
            return ()
        for value in values:
            if not isinstance(value, str) or not _usable(value):
                reader.fault(f"'accepted' cannot hold '{str(value)[:60]}': short texts in quotes only")
        # Two spellings of one answer are one answer; the author's order stays.
        return tuple(dict.fromkeys(normalised(value) for value in values if isinstance(value, str)))

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return what was typed; None where that is nothing, no letter or digit, or too long."""
        text = typed_text(form, name)
        return (text,) if text and normalised(text) else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 where the answer is one of the accepted ones, compared as `normalised` writes them; else 0."""
        if not response:
            return no_answer()
        # Again on both sides: a course that was published before a fold was added holds its answers without it.
        success = normalised(response[0]) in {normalised(answer) for answer in item.accepted}
        return graded(item, float(success), success=success)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return nothing: there is one field."""
        return ()

    def describe(self, item: Item) -> Definition:
        """Describe a fill-in activity; case does not matter, which is what xAPI assumes (1.0.3 Data 2.4.4.1)."""
        return Definition(interaction_type=InteractionType.FILL_IN, correct_responses_pattern=item.accepted)

    def respond(self, item: Item, response: Response) -> str:
        """Write the text as it is compared.

        xAPI has no way to quote its own marks: a typed "[,]" would make a list, "{lang=" at the start a parameter.
        """
        return normalised(response[0]).replace(LIST_MARK, ",").lstrip("{ ")


def _usable(answer: str) -> bool:
    return (
        len(answer) <= LONGEST_ANSWER
        and LIST_MARK not in answer
        and not answer.startswith("{")
        and bool(normalised(answer))
    )
