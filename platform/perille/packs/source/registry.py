"""Question types by name, each with its owner: what cannot be used is refused, and its owner named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from perille.api import Interaction, PackCheck, Plugin
from perille.core.extension_state import AppSlot
from perille.domain.item_files import AnyItemFiles, item_files_of
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.interaction_proxy import ContainedInteraction, interaction_faults

#: Folders of packs and contexts of translations that mean something already.
TAKEN_FOLDERS = frozenset({"audio", "facts", "items", "lessons", "media", "translations"})
TAKEN_CONTEXTS = frozenset({"block", "fact", "item", "lesson", "objective", "pack", "unit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedPlugin:
    """A plugin, and whose it is."""

    plugin: Plugin
    #: Distribution and version, such as "perille 0.1.0".
    owner: str
    #: Its shown name: the first line of its package's docstring.
    name: str = ""
    #: The package that brings it, "" for one that was made in a test.
    package: str = ""
    #: Where that package lies: the folders that the plugin names are in it.
    folder: Path | None = None


class RefusedInteractionError(ValueError):
    """An interaction lacks something that pages need, or another plugin has brought one of its name."""


class InteractionRegistry:
    """Interactions by name. The first of a name stays; `problems` tells of every other one, and of those that cannot be used."""

    def __init__(self, plugins: Iterable[OwnedPlugin] = ()) -> None:
        self._known: dict[str, ContainedInteraction] = {}
        self._problems: list[Diagnostic] = []
        #: (check, whose it is), in the order of the plugins.
        self.checks: list[tuple[PackCheck, str]] = []
        #: Folder of a pack -> (name of the question type whose files stand in it, how it reads them).
        self.item_files: dict[str, tuple[str, AnyItemFiles]] = {}
        for each in plugins:
            self.checks += [(check, each.owner) for check in each.plugin.checks]
            for interaction in each.plugin.interactions:
                try:
                    self.register(interaction, each.owner)
                except RefusedInteractionError as error:
                    self._problems.append(Diagnostic(each.owner, NO_LINE, str(error)))

    def register(self, interaction: Interaction, owner: str) -> None:
        """Add an interaction; raise RefusedInteractionError where it lacks something, or naming both owners where its name is taken."""
        name = getattr(interaction, "name", type(interaction).__name__)
        faults = ", ".join(interaction_faults(interaction))
        if faults:
            raise RefusedInteractionError(f'The interaction "{name}" of {owner} is refused: {faults}')
        if name in self._known:
            raise RefusedInteractionError(
                f'The interaction "{name}" of {owner} is refused: {self._known[name].owner} brings one of that name'
            )
        own = item_files_of(interaction)
        if own is not None:
            self._check_folder(name, owner, own)
            self.item_files[own.folder] = name, own
        self._known[name] = ContainedInteraction(interaction, owner)

    def _check_folder(self, name: str, owner: str, own: AnyItemFiles) -> None:
        if own.folder in TAKEN_FOLDERS or own.key in TAKEN_CONTEXTS:
            reason = f'packs have a folder "{own.folder}" or translations a context "{own.key}" for something else'
        elif own.folder in self.item_files:
            reason = f'the folder "{own.folder}" of packs belongs to the interaction "{self.item_files[own.folder][0]}"'
        elif own.key in {each.key for _name, each in self.item_files.values()}:
            reason = f'another interaction names files by "{own.key}"'
        else:
            return
        raise RefusedInteractionError(f'The interaction "{name}" of {owner} is refused: {reason}')

    def refuse(self, name: str, reason: str) -> None:
        """Take an interaction out again, for a reason that `problems` tells."""
        owner = self._known.pop(name).owner
        self.item_files = {folder: each for folder, each in self.item_files.items() if each[0] != name}
        self._problems.append(Diagnostic(owner, NO_LINE, f'The interaction "{name}" of {owner} is refused: {reason}'))

    def get(self, name: str) -> ContainedInteraction | None:
        """Return the interaction of that name, or None."""
        return self._known.get(name)

    def owner(self, name: str) -> str:
        """Return whose the interaction is; raise KeyError for an unknown name."""
        return self._known[name].owner

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._known))

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What was refused."""
        return tuple(self._problems)

    @property
    def failures(self) -> tuple[str, ...]:
        """What interactions did wrong since this process began, in the order of their names."""
        return tuple(found for name in self.names if (found := self._known[name].failure))

    @property
    def digest(self) -> str:
        """Hash of names and owners: other question types and checks read a pack differently, so it is compiled again."""
        lines = [f"{name} {each.owner}" for name, each in sorted(self._known.items())]
        lines += [f"check {number} {owner}" for number, (_check, owner) in enumerate(self.checks)]
        text = "\n".join(lines)
        return hashlib.sha256(text.encode()).hexdigest()


current_interactions = AppSlot[InteractionRegistry]("interactions")
