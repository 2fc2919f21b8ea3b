"""One of several choices: right when the right one is chosen."""

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
    Option,
    Outcome,
    Response,
    authored_or_by_seed,
    authored_parts,
    flag_field,
    joined_list,
    no_answer,
    only_value,
    option_keys,
    picture_field,
    right_keys,
    word_fields,
)


class Choice:
    """A single choice: a field *name* that holds the key of one choice. The response is that key."""

    name = "choice"
    friendly_name = "One right choice"
    keys = frozenset({"choice"})
    template = "interactions/choice.html"
    offline = "offline/choice.js"
    form = ItemForm(
        rows=(
            FormRows(
                key="choice",
                fields=(*word_fields("text"), picture_field(), *word_fields("feedback"), flag_field("right")),
            ),
        ),
    )
    #: Keys of a [[item.choice]] table beside its key and its words.
    choice_keys: tuple[str, ...] = ("right", "illustration")
    #: What the tables of the options are called, in parts of the words too.
    kind = "choice"

    def read(self, table: ItemTable) -> ItemReading:
        """Read two choices or more, exactly one of them right; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        options = reader.options("choice", ("text",), spare=("feedback",), also=self.choice_keys, least=2)
        self.check_right(reader, sum(option.right for option in options))
        return reader.finish(options=options)

    def check_right(self, reader: ItemReader, count: int) -> None:
        """Refuse another number of right choices than this interaction can grade."""
        if count != 1:
            reader.fault(f"exactly one choice must have right = true, not {count}")

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the chosen key; None for an unknown key or more than one."""
        value = only_value(form, name)
        return (value,) if value in option_keys(item) else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 for the right choice, else 0; says the feedback of the choice."""
        if not response:
            return no_answer()
        success = response == right_keys(item)
        return Outcome(scaled=float(success), success=success, feedback=choice_feedback(item, response, self.kind))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the choices as authored for seed "", else shuffled."""
        return authored_or_by_seed(item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a choice with the ids of what is right (xAPI 1.0.3 Data 2.4.4.1)."""
        return Definition(
            interaction_type=InteractionType.CHOICE,
            correct_responses_pattern=(joined_list(right_keys(item)),),
            components={"choices": choice_components(item.options, self.kind)},
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the chosen ids, "[,]" between them."""
        return joined_list(response)


def choice_components(options: tuple[Option, ...], kind: str) -> tuple[tuple[str, str], ...]:
    """Return (id, part that names it) of each choice.

    >>> choice_components((Option(key="stay"), Option(key="leave")), "choice")
    (('stay', 'choice/stay/text'), ('leave', 'choice/leave/text'))
    """
    return tuple((option.key, f"{kind}/{option.key}/text") for option in options)


def choice_feedback(item: Item, chosen: Response, kind: str) -> tuple[str, ...]:
    """Return the feedback parts of what was chosen, in the order of the response.

    >>> choice_feedback(Item(key="q", interaction="choice", parts=("prompt", "choice/stay/feedback")), ("stay",), "choice")
    ('choice/stay/feedback',)
    """
    return authored_parts(item, *(f"{kind}/{key}/feedback" for key in chosen))
