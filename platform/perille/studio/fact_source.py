"""A country's facts as a form has them, and a file of facts in which one fact changes: every other line keeps its bytes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from perille.core.letters import collapse_whitespace
from perille.core.type_aliases import TomlTable
from perille.packs.format.facts import read_facts
from perille.packs.source.diagnostics import Diagnostic, Diagnostics
from perille.packs.source.toml import Place
from perille.studio.toml_edit import TomlText, UneditableToml, table_text

#: Fields of a form, in the order in which a new fact has them.
TEXTS = ("kind", "label", "value", "e164", "hours")
LISTS = ("languages", "topics", "instead")
SWITCHES = ("interpreter", "free")
DAYS = ("checked_on", "review_due", "valid_from", "valid_to", "changed_on")
ORDER = (
    *TEXTS,
    "languages",
    *SWITCHES,
    "for_whom",
    "topics",
    "help",
    "instead",
    "links",
    "source",
    "source_name",
    "confidence",
    "checked_by",
    "page_date",
    *DAYS,
)
_KEY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
LONGEST_KEY = 80
#: The name of a key at which a check found something.
_NAMED = re.compile(r'"(\w+)"')
_SEPARATORS = re.compile(r"[,;\s]+")
_ADDRESS = re.compile(r"https?://[^\s\"<>]+\.[^\s\"<>]+")
#: A link in a language stands on a line: "fi https://example.org".
_LINK = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)\s+(\S+)")


def path_of(country: str) -> str:
    """Return the file of a country's facts."""
    return f"facts/{country}.toml"


def place_of(key: str) -> Place:
    """Return the table of a fact.

    >>> place_of("violence.helpline")
    ('violence', 'helpline')
    """
    return tuple(key.split("."))


def is_key(key: str) -> bool:
    """Tell whether a fact may be named so.

    >>> is_key("violence.helpline"), is_key("violence.links"), is_key("Violence")
    (True, False, False)
    """
    # Links of a fact are a table inside it, and read as no fact.
    return _KEY.fullmatch(key) is not None and len(key) <= LONGEST_KEY and "links" not in key.split(".")


def texts_of(table: Mapping[str, object]) -> dict[str, str]:
    """Return what the fields of a form hold for a fact, "" where it says nothing.

    >>> texts_of({"value": "112", "languages": ["fi", "sv"], "free": True, "checked_on": date(2026, 11, 2)})["languages"]
    'fi, sv'
    """
    return {name: _text_of(table.get(name)) for name in ORDER}


def _text_of(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return "\n".join(f"{code} {address}" for code, address in value.items())
    # As a field of one line holds it: a browser would take the ends of lines out, and saving would change the fact.
    return collapse_whitespace(str(value))


def with_day_of_change(texts: Mapping[str, str], before: Mapping[str, str], day: date) -> dict[str, str]:
    """Return the fields of a fact with the day of a change of its value, unless its author wrote another one.

    >>> with_day_of_change({"value": "113", "changed_on": ""}, {"value": "112", "changed_on": ""}, date(2026, 12, 1))["changed_on"]
    '2026-12-01'
    """
    changed = {name for name in ("value", "changed_on") if texts.get(name, "").strip() != before[name].strip()}
    return dict(texts) | ({"changed_on": day.isoformat()} if changed == {"value"} else {})


def value_of(name: str, text: str) -> object:
    """Return what a field holds as TOML has it, None for nothing; a day that is none stays text, and the check says so.

    >>> value_of("languages", "fi, sv"), value_of("page_date", "2025-11"), value_of("free", "")
    (['fi', 'sv'], '2025-11', None)
    """
    text = text.strip()
    if not text:
        return None
    if name in LISTS:
        return [each for each in _SEPARATORS.split(text) if each]
    if name in SWITCHES:
        return True
    if name == "links":
        return {found[1]: found[2] for line in text.split("\n") if (found := _LINK.fullmatch(line.strip()))}
    if name in (*DAYS, "page_date"):
        return _day(text)
    return collapse_whitespace(text)


def are_links(text: str) -> bool:
    """Tell whether each line is a language of its own and an address, so that none of them would be left out.

    >>> are_links("fi https://nollalinja.fi\\n"), are_links("https://nollalinja.fi"), are_links("fi https://a.fi\\nfi https://b.fi")
    (True, False, False)
    """
    found = [_LINK.fullmatch(line.strip()) for line in text.split("\n") if line.strip()]
    codes = [each[1] for each in found if each]
    return len(set(codes)) == len(found)


def _faults_of_texts(texts: Mapping[str, str], today: date) -> list[tuple[str, str]]:
    """Return (field, what is wrong) of what a form asks and a file need not say: a page that opens, and a check that was made."""
    found: list[tuple[str, str]] = []
    if not are_links(texts["links"]):
        found.append(("links", "a line is no language with an address"))
    if texts["source"].strip() and not _ADDRESS.fullmatch(texts["source"].strip()):
        found.append(("source", "an address begins with https://"))
    day = _day(texts["checked_on"].strip())
    # *today* is that of UTC; where its author is, the next one may have begun.
    if isinstance(day, date) and day > today + timedelta(days=1):
        found.append(("checked_on", "the day is to come"))
    return found


def _as_before(before: object, value: object) -> object:
    """Return a text as the number or the day that it is, where one stood before: packs have these without quotes."""
    if isinstance(before, date) and isinstance(value, str):
        return _day(value)
    is_number = isinstance(before, int) and isinstance(value, str) and value.isascii() and value.isdecimal()
    return int(value) if is_number and str(int(value)) == value else value  # type: ignore[call-overload]


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else text
    except ValueError:
        return text


class FactFile:
    """A country's file of facts."""

    def __init__(self, country: str, body: bytes) -> None:
        self.country = country
        self.path = path_of(country)
        self.text = body.decode("utf-8", "surrogateescape")

    def table(self, key: str) -> TomlTable | None:
        """Return the table of a fact, None where there is none; raise UneditableToml where the file does not parse."""
        found = TomlText(self.text).value_at(place_of(key)) if is_key(key) else None
        is_fact = isinstance(found, dict) and any(not isinstance(each, dict) for each in found.values())
        return found if is_fact else None

    def put(self, key: str, texts: Mapping[str, str], day: date) -> str:
        """Return the file with a fact as a form has it, and the *day* where that changes its value.

        Raise UneditableToml where it is written in a way that no form can change.
        """
        table = self.table(key)
        if table is None:
            values = {name: value for name in ORDER if (value := value_of(name, texts.get(name, ""))) is not None}
            links = values.pop("links", None)
            return self._added(key, table_text(f"[{key}]", values), links)
        before, text = texts_of(table), self.text
        texts = with_day_of_change(texts, before, day)
        for name in ORDER:
            if texts.get(name, "").strip() != before[name].strip():
                value = _as_before(table.get(name), value_of(name, texts.get(name, "")))
                text = TomlText(text).set(place_of(key), name, value)
        return text

    def _added(self, key: str, table: str, links: object) -> str:
        try:
            text = TomlText(self.text).append(table)
            return text if links is None else TomlText(text).set(place_of(key), "links", links)
        except KeyError as error:
            raise UneditableToml("this key is no key") from error

    def drop(self, key: str) -> str:
        """Return the file without a fact."""
        return self._moved(key)

    def move(self, key: str, other: str, *, after: bool) -> str:
        """Return the file with a fact, and the comment above it, right before or after another one."""
        return self._moved(key, other, after=after)

    def _moved(self, key: str, other: str = "", *, after: bool = False) -> str:
        read = TomlText(self.text)
        start, end = _lines_of(read, key)
        block = _without_end(read.lines[start:end])
        rest = [*read.lines[:start], *read.lines[end:]]
        if other:
            first, last = _lines_of(read, other)
            at = last if after else first
            at -= end - start if at >= end else 0
            rest[at:at] = [*([""] if at and rest[at - 1].strip() else []), *block, ""]
        text = read.newline.join("\n".join(rest).split("\n"))
        if _values(text) != (_values(self.text) if other else _without(_values(self.text), place_of(key))):
            raise UneditableToml("this fact cannot be moved by itself")
        return text


def _lines_of(read: TomlText, key: str) -> tuple[int, int]:
    """Return the lines of a fact with the comment that stands right above it, and the blank lines after it."""
    place = place_of(key)
    if place not in read.places:
        raise UneditableToml("this fact has no table of its own")
    start, end = read.table_lines(place, own=("links",))
    while start > 0 and read.lines[start - 1].lstrip().startswith("#"):
        start -= 1
    while end < len(read.lines) - 1 and not read.lines[end].strip():
        end += 1
    return start, end


def _without_end(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def facts_in(text: str) -> dict[str, TomlTable]:
    """Return key -> table of each fact of a file; raise UneditableToml where it does not parse."""
    return dict(_facts_in(_values(text), ""))


def _facts_in(tables: TomlTable, prefix: str) -> Iterator[tuple[str, TomlTable]]:
    for name, table in tables.items():
        own = {each: value for each, value in table.items() if each == "links" or not isinstance(value, dict)}
        if own:
            yield f"{prefix}{name}", own
        yield from _facts_in({each: value for each, value in table.items() if each not in own}, f"{prefix}{name}.")


def _values(text: str) -> TomlTable:
    try:
        return tomllib.loads(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise UneditableToml(str(error)) from error


def _without(values: TomlTable, place: Place) -> TomlTable:
    """Return values without a fact, and without the tables around it that are empty then; facts inside it stay."""
    name = str(place[0])
    rest = {key: each for key, each in values.items() if key != name}
    if len(place) > 1:
        inner = _without(values[name], place[1:])
    else:
        inner = {key: each for key, each in values[name].items() if isinstance(each, dict) and key != "links"}
    return rest | ({name: inner} if inner else {})


def faults_of(country: str, text: str, key: str) -> list[tuple[str, Diagnostic]]:
    """Return (field, what the check of packs says) for each error of one fact; the field is "" for what is about all of it."""
    diagnostics = Diagnostics()
    read_facts(path_of(country), country, text.replace("\r\n", "\n"), None, diagnostics)
    read = TomlText(text)
    start, end = read.table_lines(place_of(key))
    found = (each for each in diagnostics.all if each.level == "error" and start < each.line <= end)
    return [(_field_of(read, key, each), each) for each in found]


def faults_in_form(
    file: FactFile, text: str, key: str, texts: Mapping[str, str], today: date
) -> list[tuple[str, Diagnostic]]:
    """Return (field, what is wrong) of a fact as a form has it, which is the fact *key* of the file *text*."""
    own = [(field, Diagnostic(file.path, 1, words)) for field, words in _faults_of_texts(texts, today)]
    return [*faults_of(file.country, text, key), *own]


def _field_of(read: TomlText, key: str, fault: Diagnostic) -> str:
    """Return the field of a fault: the one in whose line it is, else the one that it names first."""
    for name in ORDER:
        if read.places.get((*place_of(key), name)) == fault.line:
            return name
    named = _NAMED.search(fault.message)
    return named[1] if named and named[1] in ORDER else ""
