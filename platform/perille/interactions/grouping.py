"""Members to be sorted into groups."""

from __future__ import annotations

from perille.api import (
    SAID_AFTERWARDS,
    Definition,
    FieldKind,
    Form,
    FormField,
    FormRows,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
    authored_or_by_seed,
    joined_list,
    joined_pairs,
    marked_pairs,
    option_keys,
    pair,
    string_list,
    strings_of,
    word_fields,
)


class Grouping:
    """Members and groups: a field *name*.<member> with the key of its group. The response is "member[.]group" of each sorted one.

    The options are the members; `extra["group_of"]` has the group of each member, `extra["groups"]` all groups as authored.
    """

    name = "grouping"
    friendly_name = "Sort into groups"
    keys = frozenset({"group", "member", "feedback_right", "feedback_wrong"})
    template = "interactions/grouping.html"
    offline = "offline/pairs.js"
    form = ItemForm(
        fields=SAID_AFTERWARDS,
        rows=(
            FormRows(key="group", fields=word_fields("text")),
            FormRows(
                key="member",
                fields=(*word_fields("text"), FormField(key="group", kind=FieldKind.ROW, rows="group", needed=True)),
            ),
        ),
    )

    def read(self, table: ItemTable) -> ItemReading:
        """Read two groups or more and two members or more; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        groups = tuple(option.key for option in reader.options("group", ("text",), least=2))
        options = reader.options("member", ("text",), needs={"group": True}, least=2)
        homes = reader.values_of("member", "group")
        for number, group in enumerate(homes, 1):
            if group and group not in groups:
                reader.fault(f"member {number}: 'group' names '{group[:60]}', which is no [[item.group]]")
        reader.feedback("feedback_right", "feedback_wrong")
        home_of = dict(zip((option.key for option in options), homes, strict=True))
        return reader.finish(options=options, extra={"groups": list(groups), "group_of": home_of})

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return what was sorted, in the author's order; None where nothing was, or something is not ours."""
        return joined_pairs(form, name, option_keys(item), groups_of(item))

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give the share of members that are in their group."""
        right = {pair(member, group) for member, group in strings_of(item, "group_of").items()}
        return marked_pairs(item, response, right, len(right))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return the members as authored for seed "", else shuffled; groups stay as authored."""
        return authored_or_by_seed(item, seed)

    def describe(self, item: Item) -> Definition:
        """Describe a matching activity: members are its sources, groups its targets (xAPI 1.0.3 Data 2.4.4.1)."""
        homes = strings_of(item, "group_of")
        return Definition(
            interaction_type=InteractionType.MATCHING,
            correct_responses_pattern=(joined_list(tuple(pair(key, homes[key]) for key in option_keys(item))),),
            components={
                "source": tuple((key, f"member/{key}/text") for key in option_keys(item)),
                "target": tuple((key, f"group/{key}/text") for key in groups_of(item)),
            },
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write what was sorted, "[.]" inside a pair and "[,]" between pairs."""
        return joined_list(response)


def groups_of(item: Item) -> tuple[str, ...]:
    """Return the keys of the groups as authored.

    >>> groups_of(Item(key="q", interaction="grouping", extra={"groups": ["safe", "unsafe"]}))
    ('safe', 'unsafe')
    """
    return string_list(item, "groups")
