"""Faults of a pack: where, and what to change. They are collected, so that an author sees all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

#: The line of a diagnostic about what has no lines.
NO_LINE = 0


class Level(StrEnum):
    """Whether a fault keeps a pack from being published."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What is wrong, for pages that say it in the words of their readers; most faults are told by their message alone."""

    OTHER = "other"
    #: A picture has too many pixels to be decoded.
    TOO_MANY_PIXELS = "too-many-pixels"
    #: A drawing runs or loads something, or could.
    ACTIVE_PICTURE = "active-picture"
    #: What a plugin's check finds.
    CHECK_OF_PLUGIN = "check-of-plugin"
    #: A plugin's check raised an exception: what is wrong is the plugin, not the pack.
    FAILED_CHECK = "failed-check"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One thing to change, at one place."""

    #: Path inside the pack's folder.
    path: str
    #: Line, counted from 1; `NO_LINE` where what is wrong is no file: a plugin, a folder, a setting.
    line: int
    message: str
    level: Level = Level.ERROR
    #: Whether a file could not be read because of it, so that other faults may only follow from this one.
    root: bool = field(default=False, compare=False)
    kind: Kind = field(default=Kind.OTHER, compare=False)
    #: Key of the item of a bank that it is about; "" for all else.
    item_key: str = field(default="", compare=False)

    def __str__(self) -> str:
        word = "warning: " if self.level is Level.WARNING else ""
        where = self.path if self.line == NO_LINE else f"{self.path}:{self.line}"
        return f"{where}: {word}{self.message}"


class PackError(Exception):
    """A pack does not compile; `diagnostics` holds every reason, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(fault) for fault in self.diagnostics))


@dataclass(slots=True)
class Diagnostics:
    """Collects faults while a pack is read; the same one is kept once."""

    _found: dict[Diagnostic, None] = field(default_factory=dict)
    _item_key: str = ""

    @contextmanager
    def about_item(self, key: str) -> Iterator[None]:
        """Keep what is found meanwhile as of one item, whose page in the Studio then shows it.

        >>> found = Diagnostics()
        >>> with found.about_item("tea"):
        ...     found.add("items/meals.toml", 3, "'prompt' is missing")
        >>> [each.item_key for each in found.all]
        ['tea']
        """
        before, self._item_key = self._item_key, key
        try:
            yield
        finally:
            self._item_key = before

    def _keep(self, path: str, line: int, message: str, level: Level, kind: Kind, *, root: bool = False) -> None:
        self._found[Diagnostic(path, max(line, 1), message, level, root, kind, self._item_key)] = None

    def add(self, path: str, line: int, message: str, kind: Kind = Kind.OTHER) -> None:
        """Keep an error."""
        self._keep(path, line, message, Level.ERROR, kind)

    def add_root(self, path: str, line: int, message: str) -> None:
        """Keep an error because of which a file could not be read; others may follow from it."""
        self._keep(path, line, message, Level.ERROR, Kind.OTHER, root=True)

    def warn(self, path: str, line: int, message: str, kind: Kind = Kind.OTHER) -> None:
        """Keep a warning: the pack compiles all the same."""
        self._keep(path, line, message, Level.WARNING, kind)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep faults that were found elsewhere."""
        self._found.update(dict.fromkeys(diagnostics))

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Every fault, by file and line."""
        return tuple(sorted(self._found))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The faults that keep the pack from being published."""
        return tuple(sorted(fault for fault in self._found if fault.level is Level.ERROR))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The faults that do not."""
        return tuple(sorted(fault for fault in self._found if fault.level is Level.WARNING))


def fold_dependent(diagnostics: Iterable[Diagnostic]) -> tuple[tuple[Diagnostic, ...], int]:
    """Return what to show first, and how many are folded away because they may follow from it.

    Where a file could not be read, only that is shown: "There is no item x" is no news while the bank of x is unread.
    """
    found = tuple(diagnostics)
    roots = tuple(each for each in found if each.root)
    return (roots, len(found) - len(roots)) if roots else (found, 0)
