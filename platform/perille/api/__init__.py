"""All that a pack or a plugin may import.

A pack with code says what it brings with one object at the top of its package:

    from perille.api import Plugin

    plugin = Plugin(interactions=(MyInteraction(),))

The distribution names the package (or the object, `package:plugin`) in the entry-point group `perille.packs`. A package that has a
`pack.toml` beside its `__init__.py` is a pack; one that has a `plugin` is a plugin; it may be both. `docs/plugins/` has a page for
each kind of thing that a plugin can bring.
"""

from __future__ import annotations

from perille.api.answers import (
    LIST_MARK,
    LONGEST_ANSWER,
    PAIR_MARK,
    RANGE_MARK,
    authored_or_by_seed,
    by_seed,
    joined_pairs,
    judged,
    latin_digits,
    listed,
    marked_pairs,
    never_as_given,
    no_answer,
    normalised,
    only_value,
    option_keys,
    pair,
    right_keys,
    said,
    strings_of,
    typed_text,
    values_by_key,
    without_marks,
)
from perille.api.folding import without_ends
from perille.api.plugin import Plugin
from perille.api.reading import COMMON_KEYS, KEY, ItemReader, TableReader
from perille.domain.item import (
    Definition,
    Form,
    Interaction,
    InteractionType,
    Item,
    ItemFault,
    ItemReading,
    ItemTable,
    Option,
    Outcome,
    Recording,
    Response,
)
from perille.domain.role_play import Ending, PlayChoice, RolePlay, Scene, Step, best_way, ended, role_play_of, walk

__all__ = [
    "COMMON_KEYS",
    "Definition",
    "Ending",
    "Form",
    "Interaction",
    "InteractionType",
    "Item",
    "ItemFault",
    "ItemReader",
    "ItemReading",
    "ItemTable",
    "KEY",
    "LIST_MARK",
    "LONGEST_ANSWER",
    "Option",
    "Outcome",
    "PAIR_MARK",
    "PlayChoice",
    "Plugin",
    "RANGE_MARK",
    "Recording",
    "Response",
    "RolePlay",
    "Scene",
    "Step",
    "TableReader",
    "authored_or_by_seed",
    "best_way",
    "by_seed",
    "ended",
    "joined_pairs",
    "judged",
    "latin_digits",
    "listed",
    "marked_pairs",
    "never_as_given",
    "no_answer",
    "normalised",
    "only_value",
    "option_keys",
    "pair",
    "right_keys",
    "role_play_of",
    "said",
    "strings_of",
    "typed_text",
    "values_by_key",
    "walk",
    "without_ends",
    "without_marks",
]
