"""Files of a pack that belong to one question type: a role-play has plays/<name>.toml, for it is too long for a table of a bank.

>>> class Letters:
...     folder, key = "letters", "letter"
...     def ways(self, reading):
...         return [LearnerPath(parts=tuple(reading.words), answers=1)]
...
>>> class Letter:
...     name, item_files = "letter", Letters()
...
>>> files = item_files_of(Letter())
>>> reading = FileReading(value=None, words={"title": "A letter"}, lines={})
>>> list(ways_through(files, reading))
[LearnerPath(parts=('title',), answers=1)]
>>> drawing_of(files, reading)
''
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from perille.domain.item import Interaction, Item

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

#: Gives a picture of a file the name under which the whole course knows it: libraries have pictures of the same names.
NamePicture = Callable[[str], str]


class FileTable(Protocol):
    """A table of a TOML file. Each `take_*` reads one key; what is wrong with it becomes a fault of its line, and reading goes on."""

    @property
    def data(self) -> Mapping[str, object]:
        """What the table holds."""

    @property
    def line(self) -> int:
        """The line on which the table begins, from 1."""

    def line_of(self, key: str) -> int:
        """Return the line of a key."""

    def fault(self, message: str, key: str = "") -> None:
        """Keep a fault at a key, or at the table's beginning."""

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""

    def take_text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Return a string, stripped; an empty required one is a fault."""

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty where it is left out."""

    def take_key(self, key: str) -> str:
        """Return a required key: lower-case letters, digits and hyphens."""

    def boolean(self, key: str, default: bool = False) -> bool:
        """Return true or false."""

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number between two bounds."""

    def take_one_of(self, key: str, words: type[E], default: E | None) -> E | None:
        """Return a word of a vocabulary; *default* None makes it required."""

    def take_tables(self, key: str) -> tuple[FileTable, ...]:
        """Return the tables of an array, [[key]]."""

    def refuse_unknown(self, also: Iterable[str] = ()) -> None:
        """Keep a fault for each key that was never taken and is not in *also*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading(Generic[T]):
    """What a question type makes of one of its files."""

    #: What the type knows of it, for its other methods.
    value: T
    #: Part -> source Markdown (inline), in the order of the file; the words of every item that names the file.
    words: Mapping[str, str]
    #: Part, or whatever else `check` speaks of -> line, from 1.
    lines: Mapping[str, int]
    #: (name of a picture of the pack, line) of each that it shows.
    pictures: tuple[tuple[str, int], ...] = ()
    #: (key of the file, key of the unit that it names there): units of the course that must be there.
    units: tuple[tuple[str, str], ...] = ()

    def line(self, part: str) -> int:
        """Return the line of a part; that of the file where it has none."""
        return self.lines.get(part, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerPath:
    """What one learner meets of a file from its start to its end."""

    #: Parts whose words are read, one as often as it is read.
    parts: tuple[str, ...]
    #: How many answers are given.
    answers: int


class ItemFiles(Protocol[T]):
    """How a question type reads files of its own: its attribute `item_files`. An item of the type names one file.

    It may have two methods more:

    - `ways(reading) -> Iterable[LearnerPath]`: the ways through the file, of which the median says how many minutes it takes; without
      it an item counts as one question (`ways_through`).
    - `draw(reading) -> str`: an SVG of it for its author, `perille packs graph` (`drawing_of`); "" for none.
    """

    #: Folder of a pack in which its files stand, name.toml; no other type may have the same.
    folder: str
    #: Key of the [[item]] table, and of the item's `extra`, that names the file without its ending. Translations find the words of a
    #: file under the context <key>/<name>/<part>.
    key: str

    def read(self, name: str, table: FileTable) -> FileReading[T]:
        """Read a file by its top table; what is wrong with keys and values goes to `table.fault`."""

    def check(self, reading: FileReading[T]) -> Iterable[tuple[int, str]]:
        """Yield (line, message) of what is wrong with the whole; asked only of a file that could be read without a fault."""

    def compiled(self, reading: FileReading[T], picture: NamePicture) -> object:
        """Return what counts of the file beside its words, a dataclass or JSON values: a part of the hash of the course's structure."""

    def attach(self, item: Item, compiled: Any) -> Item:
        """Return an item that carries what `compiled` gave, as JSON values in its `extra`, and has the file's parts beside its own."""


#: Of whatever the files of a type are read into.
AnyItemFiles = ItemFiles[Any]
AnyReading = FileReading[Any]


def item_files_of(interaction: Interaction) -> AnyItemFiles | None:
    """Return how a question type reads files of its own, None where it has none."""
    found: AnyItemFiles | None = getattr(interaction, "item_files", None)
    return found


def ways_through(files: ItemFiles[T], reading: FileReading[T]) -> Iterable[LearnerPath]:
    """Return the ways through a file; none where its type does not say."""
    ways: Callable[[FileReading[T]], Iterable[LearnerPath]] | None = getattr(files, "ways", None)
    return () if ways is None else ways(reading)


def drawing_of(files: ItemFiles[T], reading: FileReading[T]) -> str:
    """Return an SVG of a file for its author, "" where its type draws none."""
    draw: Callable[[FileReading[T]], str] | None = getattr(files, "draw", None)
    return "" if draw is None else draw(reading)
