"""Questions of a bank: an item put back into its file with every other item untouched, and the form of each type that is installed."""

from __future__ import annotations

from typing import Any

from perille.api.reading import COMMON_KEYS_IN_ORDER
from perille.core.type_aliases import TomlTable
from perille.domain.item_files import AnyItemFiles, item_files_of
from perille.domain.item_form import FileForm, ItemForm, file_form_of, form_of
from perille.packs.authoring.item_forms import DEFAULTS, without_defaults
from perille.packs.source.registry import current_interactions
from perille.packs.source.toml import Place
from perille.studio.toml_edit import TomlText, table_text


def form_named(interaction: str) -> ItemForm | None:
    """Return the form of a question type, None where it has none or is not installed."""
    return form_of(current_interactions().get(interaction))


def item_files_named(interaction: str) -> AnyItemFiles | None:
    """Return how a question type reads files of its own, None where it has none or is not installed."""
    found = current_interactions().get(interaction)
    return None if found is None else item_files_of(found)


def file_form_named(interaction: str) -> FileForm | None:
    """Return the form of the files of a question type, None where it has none."""
    return file_form_of(item_files_named(interaction))


def file_of_item(item: TomlTable) -> str:
    """Return the path of the file that an item names, such as plays/<name>.toml; "" where its type has none."""
    files = item_files_named(str(item.get("interaction", "")))
    name = item.get(files.key) if files is not None else None
    return f"{files.folder}/{name}.toml" if files is not None and isinstance(name, str) and name else ""


def items_of(text: str) -> list[dict[str, Any]]:
    """Return the items of a bank as TOML gives them; raise UneditableToml."""
    found = TomlText(text).file.data.get("item", [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def place_of(bank: TomlText, key: str) -> Place | None:
    """Return where an item stands in its bank, None where it does not."""
    items = bank.file.data.get("item", [])
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("key") == key:
            return ("item", number)
    return None


def item_text(item: TomlTable) -> str:
    """Return an item as its bank writes it."""
    ordered = {key: item[key] for key in COMMON_KEYS_IN_ORDER if key in item} | dict(item)
    return table_text("[[item]]", {key: item[key] for key in ordered})


def put_item(bank: str, item: TomlTable, key: str = "") -> str:
    """Return a bank with an item in place of the one called *key*, or at its end; every other item keeps its bytes."""
    read = TomlText(bank)
    place = place_of(read, key or str(item["key"]))
    if place is None:
        return read.append(item_text(item))
    old = read.value_at(place)
    if without_defaults(old) == without_defaults(item):
        return bank
    # What was written though it says nothing new stays written.
    kept = {name: old[name] for name in DEFAULTS if name in old and old[name] == DEFAULTS[name] and name not in item}
    return read.replace_table(place, item_text({**item, **kept}))


def drop_item(bank: str, key: str) -> str:
    """Return a bank without an item."""
    read = TomlText(bank)
    place = place_of(read, key)
    return bank if place is None else read.remove(place)
