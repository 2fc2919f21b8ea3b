"""Changes to a TOML file in one place, by lines: comments, order and spelling of everything else stay as they are.

tomllib reads and writes nothing back, and a library that does so writes its own way. Each change here is proved before it is returned: the
new text must parse to the old values with that one change.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import Place, TomlFile, read_toml

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
#: A list that is longer than this stands on several lines.
_WIDE = 110


class UneditableToml(ValueError):
    """The file is written in a way that cannot be changed in one place; nothing was changed."""


def literal(value: object) -> str:
    """Write a value as TOML (1.0.0); raise TypeError for a type that it has no form of."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return value.isoformat() if isinstance(value, date) else repr(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(sign) for sign in value) + '"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {literal(each)}" for key, each in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    raise TypeError(f"{type(value).__name__} cannot be written as TOML")


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    return f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign


def assignment(key: str, value: object) -> str:
    """Return the line or lines that give a key its value."""
    line = f"{key} = {literal(value)}"
    if len(line) <= _WIDE or not isinstance(value, list | tuple) or not value:
        return line
    return "\n".join((f"{key} = [", *(f"    {literal(each)}," for each in value), "]"))


class TomlText:
    """A file's lines, and where its tables and keys stand. It must parse: raise UneditableToml otherwise."""

    def __init__(self, text: str) -> None:
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.text = text.replace("\r\n", "\n")
        diagnostics = Diagnostics()
        self.file: TomlFile = read_toml("file.toml", self.text.removeprefix("\ufeff"), diagnostics)
        if diagnostics.errors:
            raise UneditableToml(diagnostics.errors[0].message)
        self.lines = self.text.split("\n")
        self.places = dict(self.file.places)

    def value_at(self, place: Place) -> Any:
        """Return the value of a place, None where there is none."""
        value: Any = self.file.data
        for step in place:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def set(self, table: Place, key: str, value: object) -> str:
        """Return the text with another value of a key; None takes the key away."""
        wanted = copy.deepcopy(self.file.data)
        target: Any = wanted
        for step in table:
            target = target[step]
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
        if (*table, key) in self.places:
            start, end = self._value_lines((*table, key))
        elif value is None:
            return self._proved(self.lines, wanted)
        else:
            start = end = self._end_of_keys(table)
        new = [] if value is None else assignment(key, value).split("\n")
        return self._proved([*self.lines[:start], *new, *self.lines[end:]], wanted)

    def remove(self, table: Place) -> str:
        """Return the text without a table, its inner tables with it."""
        wanted: Any = copy.deepcopy(self.file.data)
        target = wanted
        for step in table[:-1]:
            target = target[step]
        del target[table[-1]]
        if target == [] and len(table) == 2:
            del wanted[table[0]]
        start, end = self.table_lines(table)
        while start > 0 and not self.lines[start - 1].strip() and end >= len(self.lines):
            start -= 1
        return self._proved([*self.lines[:start], *self.lines[end:]] or [""], wanted)

    def replace_table(self, table: Place, text: str) -> str:
        """Return the text with the lines of a table written anew."""
        start, end = self.table_lines(table)
        tail = [""] if end < len(self.lines) and self.lines[end].strip() else []
        return self._joined([*self.lines[:start], *text.strip("\n").split("\n"), *tail, *self.lines[end:]])

    def append(self, text: str) -> str:
        """Return the text with a table at its end."""
        head = self.text.rstrip("\n")
        return self._joined(
            [*(head.split("\n") if head else []), *([""] if head else []), *text.strip("\n").split("\n"), ""]
        )

    def swap(self, first: Place, second: Place) -> str:
        """Return the text with two tables in each other's place; *first* stands before *second*."""
        (a, b), (c, d) = self.table_lines(first), self.table_lines(second)
        upper, lower = _without_blank(self.lines[a:b]), _without_blank(self.lines[c:d])
        gap, tail = self.lines[a + len(upper) : c], self.lines[c + len(lower) : d]
        return self._joined([*self.lines[:a], *lower, *gap, *upper, *tail, *self.lines[d:]])

    def table_lines(self, table: Place, own: Collection[str] | None = None) -> tuple[int, int]:
        """Return the lines of a table with its inner tables, of *own* names where these are given, from 0; the end is not included."""
        start = self.places[table] - 1
        later = sorted(
            line - 1 for place, line in self._headers() if line - 1 > start and not _is_within(place, table, own)
        )
        end = later[0] if later else len(self.lines)
        while later and end > start + 1 and self.lines[end - 1].lstrip().startswith("#"):
            end -= 1
        return start, end

    def _headers(self) -> list[tuple[Place, int]]:
        return [(place, line) for place, line in self.places.items() if self.lines[line - 1].lstrip().startswith("[")]

    def _value_lines(self, place: Place) -> tuple[int, int]:
        start = self.places[place] - 1
        count = 1
        while (*place, count - 1) in self.places and self.places[(*place, count - 1)] == start + 1 + count:
            count += 1
        return start, start + count

    def _end_of_keys(self, table: Place) -> int:
        """Return the line after the last key of a table itself, where a new key goes."""
        keys = [self._value_lines(place)[1] for place in self.places if self._is_key(place, table)]
        if keys:
            return max(keys)
        return self.places.get(table, 0)

    def _is_key(self, place: Place, table: Place) -> bool:
        if place[:-1] != table or not place or not isinstance(place[-1], str):
            return False
        return not self.lines[self.places[place] - 1].lstrip().startswith("[")

    def _proved(self, lines: list[str], wanted: object) -> str:
        text = "\n".join(lines)
        try:
            same = tomllib.loads(text.removeprefix("\ufeff")) == wanted
        except tomllib.TOMLDecodeError:
            same = False
        if not same:
            raise UneditableToml("this place cannot be changed by itself")
        return self._joined(lines)

    def _joined(self, lines: Sequence[str]) -> str:
        text = "\n".join(lines)
        return text.replace("\n", self.newline) if self.newline != "\n" else text


def _is_within(place: Place, table: Place, own: Collection[str] | None) -> bool:
    inner = place[len(table) : len(table) + 1]
    return place[: len(table)] == table and (own is None or not inner or inner[0] in own)


def _without_blank(lines: list[str]) -> list[str]:
    end = len(lines)
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def table_text(header: str, values: Mapping[str, object]) -> str:
    """Return a table with its keys; mappings and lists of mappings in it become tables of their own after it."""
    lines = [header]
    inner: list[str] = []
    name = re.sub(r"^\[+|\]+$", "", header)
    for key, value in values.items():
        if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
            inner += (table_text(f"[[{name}.{key}]]", each) for each in value)
        elif isinstance(value, Mapping):
            inner.append(table_text(f"[{name}.{key}]", value))
        else:
            lines.append(assignment(key, value))
    return "\n\n".join(("\n".join(lines), *inner))
