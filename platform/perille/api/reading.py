"""Reading of [[item]] tables: every fault is remembered, so that an author sees all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from perille.domain.item import Item, ItemFault, ItemReading, ItemTable, Option

#: Keys that every item may have, in the order in which they are written.
COMMON_KEYS_IN_ORDER = (
    "key",
    "interaction",
    "objective",
    "critical",
    "difficulty",
    "country",
    "prompt",
    "hint",
    "picture",
    "picture_description",
)
COMMON_KEYS = frozenset(COMMON_KEYS_IN_ORDER)
#: Keys of items, of what is in them, and names of files.
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PICTURE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_EASIEST, _HARDEST = 1, 3


class TableReader:
    """Reads one table of TOML; `faults` is shared with the tables inside it."""

    def __init__(self, table: Mapping[str, object], known: Iterable[str], faults: list[str], where: str = "") -> None:
        self.table = table
        self.faults = faults
        self._where = where
        known = frozenset(known)
        for key in table:
            if key not in known:
                self.fault(_unknown(str(key), known))

    def fault(self, message: str) -> None:
        """Remember one fault, with the place where it is."""
        self.faults.append(self._where + message)

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return the words under *key* on one line; "" where there are none."""
        value = self.table.get(key)
        if value is None:
            if needed:
                self.fault(f"'{key}' is missing")
            return ""
        if not isinstance(value, str):
            self.fault(f"'{key}' must be text in quotes")
            return ""
        if not value.strip():
            self.fault(f"'{key}' is empty: write words or leave it out")
        return " ".join(value.split())

    def flag(self, key: str) -> bool:
        """Return true or false under *key*; False where it is left out."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"'{key}' must be true or false")
        return value is True

    def shaped(self, key: str, shape: re.Pattern[str], rule: str, *, needed: bool = False) -> str:
        """Return the text under *key*, which must have that shape; *rule* says it in words."""
        value = self.text(key, needed=needed)
        if value and not shape.fullmatch(value):
            self.fault(f"'{key}' must be {rule}, not '{value[:60]}'")
        return value

    def own_key(self) -> str:
        """Return `key` of this table."""
        return self.shaped("key", KEY, "lower-case letters, digits and hyphens", needed=True)

    def picture(self, *, needed: bool = False) -> str:
        """Return `picture`, the name of a file in media/ without its ending."""
        return self.shaped("picture", _PICTURE, "the name of a picture without folder and ending", needed=needed)

    def tables(self, key: str, known: Iterable[str], *, least: int) -> Iterator[TableReader]:
        """Yield a reader for each [[item.<key>]] table; a fault where there are fewer than *least*."""
        value = self.table.get(key, [])
        tables = value if isinstance(value, list) else []
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in tables):
            self.fault(f"'{key}' must be written as [[item.{key}]] tables")
        elif len(tables) < least:
            self.fault(f"needs at least {least} [[item.{key}]]")
        for number, table in enumerate(tables, 1):
            if isinstance(table, Mapping):
                yield TableReader(table, known, self.faults, f"{self._where}{key} {number}: ")

    def no_doubles(self, what: str, values: Iterable[str]) -> None:
        """Refuse a value that stands twice: the two could not be told apart. Empty ones have a fault already."""
        seen: set[str] = set()
        for value in values:
            if value and value in seen:
                self.fault(f"two {what} are the same: '{value[:60]}'")
            seen.add(value)


class ItemReader(TableReader):
    """Reads an [[item]] table: the common keys at once, the interaction's own as it asks for them."""

    def __init__(self, table: ItemTable, interaction: str, keys: Iterable[str]) -> None:
        super().__init__(table, COMMON_KEYS | set(keys), [])
        #: Part -> words in the source language.
        self.words: dict[str, str] = {}
        self._values: dict[tuple[str, str], list[str]] = {}
        self._interaction = interaction
        self._key = self.own_key()
        self._picture = self.picture()
        self.word("prompt", self.text("prompt", needed=True))
        self.word("hint", self.text("hint"))
        self._read_description()

    def _read_description(self) -> None:
        description = self.text("picture_description", needed=bool(self._picture))
        if description and "picture" not in self.table:
            self.fault("'picture_description' stands without 'picture'")
        self.word("picture_description", description)

    def word(self, part: str, text: str) -> None:
        """Keep the words of a part; an empty text is no part."""
        if text:
            self.words[part] = text

    def feedback(self, *keys: str) -> None:
        """Read the words that are said after an answer."""
        for key in keys:
            self.word(key, self.text(key))

    def options(
        self,
        kind: str,
        needed: Sequence[str],
        *,
        spare: Sequence[str] = (),
        also: Sequence[str] = (),
        needs: Mapping[str, bool] | None = None,
        least: int,
    ) -> tuple[Option, ...]:
        """Read the [[item.<kind>]] tables; *needed* and *spare* are their words, *also* is "right", "picture" or "illustration".

        The first of *needed* must differ from table to table. A picture is needed where *also* has it; where *also* has
        "illustration", `picture` may name one that stands beside the words in picture mode. *needs* are keys of
        other tables that they name, and whether they must: `values_of` returns them.
        """
        options = []
        keys = {"key", *needed, *spare, *(needs or ()), *_written_keys(also)}
        for entry in self.tables(kind, keys, least=least):
            key = entry.own_key()
            for name, must in (needs or {}).items():
                self._values.setdefault((kind, name), []).append(entry.text(name, needed=must))
            for name in (*needed, *spare):
                self.word(f"{kind}/{key}/{name}", entry.text(name, needed=name in needed))
            picture = entry.picture(needed=True) if "picture" in also else ""
            beside = entry.picture() if "illustration" in also else ""
            right = "right" in also and entry.flag("right")
            options.append(Option(key=key, right=right, picture=picture, illustration=beside))
        self.no_doubles(f"keys of {kind}", (option.key for option in options))
        self.no_doubles(f"texts of {kind}", self.words_of(kind, needed[0]))
        return tuple(options)

    def values_of(self, kind: str, name: str) -> tuple[str, ...]:
        """Return what each [[item.<kind>]] table has under a key that `options` was told of, "" where it has nothing."""
        return tuple(self._values.get((kind, name), ()))

    def words_of(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the words under *name* of all [[item.<kind>]] tables."""
        return tuple(
            text for part, text in self.words.items() if part.startswith(f"{kind}/") and part.endswith(f"/{name}")
        )

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """Return the whole number under *key*, from *least* to *most*."""
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"'{key}' must be a whole number from {least} to {most}")
            return default
        return value

    def finish(
        self,
        *,
        options: tuple[Option, ...] = (),
        extras: tuple[str, ...] = (),
        accepted: tuple[str, ...] = (),
        tolerance: str = "0",
        extra: Mapping[str, object] | None = None,
    ) -> ItemReading:
        """Return the item and its words, or raise ItemFault with all faults of the table."""
        item = Item(
            key=self._key,
            interaction=self._interaction,
            objective=self.text("objective"),
            critical=self.flag("critical"),
            difficulty=self.whole("difficulty", _EASIEST, _EASIEST, _HARDEST),
            country=self.shaped("country", _COUNTRY, "two capital letters, such as FI"),
            picture=self._picture,
            options=options,
            extras=extras,
            accepted=accepted,
            tolerance=tolerance,
            extra=extra or {},
            parts=tuple(self.words),
        )
        if self.faults:
            raise ItemFault(*self.faults)
        return ItemReading(item=item, words=self.words)


def _written_keys(also: Iterable[str]) -> Iterator[str]:
    """Yield the keys that a table may have: an author writes `picture` for both kinds of them."""
    return ("picture" if each == "illustration" else each for each in also)


def _unknown(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key[:60], sorted(known), n=1, cutoff=0.5)
    return f"unknown key '{key[:60]}'" + (f": did you mean '{near[0]}'?" if near else "")
