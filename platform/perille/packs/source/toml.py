"""TOML with line numbers. tomllib gives values without their place, so a scan of our own finds the lines of keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from perille.packs.source.diagnostics import Diagnostics

#: Where a value stands: keys of tables and numbers of array entries.
Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=(.*)$", re.DOTALL)
_PARTS = re.compile(_PART)
#: A key of so many parts: no file has one, and tomllib takes the square of them.
_DEEPEST = 200
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_DEEPEST}}}")
_TOO_DEEP = "This is not TOML that can be read: it is nested too deeply"
_ERROR_LINE = re.compile(r"\(at line (\d+), column \d+\)")
#: What matters for finding where a value ends; a string that nothing closes goes on to the end of its line.
_MARKS = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*+"?|\'[^\'\n]*+\'?|#[^\n]*|[\[\]{}]')
#: A value that ends on its line, as most do: a string, a number, a word, a row of strings.
_ON_ONE_LINE = re.compile(r'\s*+(?:"(?:\\.|[^"\\\n])*+"|[\w.:+-]++|\[(?:\s*+"(?:\\.|[^"\\\n])*+"\s*+,?)*+\s*+\])\s*+')
#: What matters inside a text of several lines: up to two more quotes than three belong to its words.
_ENDS = {'"""': re.compile(r'\\.|("{3,5})'), "'''": re.compile(r"('{3,5})")}


@dataclass(frozen=True)
class TomlFile:
    """A parsed file that knows the line of each of its keys."""

    path: str
    text: str
    data: dict[str, object]

    @cached_property
    def places(self) -> dict[Place, int]:
        """The line of each table and key, and of each further line of a value as (*place, 0), (*place, 1) ..."""
        return dict(_scan(self.text.split("\n")))

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest one around it; 1 for the file as a whole."""
        while place:
            if place in self.places:
                return self.places[place]
            place = place[:-1]
        return 1


def read_toml(path: str, text: str, diagnostics: Diagnostics) -> TomlFile:
    """Parse a file; a broken one gives a fault and an empty table."""
    if _may_be_deep(text) and (deep := _DEEP_KEY.search(text)):
        diagnostics.add_root(path, text.count("\n", 0, deep.start()) + 1, _TOO_DEEP)
        return TomlFile(path, text, {})
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = _ERROR_LINE.search(str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        diagnostics.add_root(path, line, f"This is not TOML: {_ERROR_LINE.sub('', str(error)).strip()}")
        return TomlFile(path, text, {})
    except RecursionError:
        diagnostics.add_root(path, 1, _TOO_DEEP)
        return TomlFile(path, text, {})


def _may_be_deep(text: str) -> bool:
    """Tell whether a line has as many dots as a key of too many parts; the search for one costs more than reading most files."""
    return any(line.count(".") >= _DEEPEST for line in text.split("\n"))


def _scan(lines: list[str]) -> Iterator[tuple[Place, int]]:
    """Yield the place of each table header and key with its line."""
    table: Place = ()
    counts: dict[Place, int] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if "[" in line and (header := _HEADER.match(line)):
            table = _table(header, counts)
            yield table, number
        elif key := _KEY.match(line):
            place = (*table, *_names(key.group(1)))
            yield place, number
            for offset in range(_continued(key.group(2), lines, number)):
                number += 1
                yield (*place, offset), number


def _table(header: re.Match[str], counts: dict[Place, int]) -> Place:
    """Return the place a header opens, with the number of each array entry it stands in."""
    place: Place = ()
    names = _names(header.group(2))
    for depth, name in enumerate(names, 1):
        place = (*place, name)
        if depth == len(names) and header.group(1) == "[[":
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PARTS.findall(text))


def _continued(value: str, lines: list[str], start: int) -> int:
    """Return over how many further lines a value goes on."""
    if _ON_ONE_LINE.fullmatch(value):
        return 0
    (depth, quote), taken = _weigh(value, 0, ""), 0
    while (depth > 0 or quote) and start + taken < len(lines):
        depth, quote = _weigh(lines[start + taken], depth, quote)
        taken += 1
    return taken


def _weigh(text: str, depth: int, quote: str) -> tuple[int, str]:
    """Return the depth of brackets and the open triple quote after *text*."""
    at = 0
    while found := (_ENDS[quote] if quote else _MARKS).search(text, at):
        at, mark = found.end(), found[0]
        if quote:
            quote = "" if found[1] else quote
        elif mark in _ENDS:
            quote = mark
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
    return depth, quote
