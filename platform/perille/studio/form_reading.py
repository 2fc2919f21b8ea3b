"""What a posted form says of a block or a question, as fields: rows without words are left out, and unknown names are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from perille.core.letters import collapse_whitespace
from perille.domain.item_form import FieldKind, FormField, FormRows, ItemForm
from perille.packs.authoring.item_forms import COMMON_WORDS, SHAPE, QuestionFields
from perille.packs.source.toml_table import KEY
from perille.studio.block_forms import NAMED, ROW_FIELDS, BlockFields
from perille.studio.lesson_source import BlockKind
from perille.studio.pasted import clean

#: Rows of a form at most, and columns of a table.
_MOST_ROWS, _MOST_COLUMNS = 60, 6
#: Fields that alone make no row: they say something of words, or have a value from the beginning.
_NO_ROW = (FieldKind.FLAG, FieldKind.ONE_OF, FieldKind.LESSON)
_COLONS = re.compile(r"^([ \t]*)(:{3,})", re.MULTILINE)

Form = Mapping[str, str]


def posted_fields(form: Form) -> BlockFields:
    """Return the block that a form describes; colons that would open or close a block are words."""
    wished = form.get("kind", "")
    kind = BlockKind(wished) if wished in set(BlockKind) else BlockKind.TEXT
    name = collapse_whitespace(form.get("name", "")) if kind in NAMED else ""
    name = name if KEY.fullmatch(name) else ""
    if kind is BlockKind.TABLE:
        return _posted_table(form, name)
    fields = ROW_FIELDS.get(kind, ())
    return BlockFields(kind, name, _posted_words(form, kind), posted_rows(form, "r", fields) if fields else ())


def _posted_words(form: Form, kind: BlockKind) -> dict[str, str]:
    """Return the words of a block by the names of their fields."""
    values = {key.removeprefix("f-"): clean(value) for key, value in form.items() if key.startswith("f-")}
    if kind not in (BlockKind.SOURCE, BlockKind.FOR):
        values = {key: _COLONS.sub(r"\1\\\2", value) for key, value in values.items()}
    if kind is BlockKind.PICTURE:
        values["words"] = collapse_whitespace(values.get("words", ""))
    return values


def _posted_table(form: Form, name: str) -> BlockFields:
    """Return the table that a form describes; with another number of columns their alignment begins anew."""
    columns = min(max(_number(form.get("columns", "")), 1), _MOST_COLUMNS)
    same = columns == _number(form.get("had", ""))
    values = {"columns": str(columns), "align": clean(form.get("align", "")) if same else ""}
    fields = tuple(f"c{number}" for number in range(columns))
    return BlockFields(BlockKind.TABLE, name, values, posted_rows(form, "r", fields))


def posted_rows(form: Form, prefix: str, fields: tuple[str, ...], also: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the rows of a form that have words; *also*: fields that make no row by themselves, such as a key."""
    rows = []
    for number in range(_MOST_ROWS):
        row = {name: clean(form.get(f"{prefix}-{number}-{name}", "")).strip() for name in (*fields, *also)}
        if any(row[name] for name in fields):
            rows.append(row)
    return rows


def posted_question(form: Form, key: str, item_form: ItemForm) -> QuestionFields:
    """Return the question that a form describes, of the type whose form it is."""
    values = {name: collapse_whitespace(clean(form.get(f"f-{name}", ""))) for name in COMMON_WORDS}
    values |= _texts(item_form.fields, {name: form.get(f"f-{name}", "") for name in _keys(item_form.fields)})
    rows = {row.key: posted_form_rows(form, row) for row in item_form.rows}
    difficulty = min(max(_number(form.get("difficulty", "")), 1), 3)
    used = {name: value for name, value in values.items() if value}
    return QuestionFields(key, form.get("interaction", ""), used, "critical" in form, difficulty, rows)


def posted_form_rows(form: Form, row: FormRows) -> list[dict[str, str]]:
    """Return the rows of a list of a form; one of whose fields nothing was filled in is left out."""
    counted = tuple(each.key for each in row.fields if each.kind not in _NO_ROW) or ("key",)
    also = tuple(name for name in ("key", *_keys(row.fields)) if name not in counted)
    rows = []
    for each in posted_rows(form, row.key, counted, also):
        key = {"key": each["key"]} if each.get("key") else {}
        rows.append(key | {name: text for name, text in _texts(row.fields, each).items() if text})
    return rows


def posted_values(form: Form, fields: Sequence[FormField]) -> dict[str, str]:
    """Return what a form has for fields that stand in no list."""
    return _texts(fields, {name: form.get(f"f-{name}", "") for name in _keys(fields)})


def _keys(fields: Sequence[FormField]) -> tuple[str, ...]:
    shapes = (SHAPE,) if any(each.kind is FieldKind.AREA for each in fields) else ()
    return (*(each.key for each in fields), *shapes)


def _texts(fields: Sequence[FormField], posted: Mapping[str, str]) -> dict[str, str]:
    texts = {SHAPE: collapse_whitespace(posted[SHAPE])} if SHAPE in posted else {}
    for each in fields:
        text = clean(posted.get(each.key, ""))
        if each.kind is FieldKind.FLAG:
            text = "true" if text else ""
        elif each.kind is FieldKind.TRUE_FALSE:
            text = text if text in ("true", "false") else ""
        texts[each.key] = text if each.kind is FieldKind.LINES else collapse_whitespace(text)
    return texts


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
