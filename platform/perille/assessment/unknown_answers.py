"""Whether a form holds an answer that the question does not have: it is refused, and the earlier answer stays."""

from __future__ import annotations

from perille.domain.item import Form, Interaction, InteractionType, Item

#: Every value of their fields is a key that the page offered.
_CHOSEN = frozenset(
    {InteractionType.CHOICE, InteractionType.TRUE_FALSE, InteractionType.MATCHING, InteractionType.LIKERT}
)


def is_unknown(interaction: Interaction, item: Item, form: Form, name: str) -> bool:
    """Whether fields *name* and *name*.<key>, of which no response could be read, hold something that was never offered.

    An empty field takes an answer back; a number that cannot be read and steps that are not all numbered do the same. A key
    that the question does not have comes from another edition of it, as in a form that was kept on the device.
    """
    fields = _fields_of(form, name)
    values = [value for each in fields.values() for value in each if value]
    kind = interaction.describe(item).interaction_type
    if kind is InteractionType.SEQUENCING:
        keys = {f"{name}.{option.key}" for option in item.options}
        return not fields.keys() <= keys or not all(value.isdecimal() for value in values)
    return kind in _CHOSEN and bool(values)


def is_unfinished(form: Form, name: str) -> bool:
    """Whether fields *name* and *name*.<key>, of which no response could be read, hold something: half of an order, a number nobody reads.

    The server keeps nothing of it, so the device must not be told that it was saved.
    """
    return any(value.strip() for values in _fields_of(form, name).values() for value in values)


def _fields_of(form: Form, name: str) -> Form:
    return {field: values for field, values in form.items() if field == name or field.startswith(f"{name}.")}
