"""Files that belong to one question type, such as plays/*.toml: read by the type, their words and faults kept as those of all files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from perille.core.traceback_places import describe_error
from perille.domain.item import Item
from perille.domain.item_files import AnyItemFiles, AnyReading
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles
from perille.packs.source.markdown import fold, inline
from perille.packs.source.registry import InteractionRegistry
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A file of a question type, as the type read it."""

    name: str
    path: str
    reading: AnyReading
    #: How its type goes on with it.
    files: AnyItemFiles
    #: Name of the question type.
    interaction: str

    @property
    def words(self) -> Mapping[str, str]:
        """Part -> source Markdown."""
        return self.reading.words

    def context(self, part: str) -> str:
        """Return the context under which translations have a part."""
        return f"{self.files.key}/{self.name}/{part}"

    def compiled(self, pack: str) -> object:
        """Return what counts of it beside its words; *pack* goes before the names of its pictures."""
        return self.files.compiled(self.reading, lambda name: f"{pack}/{name}")

    def attached(self, item: Item, pack: str) -> Item:
        """Return an item that names it, with what it needs of the file."""
        return self.files.attach(item, self.compiled(pack))


def read_own_files(files: PackFiles, registry: InteractionRegistry, diagnostics: Diagnostics) -> dict[str, OwnFile]:
    """Read the files of every question type that has some, "folder/name" -> file; what cannot be read is left out."""
    found = {}
    for folder, (interaction, own) in registry.item_files.items():
        for path, name in files.under(folder, ".toml"):
            file = _read(path, name, files.text(path), interaction, own, diagnostics)
            if file is not None:
                found[f"{folder}/{name}"] = file
    return found


def _read(
    path: str, name: str, text: str, interaction: str, own: AnyItemFiles, diagnostics: Diagnostics
) -> OwnFile | None:
    file = read_toml(path, text, diagnostics)
    before = len(diagnostics.errors)
    table = Table(file.data, file, diagnostics)
    table.check_key(name)
    try:
        reading = own.read(name, table)
        words = {part: folded for part, text in reading.words.items() if (folded := fold(text))}
        reading = replace(reading, words=words)
        for line, message in _word_faults(reading):
            diagnostics.add(path, line, message)
        # A file that could not be read whole would have faults as a whole that nobody made.
        if len(diagnostics.errors) == before and file.data:
            for line, message in own.check(reading):
                diagnostics.add(path, line, message)
    except Exception as error:
        # A stranger's type: what it does wrong is a fault of this file, and ends nothing else.
        table.fault(f"The interaction {interaction} cannot read it ({describe_error(error)})")
        return None
    return OwnFile(name=name, path=path, reading=reading, files=own, interaction=interaction)


def _word_faults(reading: AnyReading) -> Iterator[tuple[int, str]]:
    for part, text in reading.words.items():
        yield from ((reading.line(part), f"{part}: {message}") for message in inline(text).diagnostics)
