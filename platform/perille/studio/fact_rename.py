"""Another name for a fact: its table, what stands in its place, every sentence that names it, and its words in every catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from perille.core.type_aliases import TomlTable
from perille.packs.authoring.fact_list import facts_named
from perille.packs.format.loading import LoadedPack
from perille.studio.fact_source import facts_in, path_of, place_of
from perille.studio.toml_edit import TomlText, UneditableToml

#: Files in which sentences stand.
_WITH_WORDS = (".md", ".toml", ".po")
#: Where a program that wraps catalogues broke a text; old words stand behind "#|", those that are gone behind "#~".
_BREAK = r'(?:"\r?\n(?:#[|~][ |]*)?")?'
#: Space within a slot.
_SPACE = rf"(?:[ \t]{_BREAK})*"
_BROKEN = re.compile(r'"\r?\n(?:#[|~][ |]*)?"')


@dataclass(frozen=True, slots=True)
class Renaming:
    """A fact that gets another name."""

    country: str
    key: str
    name: str
    #: Whether sentences that name no country mean this fact.
    is_meant_alone: bool = True


def renamed_files(files: Mapping[str, bytes], wanted: Renaming) -> dict[str, bytes | None]:
    """Return the files that change, each whole; raise UneditableToml where one of them cannot be changed by a form."""
    path = path_of(wanted.country)
    found: dict[str, bytes | None] = {}
    for each, body in files.items():
        if not each.endswith(_WITH_WORDS):
            continue
        text = body.decode("utf-8", "surrogateescape")
        new = _in_catalogue(text, wanted) if each.endswith(".po") else _in_sentences(text, wanted)
        new = _table_renamed(new, wanted.key, wanted.name) if each == path else new
        if new != text:
            found[each] = new.encode("utf-8", "surrogateescape")
    return found


def countries_meant(pack: LoadedPack, key: str) -> set[str]:
    """Return the countries of which sentences that name a fact without a country show it; none where there are none.

    A lesson for several countries shows each of them its own.
    """
    slot = re.compile(rb"\{fact:\s*" + re.escape(key).encode() + rb"\s*\}")
    is_named = any(slot.search(body) for path, body in pack.files.files.items() if path.endswith((".md", ".toml")))
    return {code for code, named in facts_named(pack) if named == key} if is_named else set()


def _in_sentences(text: str, wanted: Renaming) -> str:
    country = f"(?:{wanted.country}/)" + ("?" if wanted.is_meant_alone else "")
    return re.sub(rf"(\{{fact:\s*{country}){re.escape(wanted.key)}(?=\s*\}})", rf"\g<1>{wanted.name}", text)


def _in_catalogue(text: str, wanted: Renaming) -> str:
    """Return a catalogue in which sentences, and the contexts of the fact's own words, name it anew."""
    country = f"(?:{_spread(f'{wanted.country}/')})" + ("?" if wanted.is_meant_alone else "")
    slot = rf"{_spread('{fact:')}{_SPACE}{country}{_spread(wanted.key)}{_SPACE}\}}"
    text = re.sub(slot, lambda found: _slot_anew(found[0], wanted), text)
    # What stands under the new name is of a fact that is gone. Two blocks of one name and source would make the catalogue unreadable.
    before, after = (f"fact/{wanted.country}/{each}/" for each in (wanted.key, wanted.name))
    names = {before: after, after: before}
    context = rf'(?<=msgctxt "){_BREAK}(?:{"|".join(map(_spread, names))})'
    return re.sub(context, lambda found: _with_break(found[0], names[_BROKEN.sub("", found[0])]), text)


def _spread(text: str) -> str:
    """Return a pattern for a text that may be broken between any two of its letters."""
    return "".join(re.escape(letter) + _BREAK for letter in text)


def _slot_anew(found: str, wanted: Renaming) -> str:
    start, _key, end = _BROKEN.sub("", found).rpartition(wanted.key)
    return _with_break(found, f"{start}{wanted.name}{end}")


def _with_break(found: str, new: str) -> str:
    """Return new words with the break that stood within the old ones, after them."""
    broken = _BROKEN.search(found)
    return new + (broken[0] if broken else "")


def _table_renamed(text: str, key: str, name: str) -> str:
    """Return a country's file in which a fact, and what names it to be shown in its place, has another name."""
    before = facts_in(text)
    wanted = {name if each == key else each: _instead_of(table, key, name) for each, table in before.items()}
    read = TomlText(text)
    new = _with_header(read, key, name)
    for each, table in wanted.items():
        if name in table.get("instead", ()):
            new = TomlText(new).set(place_of(each), "instead", table["instead"]).replace("\r\n", "\n")
    if name in before or facts_in(new) != wanted:
        raise UneditableToml(f"{key} cannot be renamed by itself")
    return new.replace("\n", read.newline)


def _with_header(read: TomlText, key: str, name: str) -> str:
    """Return a file whose tables of a fact begin with its other name."""
    lines = list(read.lines)
    for place in (place_of(key), (*place_of(key), "links")):
        if place in read.places:
            number = read.places[place] - 1
            lines[number] = _header_of(lines[number], place, name)
    return "\n".join(lines)


def _instead_of(table: TomlTable, key: str, name: str) -> TomlTable:
    if key not in table.get("instead", ()):
        return table
    return {**table, "instead": [name if each == key else each for each in table["instead"]]}


def _header_of(line: str, place: tuple[object, ...], name: str) -> str:
    """Return the line at which a table begins with another name; a comment behind it stays."""
    found = re.match(r"\s*\[[^\[\]]*\]", line)
    if found is None:
        return line
    inner = ".links" if place[-1] == "links" else ""
    return f"[{name}{inner}]{line[found.end() :]}"
