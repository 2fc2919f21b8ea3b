"""Banks: items/*.toml, read through the interactions that are registered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from perille.api import COMMON_KEYS, Interaction, Item, ItemFault, ItemReading, did_you_mean
from perille.core.traceback_places import describe_error
from perille.domain.item import has_own_buttons, is_scored
from perille.domain.item_files import item_files_of
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import fold, inline
from perille.packs.source.registry import InteractionRegistry
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table

MAX_ITEMS = 500
_INNER = re.compile(r"(\w+) (\d+): ")
_QUOTED = re.compile(r"'([a-z_]+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankItem:
    """An item as its bank has it."""

    item: Item
    #: Part -> source Markdown.
    words: Mapping[str, str]
    bank: str
    path: str
    line: int
    #: The question type that read it.
    interaction: Interaction
    #: Line of its objective, or of the item where it has none.
    objective_line: int = 1

    @property
    def scored(self) -> bool:
        """Whether its answers count in a score."""
        return is_scored(self.interaction)

    @property
    def own_buttons(self) -> bool:
        """Whether its template has the buttons that send the form."""
        return has_own_buttons(self.interaction)

    @property
    def own_file(self) -> str:
        """The file of its question type that it names, "folder/name", or ""."""
        own = item_files_of(self.interaction)
        name = self.item.extra.get(own.key) if own is not None else None
        return f"{own.folder}/{name}" if own is not None and isinstance(name, str) else ""

    def pictures(self) -> Iterator[str]:
        """Yield the names of its pictures."""
        options = (name for option in self.item.options for name in (option.picture, option.illustration))
        yield from (name for name in (self.item.picture, *options) if name)


def read_bank(
    path: str, bank: str, text: str, registry: InteractionRegistry, diagnostics: Diagnostics
) -> tuple[BankItem, ...]:
    """Read a bank in its order; an item that cannot be used gives its faults and is left out."""
    file = read_toml(path, text, diagnostics)
    top = Table(file.data, file, diagnostics)
    tables = top.take_tables("item")
    top.refuse_unknown()
    if not tables and file.data:
        diagnostics.add(path, 1, "The bank has no [[item]]")
    read = (_read_table(each, bank, registry) for each in tables[:MAX_ITEMS])
    return tuple(item for item in read if item is not None)


def _read_table(table: Table, bank: str, registry: InteractionRegistry) -> BankItem | None:
    with table.diagnostics.about_item(str(table.data.get("key", ""))):
        return _read_item(table, bank, registry)


def _read_item(table: Table, bank: str, registry: InteractionRegistry) -> BankItem | None:
    name = table.take_text("interaction", required=True)
    interaction = registry.get(name)
    if interaction is None:
        if name:
            table.fault(
                f'"{name}" is no interaction{did_you_mean(name, registry.names)} Known: {", ".join(registry.names)}',
                "interaction",
            )
        return None
    reading = _through(interaction, table)
    if reading is None:
        return None
    key = table.take_key("key")
    table.refuse_unknown(COMMON_KEYS | interaction.keys)
    words = {part: fold(text) for part, text in reading.words.items() if text.strip()}
    for part, text in words.items():
        _check_words(table, key, part, text)
    if reading.item.picture and "picture_description" not in words:
        table.fault(
            f'Item {key}: the picture "{reading.item.picture}" has no description: add picture_description', "picture"
        )
    return BankItem(
        item=reading.item,
        words=words,
        bank=bank,
        path=table.file.path,
        line=table.line,
        objective_line=table.line_of("objective"),
        interaction=interaction,
    )


def _through(interaction: Interaction, table: Table) -> ItemReading | None:
    """Let the interaction read its table; what a stranger's does wrong is a fault of the item, not of the platform."""
    key = table.data.get("key", "")
    try:
        return interaction.read(table.data)
    except ItemFault as fault:
        for message in fault.faults:
            line = table.file.line((*table.place, *_place_of(message)))
            table.diagnostics.add(table.file.path, line, f"Item {key}: {message}")
    except Exception as error:
        table.fault(f"Item {key}: the interaction {interaction.name} cannot read it ({describe_error(error)})")
    return None


def _place_of(message: str) -> tuple[str | int, ...]:
    """Return where a message such as "choice 2: 'text' is missing" belongs, as far as it says so."""
    inner, quoted = _INNER.match(message), _QUOTED.search(message)
    place: tuple[str | int, ...] = (inner.group(1), int(inner.group(2)) - 1) if inner else ()
    return (*place, quoted.group(1)) if quoted else place


def _check_words(table: Table, key: str, part: str, text: str) -> None:
    for message in inline(text).diagnostics:
        table.diagnostics.add(table.file.path, table.file.line((*table.place, part)), f"Item {key}, {part}: {message}")
