"""Questions of a bank by form: what each type asks for, an item as fields, and back into its bank with every other item untouched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from perille.api.reading import COMMON_KEYS_IN_ORDER
from perille.packs.source.toml import Place
from perille.studio.toml_edit import TomlText, table_text

_SCALARS = ("objective", "prompt", "hint", "picture", "picture_description", "country")
#: Keys that say by these values what leaving them out says.
_DEFAULTS: Mapping[str, object] = {"critical": False, "difficulty": 1, "right": False}
_KEY_SIGNS = re.compile(r"[^a-z0-9]+")
#: Latin letters that Unicode does not take apart into a letter and its mark.
_WITHOUT_MARKS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)


@dataclass(frozen=True, slots=True)
class RowSpec:
    """A list of tables in an item, such as its choices."""

    name: str
    #: Fields of each, beside its key; those of `flags` are true or false.
    words: tuple[str, ...]
    flags: tuple[str, ...] = ()
    #: How many must be there.
    least: int = 2


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """What a question type asks for beside what all ask for."""

    rows: tuple[RowSpec, ...] = ()
    #: Words, one field each.
    words: tuple[str, ...] = ()
    #: Answers that are typed, several in one field, one on each line.
    lists: tuple[str, ...] = ()
    #: Numbers.
    numbers: tuple[str, ...] = ()
    #: True or false.
    flags: tuple[str, ...] = ()


_SAID = ("feedback_right", "feedback_wrong")
#: Types that have a form. Any other, also one of a plugin, is edited as its source, with the same checks.
TYPES: Mapping[str, TypeSpec] = {
    "choice": TypeSpec((RowSpec("choice", ("text", "feedback"), ("right",)),)),
    "multiple-choice": TypeSpec((RowSpec("choice", ("text", "feedback"), ("right",)),)),
    "true-false": TypeSpec(words=("feedback_true", "feedback_false"), flags=("answer",)),
    "picture-choice": TypeSpec((RowSpec("choice", ("picture", "text", "feedback"), ("right",)),)),
    "sequencing": TypeSpec((RowSpec("step", ("text",)),), _SAID),
    "matching": TypeSpec((RowSpec("pair", ("source", "target")), RowSpec("extra", ("text",), least=0)), _SAID),
    "fill-in": TypeSpec(words=_SAID, lists=("accepted",)),
    "numeric": TypeSpec(words=_SAID, numbers=("answer", "tolerance")),
    "gap-fill": TypeSpec((RowSpec("gap", (), least=1), RowSpec("word", ("text", "gap"))), ("text", *_SAID)),
    "grouping": TypeSpec((RowSpec("group", ("text",)), RowSpec("member", ("text", "group"))), _SAID),
    "likert": TypeSpec((RowSpec("level", ("text",)),)),
    "free-text": TypeSpec(words=("model",), lists=("points",)),
}


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


def _without_marks(words: str) -> str:
    """Return words in small letters of the Latin alphabet without their marks; letters of other alphabets stay."""
    apart = unicodedata.normalize("NFKD", words.lower().translate(_WITHOUT_MARKS))
    return "".join(each for each in apart if not unicodedata.combining(each))


def key_from(words: str, taken: Sequence[str], default: str = "question") -> str:
    """Return a key made of words, other than those that are taken.

    >>> key_from("What do you do first?", ["what-do-you-do"])
    'what-do-you-do-2'
    >>> key_from("Skúšobný kurz", [])
    'skusobny-kurz'
    """
    base = "-".join(_KEY_SIGNS.sub(" ", _without_marks(words)).split()[:4])[:40].strip("-") or default
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


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


def read_question(item: Mapping[str, Any]) -> QuestionFields | None:
    """Return an item as fields; None where its type has no form, or it says what the form cannot hold."""
    spec = TYPES.get(str(item.get("interaction")))
    if spec is None:
        return None
    values = {name: str(item[name]) for name in (*_SCALARS, *spec.words, *spec.numbers) if name in item}
    values |= {name: "\n".join(map(str, item[name])) for name in spec.lists if isinstance(item.get(name), list)}
    values |= {name: "true" if item[name] else "false" for name in spec.flags if name in item}
    rows = {row.name: [_row(each, row) for each in item.get(row.name, [])] for row in spec.rows}
    fields = QuestionFields(
        key=str(item.get("key", "")),
        interaction=str(item["interaction"]),
        values=values,
        critical=item.get("critical") is True,
        difficulty=int(item.get("difficulty", 1)),
        rows=rows,
    )
    return fields if _plain(item_of(fields)) == _plain(item) else None


def _row(entry: Mapping[str, Any], row: RowSpec) -> dict[str, str]:
    values = {name: str(entry[name]) for name in ("key", *row.words) if name in entry}
    return values | {name: "true" for name in row.flags if entry.get(name) is True}


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item without what says the same as leaving it out."""
    return {
        key: [_plain(each) if isinstance(each, Mapping) else each for each in value]
        if isinstance(value, list)
        else value
        for key, value in item.items()
        if not (key in _DEFAULTS and _DEFAULTS[key] == value)
    }


def item_of(fields: QuestionFields) -> dict[str, Any]:
    """Return fields as the table of an item; raise BadQuestion for a number that is none."""
    spec = TYPES[fields.interaction]
    item: dict[str, Any] = {"key": fields.key, "interaction": fields.interaction}
    item |= {name: fields.values[name] for name in ("objective",) if fields.values.get(name)}
    item |= {"critical": True} if fields.critical else {}
    item |= {"difficulty": fields.difficulty} if fields.difficulty != 1 else {}
    rest = ("country", "prompt", "hint", "picture", "picture_description", *spec.words)
    item |= {name: fields.values[name] for name in rest if fields.values.get(name)}
    item |= {name: _lines(fields.values[name]) for name in spec.lists if fields.values.get(name)}
    item |= {name: fields.values[name] == "true" for name in spec.flags if name in fields.values}
    item |= {name: _number(name, fields.values[name]) for name in spec.numbers if fields.values.get(name)}
    for row in spec.rows:
        if entries := _entries(row, fields.rows.get(row.name, ())):
            item[row.name] = entries
    return item


def _entries(row: RowSpec, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    taken = [each["key"] for each in rows if each.get("key")]
    entries = []
    for each in rows:
        key = each.get("key") or key_from(
            next((each[name] for name in row.words if each.get(name)), ""), taken, row.name
        )
        taken.append(key)
        entry: dict[str, Any] = {"key": key} | {name: each[name] for name in row.words if each.get(name)}
        entries.append(entry | {name: True for name in row.flags if each.get(name) == "true"})
    return entries


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _number(name: str, text: str) -> int | float:
    plain = text.strip().replace(",", ".")
    try:
        return int(plain) if re.fullmatch(r"-?\d+", plain) else float(plain)
    except ValueError:
        raise BadQuestion(name) from None


def item_text(item: Mapping[str, Any]) -> str:
    """Return an item as its bank writes it."""
    ordered = {key: item[key] for key in COMMON_KEYS_IN_ORDER if key in item} | dict(item)
    return table_text("[[item]]", {key: item[key] for key in ordered})


def put_item(bank: str, item: Mapping[str, Any], key: str = "") -> str:
    """Return a bank with an item in place of the one called *key*, or at its end; every other item keeps its bytes."""
    read = TomlText(bank)
    place = place_of(read, key or str(item["key"]))
    if place is None:
        return read.append(item_text(item))
    old = read.value_at(place)
    if _plain(old) == _plain(item):
        return bank
    # What was written though it says nothing new stays written.
    kept = {name: old[name] for name in _DEFAULTS if name in old and old[name] == _DEFAULTS[name] and name not in item}
    return read.replace_table(place, item_text({**item, **kept}))


def drop_item(bank: str, key: str) -> str:
    """Return a bank without an item."""
    read = TomlText(bank)
    place = place_of(read, key)
    return bank if place is None else read.remove(place)
