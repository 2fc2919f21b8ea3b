"""What a posted form says of a block or a question, as fields: rows without words are left out, and unknown names are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from perille.packs.source.toml_table import KEY
from perille.studio.block_forms import NAMED, ROW_FIELDS, BlockFields, clean
from perille.studio.lesson_source import BlockKind, one_line
from perille.studio.questions import TYPES, QuestionFields

#: Rows of a form at most, and columns of a table.
_MOST_ROWS, _MOST_COLUMNS = 60, 6
_COLONS = re.compile(r"^([ \t]*)(:{3,})", re.MULTILINE)

Form = Mapping[str, str]


def posted_fields(form: Form) -> BlockFields:
    """Return the block that a form describes; colons that would open or close a block are words."""
    wished = form.get("kind", "")
    kind = BlockKind(wished) if wished in set(BlockKind) else BlockKind.TEXT
    values = {key[2:]: clean(value) for key, value in form.items() if key.startswith("f-")}
    if kind not in (BlockKind.SOURCE, BlockKind.FOR):
        values = {key: _COLONS.sub(r"\1\\\2", value) for key, value in values.items()}
    name = one_line(form.get("name", "")) if kind in NAMED else ""
    fields = ROW_FIELDS.get(kind, ())
    if kind is BlockKind.TABLE:
        columns = min(max(_number(form.get("columns", "")), 1), _MOST_COLUMNS)
        same = columns == _number(form.get("had", ""))
        values = {"columns": str(columns), "align": clean(form.get("align", "")) if same else ""}
        fields = tuple(f"c{number}" for number in range(columns))
    if kind is BlockKind.PICTURE:
        values["words"] = one_line(values.get("words", ""))
    return BlockFields(
        kind, name if KEY.fullmatch(name) else "", values, posted_rows(form, "r", fields) if fields else ()
    )


def posted_rows(form: Form, prefix: str, fields: tuple[str, ...], also: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the rows of a form that have words; *also*: fields that make no row by themselves, such as a key."""
    rows = []
    for number in range(_MOST_ROWS):
        row = {name: clean(form.get(f"{prefix}-{number}-{name}", "")).strip() for name in (*fields, *also)}
        if any(row[name] for name in fields):
            rows.append(row)
    return rows


def posted_question(form: Form, key: str) -> QuestionFields:
    """Return the question that a form describes."""
    wished = form.get("interaction", "")
    interaction = wished if wished in TYPES else "choice"
    spec = TYPES[interaction]
    names = ("objective", "prompt", "hint", "picture", "picture_description", "country", *spec.words, *spec.numbers)
    values = {name: one_line(clean(form.get(f"f-{name}", ""))) for name in names}
    values |= {name: clean(form.get(f"f-{name}", "")) for name in spec.lists}
    values |= {name: form.get(f"f-{name}", "") for name in spec.flags if form.get(f"f-{name}") in ("true", "false")}
    rows = {}
    for row in spec.rows:
        found = posted_rows(form, row.name, row.words or ("key",), ("key", *row.flags))
        rows[row.name] = [_flagged(each, row.flags) for each in found]
    difficulty = min(max(_number(form.get("difficulty", "")), 1), 3)
    used = {name: value for name, value in values.items() if value}
    return QuestionFields(key, interaction, used, "critical" in form, difficulty, rows)


def _flagged(row: dict[str, str], flags: tuple[str, ...]) -> dict[str, str]:
    kept = {name: one_line(value) for name, value in row.items() if name not in flags and value}
    return kept | {name: "true" for name in flags if row.get(name)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
