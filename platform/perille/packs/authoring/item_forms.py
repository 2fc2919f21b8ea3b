"""A question as its form holds it, and as its bank writes it: read from a table, and made into one again without a loss."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from perille.core.type_aliases import TomlTable
from perille.domain.item_form import FieldKind, FormField, FormRows, ItemForm
from perille.packs.source.markdown import SLOT, inline

#: Words that every item may have, in the order in which a bank writes them.
COMMON_WORDS = ("objective", "country", "prompt", "hint", "picture", "picture_description")
#: Keys that say by these values what leaving them out says.
DEFAULTS: Mapping[str, object] = {"critical": False, "difficulty": 1, "right": False, "best": False}
_KEY_SIGNS = re.compile(r"[^a-z0-9]+")
#: The largest number of a field: every whole one up to it is the same in every program that reads the file.
_MOST = 10**15
#: The largest number of a place: no picture has as many units, and programs that draw give up far beyond.
_MOST_UNITS = 100_000
#: Signs of a number at most.
_MOST_DIGITS = 40
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: Latin letters that Unicode does not take apart into a letter and its mark.
_WITHOUT_MARKS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
_TEXTS = (FieldKind.WORDS, FieldKind.PICTURE, FieldKind.ONE_OF, FieldKind.ROW, FieldKind.LESSON, FieldKind.FILE)
#: Fields of a row from whose words its key is made.
_NAMING = (FieldKind.WORDS, FieldKind.PICTURE)
SHAPE = "shape"

#: Name of a list of an item -> its tables.
_Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """A question as an author fills it in."""

    key: str
    interaction: str
    values: Mapping[str, str] = field(default_factory=dict)
    critical: bool = False
    difficulty: int = 1
    #: Name of a list -> its rows.
    rows: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)


class BadQuestion(ValueError):
    """What was typed makes no question; the message names the field."""

    def __init__(self, field: FormField, most: int = 0) -> None:
        super().__init__(field.key)
        self.field = field
        #: Of a number that is too far from 0: the largest one that may stand there. 0 for what is no number.
        self.most = most


def _without_marks(words: str) -> str:
    """Return words in small letters of the Latin alphabet without their marks; letters of other alphabets stay."""
    apart = unicodedata.normalize("NFKD", words.lower().translate(_WITHOUT_MARKS))
    return "".join(each for each in apart if not unicodedata.combining(each))


def key_from(words: str, taken: Sequence[str], default: str = "question") -> str:
    """Return a key made of words as they are read, other than those that are taken.

    >>> key_from("What do you do first?", ["what-do-you-do"])
    'what-do-you-do-2'
    >>> key_from("Skúšobný kurz", [])
    'skusobny-kurz'
    >>> key_from("**Say** [Dobrý deň](lang:sk)", [])
    'say-dobry-den'
    """
    read = SLOT.sub(" ", inline(words).plain)
    base = "-".join(_KEY_SIGNS.sub(" ", _without_marks(read)).split()[:4])[:40].strip("-") or default
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def read_question(item: TomlTable, form: ItemForm | None) -> QuestionFields | None:
    """Return an item as fields; None where its type has no form, or it says what the form cannot hold."""
    if form is None or not all(isinstance(item.get(row.key, []), list) for row in form.rows):
        return None
    fields = QuestionFields(
        key=str(item.get("key", "")),
        interaction=str(item.get("interaction", "")),
        values={name: str(item[name]) for name in COMMON_WORDS if name in item} | field_texts(form.fields, item),
        critical=item.get("critical") is True,
        difficulty=item["difficulty"] if isinstance(item.get("difficulty"), int) else 1,
        rows=_by_words(form, {row.key: row_texts(row, item.get(row.key, [])) for row in form.rows}),
    )
    try:
        again = item_of(fields, form)
    except BadQuestion:
        return None
    return fields if without_defaults(again) == without_defaults({**item, **_lists_by_keys(form, item)}) else None


def _lists_by_keys(form: ItemForm, item: TomlTable) -> Mapping[str, list[dict[str, object]]]:
    """Return the lists of an item by keys, where authors named rows by their words before forms took them for keys."""
    found = _by_keys(form, _by_words(form, _tables(form, item)))
    return {name: entries for name, entries in found.items() if isinstance(item.get(name), list)}


def _tables(form: ItemForm, item: TomlTable) -> _Tables:
    """Return copies of the lists of an item that its form knows; [] for one that is not there or is none."""
    lists = {row.key: item.get(row.key) for row in form.rows}
    return {
        name: [dict(each) if isinstance(each, Mapping) else {} for each in found] if isinstance(found, list) else []
        for name, found in lists.items()
    }


def row_texts(row: FormRows, tables: Sequence[object]) -> list[dict[str, str]]:
    """Return tables as rows of a form."""
    read = [each for each in tables if isinstance(each, Mapping)]
    return [({"key": str(each["key"])} if "key" in each else {}) | field_texts(row.fields, each) for each in read]


def field_texts(fields: Sequence[FormField], table: TomlTable) -> dict[str, str]:
    """Return what a table has for fields, as a form shows it."""
    found: dict[str, str] = {}
    for each in fields:
        if each.kind is FieldKind.AREA and SHAPE in table:
            found[SHAPE] = str(table[SHAPE])
        if each.key in table:
            found[each.key] = _shown(each.kind, table[each.key])
    return found


def _shown(kind: FieldKind, value: object) -> str:
    if kind in (FieldKind.FLAG, FieldKind.TRUE_FALSE):
        return "true" if value is True else "false"
    if isinstance(value, list) and kind is FieldKind.LINES:
        return "\n".join(map(str, value))
    if isinstance(value, list) and kind is FieldKind.AREA:
        return ", ".join(map(str, value))
    return str(value)


def item_of(fields: QuestionFields, form: ItemForm, before: TomlTable | None = None) -> dict[str, object]:
    """Return fields as the table of an item; raise BadQuestion for a number that is none.

    *before*: the item as the form showed it. Who renames a row of it need not rename it everywhere.
    """
    item: dict[str, object] = {"key": fields.key, "interaction": fields.interaction}
    item |= {name: fields.values[name] for name in ("objective",) if fields.values.get(name)}
    item |= {"critical": True} if fields.critical else {}
    item |= {"difficulty": fields.difficulty} if fields.difficulty != 1 else {}
    item |= {name: fields.values[name] for name in COMMON_WORDS[1:] if fields.values.get(name)}
    item |= field_values(form.fields, fields.values)
    tables = {row.key: row_tables(row, fields.rows.get(row.key, ())) for row in form.rows}
    found = _by_keys(form, tables, _tables(form, before or {}))
    return item | {name: entries for name, entries in found.items() if entries}


def _by_keys(form: ItemForm, tables: _Tables, before: _Tables | None = None) -> _Tables:
    """Return tables in which a field that names a row of another list by its words names it by its key: authors know no keys.

    Words that a row had *before* name it too, unless another one has them now.
    """
    for row, name, rows in _naming_fields(form):
        there = {str(each["key"]) for each in tables[rows.key] if "key" in each}
        was = {key: words for key, words in _words_of(rows, (before or {}).get(rows.key, ())).items() if key in there}
        named = (*was.items(), *_words_of(rows, tables[rows.key]).items())
        keys = {words.casefold(): key for key, words in named}
        for each in tables[row.key]:
            each |= {name: keys.get(str(each[name]).strip().casefold(), each[name])} if name in each else {}
    return tables


def _by_words(form: ItemForm, texts: _Tables) -> _Tables:
    """Return rows of a form in which a field that names a row of another list says its words."""
    for row, name, rows in _naming_fields(form):
        words = _words_of(rows, texts[rows.key])
        for each in texts[row.key]:
            each |= {name: words.get(str(each[name]), each[name])} if name in each else {}
    return texts


def _naming_fields(form: ItemForm) -> list[tuple[FormRows, str, FormRows]]:
    """Return each field of a list that names a row of another one: its list, its key, and the list that it names."""
    lists = {row.key: row for row in form.rows}
    found = [
        (row, each) for row in form.rows for each in row.fields if each.kind is FieldKind.ROW and each.rows in lists
    ]
    return [(row, each.key, lists[each.rows]) for row, each in found]


def _words_of(row: FormRows, rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Return key -> words of the rows of a list that no other row of it has; rows of the same words are told apart by their keys.

    Nothing where such a key is what another row says: nobody could tell which of the two is meant.
    """
    said = _said(row, rows)
    count = Counter(map(str.casefold, said.values()))
    words = {key: each for key, each in said.items() if each and count[each.casefold()] == 1}
    keys = set(map(str.casefold, said.keys() - words.keys()))
    return words if keys.isdisjoint(map(str.casefold, words.values())) else {}


def _said(row: FormRows, rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Return key -> what a row of a list says, "" for one without words."""
    naming = next((each.key for each in row.fields if each.kind is FieldKind.WORDS), "")
    return {str(each["key"]): str(each.get(naming) or "").strip() for each in rows if each.get("key")}


def row_tables(row: FormRows, rows: Sequence[Mapping[str, str]]) -> list[dict[str, object]]:
    """Return rows of a form as tables; a row without a key gets one that is made of its words."""
    taken = [each["key"] for each in rows if each.get("key")]
    naming = [each.key for each in row.fields if each.kind in _NAMING]
    tables = []
    for each in rows:
        key = each.get("key") or key_from(next((each[name] for name in naming if each.get(name)), ""), taken, row.key)
        taken.append(key)
        tables.append({"key": key} | field_values(row.fields, each))
    return tables


def field_values(fields: Sequence[FormField], texts: Mapping[str, str]) -> dict[str, object]:
    """Return the texts of fields as values of a table; raise BadQuestion naming a field with a number that is none."""
    values: dict[str, object] = {}
    for each in fields:
        text = texts.get(each.key, "")
        # A flag that is not set stands in no table.
        if not text or (each.kind is FieldKind.FLAG and text != "true"):
            continue
        if each.kind is FieldKind.AREA:
            values[SHAPE] = texts.get(SHAPE, "")
        if each.kind in _VALUES:
            values[each.key] = _VALUES[each.kind](each, text)
    return values


def _lines(_field: FormField, text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text.strip()) if part]


def _number(field: FormField, text: str, most: int = _MOST) -> int | float:
    plain = text.strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise BadQuestion(field)
    # Not read where it has more digits than any that may stand there: Python refuses very long ones.
    if len(plain.lstrip("-0").partition(".")[0]) > len(str(most)):
        raise BadQuestion(field, most)
    if len(plain) > _MOST_DIGITS:
        raise BadQuestion(field)
    number = float(plain) if "." in plain else int(plain)
    if abs(number) > most:
        raise BadQuestion(field, most)
    return number


def _unit(field: FormField, text: str) -> int | float:
    """Return a number of a place in a picture."""
    return _number(field, text, _MOST_UNITS)


#: How a text becomes a value, by the kind of its field; raises BadQuestion naming the field.
_VALUES: Mapping[FieldKind, Callable[[FormField, str], object]] = {
    **dict.fromkeys(_TEXTS, lambda _name, text: text),
    FieldKind.LINES: _lines,
    FieldKind.NUMBER: _number,
    FieldKind.AREA: lambda field, text: [_unit(field, part) for part in _parts(text)],
    FieldKind.TRUE_FALSE: lambda _field, text: text == "true",
    FieldKind.FLAG: lambda _field, text: text == "true",
}


def without_defaults(item: TomlTable) -> dict[str, object]:
    """Return an item without what says the same as leaving it out."""
    return {
        key: [without_defaults(each) if isinstance(each, Mapping) else each for each in value]
        if isinstance(value, list)
        else value
        for key, value in item.items()
        if not (key in DEFAULTS and DEFAULTS[key] == value)
    }
