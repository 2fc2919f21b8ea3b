"""Reading tables of TOML into typed values: every wrong or unknown key is a fault, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from perille.api import did_you_mean
from perille.domain.refresher import PREFIX
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import Place, TomlFile

E = TypeVar("E", bound=StrEnum)

#: Keys of units, blocks, items and slugs.
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Words that are addresses (design, section 5); no unit or slug may take one.
RESERVED = frozenset(
    {
        "badge",
        "certificate",
        "errands",
        "help",
        "next",
        "offline",
        "print",
        "refresher",
        "remind",
        "resume",
        "start",
        "test",
        "word-list",
    }
)


class Table:
    """One table of a file. Each `take_*` remembers its key; `refuse_unknown` then names the keys nobody took."""

    def __init__(self, data: object, file: TomlFile, diagnostics: Diagnostics, place: Place = ()) -> None:
        self.data: dict[str, object] = data if isinstance(data, dict) else {}
        self.file = file
        self.diagnostics = diagnostics
        self.place = place
        self._known: set[str] = set()
        if not isinstance(data, dict):
            self.fault(f'"{place[-1] if place else ""}" must be a table')

    @property
    def line(self) -> int:
        """The line on which the table begins."""
        return self.file.line(self.place)

    def line_of(self, key: str) -> int:
        """Return the line of a key."""
        return self.file.line((*self.place, key))

    def fault(self, message: str, key: str = "") -> None:
        """Keep a fault at a key, or at the table's beginning."""
        self.diagnostics.add(self.file.path, self.line_of(key) if key else self.line, message)

    def _value(self, key: str) -> object:
        self._known.add(key)
        return self.data.get(key)

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""
        return key in self.data

    def take_text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Return a string, stripped; an empty required one is a fault."""
        value = self._value(key)
        if value is None and not required:
            return default
        if not isinstance(value, str):
            self.fault(f'"{key}" is missing' if value is None else f'"{key}" must be a text in quotes', key)
            return default
        if required and not value.strip():
            self.fault(f'"{key}" is empty', key)
        return value.strip()

    def take_key(self, key: str, *, reserved: frozenset[str] = frozenset()) -> str:
        """Return a required key or slug: lower-case letters, digits and hyphens."""
        value = self.take_text(key, required=True)
        if value:
            self.check_key(value, key, reserved=reserved)
        return value

    def check_key(self, value: str, key: str = "", *, reserved: frozenset[str] = frozenset()) -> None:
        """Keep a fault where *value* cannot be a key or is an address already."""
        if not KEY.fullmatch(value) or len(value) > 80:
            self.fault(f'"{value}" must be lower-case letters, digits and hyphens, 80 at most', key)
        elif value in reserved or (reserved and value.startswith(PREFIX)):
            self.fault(f'"{value}" is an address of its own and cannot be a name', key)

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty where it is left out."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(f'"{key}" must be a list of texts in quotes', key)
            return ()
        if any(not each.strip() for each in value):
            self.fault(f'"{key}" has an empty text', key)
        return tuple(each.strip() for each in value)

    def boolean(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self._value(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault(f'"{key}" must be true or false', key)
        return default

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number between two bounds."""
        value = self._value(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(f'"{key}" must be a whole number from {low} to {high}', key)
            return default
        return value

    def fraction(self, key: str) -> float | None:
        """Return a number from 0 to 1, or None where it is left out."""
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            self.fault(f'"{key}" must be a number from 0 to 1', key)
            return None
        return float(value)

    def take_one_of(self, key: str, words: type[E], default: E | None) -> E | None:
        """Return a word of a vocabulary; *default* None makes it required."""
        value = self.take_text(key, required=default is None)
        if not value:
            return default
        try:
            return words(value)
        except ValueError:
            choices = ", ".join(words)
            self.fault(f'"{key}" cannot be "{value}"{did_you_mean(value, words)} It may be: {choices}', key)
            return default

    def take_day(self, key: str, *, required: bool = False) -> date | None:
        """Return a date without a time."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.fault(f'"{key}" must be a date such as 2026-11-22, without quotes', key)
        elif required:
            self.fault(f'"{key}" is missing', key)
        return None

    def take_table(self, key: str) -> Table | None:
        """Return an inner table, or None where it is left out."""
        value = self._value(key)
        return None if value is None else Table(value, self.file, self.diagnostics, (*self.place, key))

    def take_tables(self, key: str) -> tuple[Table, ...]:
        """Return the tables of an array."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(f"Write [[{key}]] with two brackets: there may be several", key)
            return ()
        return tuple(Table(each, self.file, self.diagnostics, (*self.place, key, n)) for n, each in enumerate(value))

    def take_named(self, key: str) -> dict[str, Table]:
        """Return the tables of a table of tables, by name."""
        tables = self.take_table(key)
        return (
            {}
            if tables is None
            else {n: Table(v, self.file, self.diagnostics, (*tables.place, n)) for n, v in tables.data.items()}
        )

    def refuse_unknown(self, also: Iterable[str] = ()) -> None:
        """Keep a fault for each key that was never taken and is not in *also*."""
        known = sorted(self._known.union(also))
        for key in self.data:
            if key not in known:
                self.fault(f'"{key}" is not a known key{did_you_mean(key, known)} Known: {", ".join(known)}', key)
