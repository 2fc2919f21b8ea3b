"""All that a pack or a plugin may import.

A pack with code says what it brings with one object at the top of its package:

    from perille.api import Plugin

    plugin = Plugin(interactions=(MyInteraction(),))

The distribution names the package (or the object, `package:plugin`) in the entry-point group `perille.packs`. A package that has a
`pack.toml` beside its `__init__.py` is a pack; one that has a `plugin` is a plugin; it may be both.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    "Definition",
    "Ending",
    "Form",
    "Interaction",
    "InteractionType",
    "Item",
    "ItemFault",
    "ItemReading",
    "ItemTable",
    "Option",
    "Outcome",
    "RolePlay",
    "PlayChoice",
    "Plugin",
    "Recording",
    "Response",
    "Scene",
    "Step",
    "best_way",
    "ended",
    "role_play_of",
    "walk",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What a package brings. The first line of the package's docstring is its shown name."""

    #: Question types; two of the same name are refused at start, and both owners named.
    interactions: tuple[Interaction, ...] = ()
