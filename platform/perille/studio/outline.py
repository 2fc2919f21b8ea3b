"""The outline of a draft: its units in their order, and changes to pack.toml that leave every other line as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perille.core.letters import collapse_whitespace
from perille.domain.course import UnitKind
from perille.packs.authoring.item_forms import key_from
from perille.packs.format.lesson_model import EASY
from perille.packs.format.manifest import MANIFEST, Manifest, UnitSpec
from perille.packs.source.toml_table import RESERVED
from perille.studio.drafts import manifest_of
from perille.studio.lesson_source import LessonSource
from perille.studio.toml_edit import TomlText, UneditableToml, table_text

Files = Mapping[str, bytes]
#: Changed files, None for one that goes.
Changes = dict[str, bytes | None]


@dataclass(frozen=True, slots=True)
class OutlineUnit:
    """A unit as the outline shows it."""

    key: str
    kind: str
    title: str
    minutes: int
    core: bool
    #: Slug of the library that it is taken from, "" for the draft's own.
    library: str
    #: Names of its lessons' files under lessons/, without the ending: one, or one for each country; then the easy version.
    lessons: tuple[str, ...]
    #: Bank that a test asks.
    items: str


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A block of pack.toml with its units."""

    key: str
    title: str
    units: tuple[OutlineUnit, ...]


def outline_of(files: Files) -> tuple[OutlinePart, ...]:
    """Return the parts of a draft with their units, as far as pack.toml can be read."""
    manifest = manifest_of(files.get(MANIFEST, b""), "")
    return tuple(
        OutlinePart(
            block.key, block.title, tuple(_unit(files, manifest, name.key, name.library) for name in block.units)
        )
        for block in manifest.blocks
    )


def _unit(files: Files, manifest: Manifest, key: str, library: str) -> OutlineUnit:
    # A unit of which pack.toml says nothing is a lesson.
    spec = manifest.unit(key) or UnitSpec(key=key, line=0)
    lessons = () if library else _lessons_of(files, key)
    title = spec.title
    if not title and lessons:
        title = LessonSource(files[f"lessons/{lessons[0]}.md"].decode("utf-8", "replace")).title
    return OutlineUnit(
        key=key,
        kind=str(spec.kind or UnitKind.LESSON),
        title=title or key,
        minutes=spec.minutes or 0,
        core=spec.core is not False,
        library=library,
        lessons=lessons,
        items=spec.items,
    )


def _lessons_of(files: Files, key: str) -> tuple[str, ...]:
    """Return the names of a unit's files of lessons: its own, those of countries, and easy words last."""
    named = re.compile(rf"lessons/({re.escape(key)}(?:\.(?:[a-z]{{2}}|easy))?)\.md")
    found = [match.group(1) for path in sorted(files) if (match := named.fullmatch(path))]
    return tuple(sorted(found, key=lambda name: name.endswith(EASY)))


def manifest_text(files: Files) -> str:
    """Return pack.toml of a draft."""
    return files.get(MANIFEST, b"").decode("utf-8", "surrogateescape")


def _changed(text: str) -> Changes:
    return {MANIFEST: text.encode("utf-8", "surrogateescape")}


def set_values(files: Files, values: Mapping[str, object]) -> Changes:
    """Return pack.toml with other values of its first keys, such as title and summary; None takes a key out."""
    text = manifest_text(files)
    for key, value in values.items():
        read = TomlText(text)
        if read.value_at((key,)) != value:
            text = read.set((), key, value)
    return _changed(text)


def add_unit(
    files: Files, part: int, title: str, kind: UnitKind, also: Mapping[str, object] | None = None
) -> tuple[str, Changes]:
    """Return the key of a new unit at the end of a part, and the changes: pack.toml, and the lesson's or the bank's file."""
    read = TomlText(manifest_text(files))
    taken = [*read.file.data.get("unit", {}), *RESERVED]  # type: ignore[misc]
    title = collapse_whitespace(title)
    key = key_from(title, taken, str(kind))
    values: dict[str, object] = {"kind": str(kind)}
    values |= {} if kind is UnitKind.LESSON else {"title": title}
    text = read.append(table_text(f"[unit.{key}]", values | {"minutes": 1} | dict(also or {})))
    read = TomlText(text)
    text = read.set(("block", part), "units", [*(read.value_at(("block", part, "units")) or []), key])
    changes = _changed(text)
    if kind is UnitKind.LESSON:
        changes[f"lessons/{key}.md"] = f"# {title}\n".encode()
    return key, changes


def add_test(files: Files, part: int, title: str) -> tuple[str, Changes]:
    """Return the key of a new test with a bank of its own, and the changes."""
    read = TomlText(manifest_text(files))
    key = key_from(title, [*read.file.data.get("unit", {}), *RESERVED], "check")  # type: ignore[misc]
    also = {"items": key, "move_on": "Passed", "mastery": 0.8}
    found, changes = add_unit(files, part, title, UnitKind.ASSESSMENT, also)
    changes[f"items/{found}.toml"] = b""
    return found, changes


def move_unit(files: Files, key: str, step: int) -> Changes:
    """Return pack.toml with a unit one place earlier (-1) or later (1); over the edge of a part it goes to the next part."""
    read = TomlText(manifest_text(files))
    parts = [list(part) for part in _unit_names(read)]
    part, at = next(
        ((p, n) for p, names in enumerate(parts) for n, name in enumerate(names) if name.rpartition(":")[2] == key),
        (0, -1),
    )
    if at < 0:
        return {}
    name = parts[part].pop(at)
    if 0 <= at + step <= len(parts[part]):
        parts[part].insert(at + step, name)
    elif 0 <= part + step < len(parts):
        parts[part + step].insert(len(parts[part + step]) if step < 0 else 0, name)
    else:
        return {}
    return _changed(_with_units(read, parts))


def remove_unit(files: Files, key: str) -> Changes:
    """Return the changes that take a unit out, its lesson and a bank that no other unit asks with it. Undo brings all of it back."""
    read = TomlText(manifest_text(files))
    own = not any(":" in name and name.rpartition(":")[2] == key for part in _unit_names(read) for name in part)
    parts = [[name for name in part if name.rpartition(":")[2] != key] for part in _unit_names(read)]
    bank = read.value_at(("unit", key, "items"))
    text = _with_units(read, parts)
    if read.value_at(("unit", key)) is not None:
        text = TomlText(text).remove(("unit", key))
    changes = _changed(text)
    if own:
        changes |= {f"lessons/{name}.md": None for name in _lessons_of(files, key)}
    path = f"items/{bank}.toml"
    if bank and path in files and bank not in _asked_banks(text):
        changes[path] = None
    return changes


def _asked_banks(text: str) -> list[object]:
    """Return the banks that units ask with."""
    return [unit.get("items") for unit in TomlText(text).file.data.get("unit", {}).values()]  # type: ignore[attr-defined]


def _unit_names(read: TomlText) -> list[list[str]]:
    blocks: Any = read.file.data.get("block", [])
    return [list(block.get("units", [])) for block in blocks]


def _with_units(read: TomlText, parts: Sequence[Sequence[str]]) -> str:
    text = read.text
    for number, names in enumerate(parts):
        now = TomlText(text)
        if now.value_at(("block", number, "units")) != list(names):
            text = now.set(("block", number), "units", list(names))
    return text if read.newline == "\n" else text.replace("\r\n", "\n").replace("\n", read.newline)


def rename_pack(files: Files, slug: str) -> Changes:
    """Return pack.toml with another address, and the id that goes with it: a copy has a name of its own."""
    kind = str(manifest_of(files.get(MANIFEST, b""), "").kind)
    prefix = "module" if kind == "module" else "course"
    return set_values(files, {"id": f"{prefix}_{slug.replace('-', '_')}", "slug": slug})


def set_minutes(files: Files, minutes: Mapping[str, int]) -> Changes:
    """Return pack.toml with the minutes of its units as they were counted."""
    text = manifest_text(files)
    for key, count in minutes.items():
        read = TomlText(text)
        if read.value_at(("unit", key)) is not None and read.value_at(("unit", key, "minutes")) != count:
            text = read.set(("unit", key), "minutes", count)
    return _changed(text)


__all__ = ["Changes", "Files", "OutlinePart", "OutlineUnit", "UneditableToml", "outline_of"]
