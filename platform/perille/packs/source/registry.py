"""Question types by name, each with its owner: two of one name are refused, and both owners named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from perille.api import Interaction, Plugin
from perille.core.slots import AppSlot
from perille.packs.source.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedPlugin:
    """A plugin, and whose it is."""

    plugin: Plugin
    #: Distribution and version, such as "perille 0.1.0".
    owner: str
    #: Its shown name: the first line of its package's docstring.
    name: str = ""


class DuplicateInteractionError(ValueError):
    """Two plugins bring an interaction of the same name."""


class InteractionRegistry:
    """Interactions by name. The first of a name stays; `problems` tells of every other one."""

    def __init__(self, plugins: Iterable[OwnedPlugin] = ()) -> None:
        self._owned: dict[str, tuple[Interaction, str]] = {}
        self._problems: list[Diagnostic] = []
        for each in plugins:
            for interaction in each.plugin.interactions:
                try:
                    self.register(interaction, each.owner)
                except DuplicateInteractionError as error:
                    self._problems.append(Diagnostic(each.owner, 1, str(error)))

    def register(self, interaction: Interaction, owner: str) -> None:
        """Add an interaction; raise DuplicateInteractionError naming both owners where its name is taken."""
        name = interaction.name
        if name in self._owned:
            raise DuplicateInteractionError(
                f'The interaction "{name}" of {owner} is refused: {self._owned[name][1]} brings one of that name'
            )
        self._owned[name] = (interaction, owner)

    def get(self, name: str) -> Interaction | None:
        """Return the interaction of that name, or None."""
        owned = self._owned.get(name)
        return owned[0] if owned else None

    def owner(self, name: str) -> str:
        """Return whose the interaction is; raise KeyError for an unknown name."""
        return self._owned[name][1]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._owned))

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What was refused."""
        return tuple(self._problems)

    @property
    def digest(self) -> str:
        """Hash of names and owners: other question types read a bank differently, so packs are compiled again."""
        text = "\n".join(f"{name} {owner}" for name, (_interaction, owner) in sorted(self._owned.items()))
        return hashlib.sha256(text.encode()).hexdigest()


current_interactions = AppSlot[InteractionRegistry]("interactions")
