"""What plugins bring by name: the first of a name stays, and every other one is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from perille.api import did_you_mean
from perille.packs.source.diagnostics import NO_LINE, Diagnostic
from perille.packs.source.registry import OwnedPlugin


class Named(Protocol):
    """Something that is chosen by its name."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def about(self) -> str:
        """What it is, in one line."""


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Choices(Generic[N]):
    """Things of one kind by name, each with whose it is."""

    #: What they are called: "importer".
    kind: str
    by_name: dict[str, tuple[N, str]] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()

    def find(self, name: str) -> tuple[N, str]:
        """Return the thing of that name and whose it is; raise LookupError that names those there are."""
        if name not in self.by_name:
            known = ", ".join(sorted(self.by_name)) or "none"
            raise LookupError(f'There is no {self.kind} "{name}"{did_you_mean(name, self.by_name)} Known: {known}')
        return self.by_name[name]


def choices(kind: str, plugins: Iterable[OwnedPlugin], attribute: str) -> Choices[N]:
    """Collect what plugins bring in a field of `Plugin`."""
    found: dict[str, tuple[N, str]] = {}
    problems = []
    for owned in plugins:
        for each in getattr(owned.plugin, attribute):
            first = found.setdefault(each.name, (each, owned.owner))
            if first[0] is not each:
                text = f'The {kind} "{each.name}" of {owned.owner} is refused: {first[1]} brings one of that name'
                problems.append(Diagnostic(owned.owner, NO_LINE, text))
    return Choices(kind, found, tuple(problems))
