"""A file of a question type, such as a role-play's plays/<name>.toml, by form: its own fields, and one of its rows at a time.

A change replaces the lines of what was changed and no other byte, as everywhere in the Studio (`toml_edit`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from perille.core.type_aliases import TomlTable
from perille.domain.item_form import FieldKind, FileForm, FormRows
from perille.packs.authoring.item_forms import (
    field_texts,
    field_values,
    key_from,
    row_tables,
    row_texts,
    without_defaults,
)
from perille.packs.source.toml import Place
from perille.studio.toml_edit import TomlText, table_text

#: In a field that names a row: a row that is not there yet, made with the save.
NEW_ROW = "+"


@dataclass(frozen=True, slots=True)
class RowFields:
    """A row of a file, such as a scene, as an author fills it in."""

    key: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    inner: Sequence[Mapping[str, str]] = ()


class ItemFileSource:
    """A file's text with its form; raise UneditableToml for one that does not parse."""

    def __init__(self, text: str, form: FileForm) -> None:
        self.text = text
        self.form = form
        self.toml = TomlText(text)

    @property
    def values(self) -> dict[str, str]:
        """The file's own fields."""
        return field_texts(self.form.fields, self.toml.file.data)

    @property
    def rows(self) -> list[RowFields]:
        """Its rows in the order of the file."""
        found = self.toml.file.data.get(self.form.rows.key, [])
        return [self.row_of(each) for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def row_of(self, table: TomlTable) -> RowFields:
        """Return a row's table as an author fills it in."""
        inner = self.form.rows.inner
        tables = table.get(inner.key, []) if inner else []
        rows = row_texts(inner, tables) if inner and isinstance(tables, list) else []
        return RowFields(str(table.get("key", "")), field_texts(self.form.rows.fields, table), rows)

    def row(self, key: str) -> RowFields | None:
        """Return a row by its key, None for none."""
        return next((row for row in self.rows if row.key == key), None)

    def table(self, key: str) -> TomlTable:
        """Return the table of a row, empty for none."""
        place = self._place(key)
        return self.toml.value_at(place) if place else {}

    def table_of(self, row: RowFields) -> dict[str, Any]:
        """Return the table that an author's row is; raise BadQuestion for a number that is none."""
        return _table(row, self.form.rows)

    def holds(self, row: RowFields) -> bool:
        """Tell whether a form can hold all that the file says of a row, so that saving loses nothing."""
        return without_defaults(_table(row, self.form.rows)) == without_defaults(self.table(row.key))

    def leading_to(self, key: str) -> list[str]:
        """Return the rows that name a row, such as the scenes from which a choice leads to it."""
        inner = self.form.rows.inner
        names = [each.key for each in inner.fields if each.kind is FieldKind.ROW] if inner else []
        return [row.key for row in self.rows if any(each.get(name) == key for each in row.inner for name in names)]

    def row_at(self, line: int) -> str:
        """Return the key of the row that stands on a line, from 1; "" for none."""
        for row in self.rows:
            place = self._place(row.key)
            start, end = self.toml.table_lines(place) if place else (0, 0)
            if start < line <= end:
                return row.key
        return ""

    def put_values(self, values: Mapping[str, str]) -> str:
        """Return the text with other values of the file's own fields."""
        wanted, text = field_values(self.form.fields, values), self.text
        for each in self.form.fields:
            if wanted.get(each.key) != TomlText(text).file.data.get(each.key):
                text = TomlText(text).set((), each.key, wanted.get(each.key))
        return text

    def put_row(self, row: RowFields) -> tuple[str, str]:
        """Return the text with a row in place of the one of its key, or at its end, and the key that it has.

        Rows that its fields ask for with NEW_ROW are added, and the first row of a file becomes the one at which it starts.
        """
        taken = [each.key for each in self.rows]
        naming = next((each.key for each in self.form.rows.fields if each.kind is FieldKind.WORDS), "")
        key = row.key or key_from(row.values.get(naming, ""), taken, self.form.rows.key)
        inner, fresh = self._with_new_rows(row.inner, [*taken, key])
        text = self._put(RowFields(key, row.values, inner))
        for each in fresh:
            text = ItemFileSource(text, self.form)._put(RowFields(each))
        if self.form.start and not TomlText(text).file.data.get(self.form.start):
            text = TomlText(text).set((), self.form.start, key)
        return text, key

    def _with_new_rows(
        self, inner: Sequence[Mapping[str, str]], taken: Sequence[str]
    ) -> tuple[list[Mapping[str, str]], list[str]]:
        """Return inner rows with a key for each row that is to be made, and these keys."""
        spec = self.form.rows.inner
        names = [each.key for each in spec.fields if each.kind is FieldKind.ROW] if spec else []
        naming = next((each.key for each in spec.fields if each.kind is FieldKind.WORDS), "") if spec else ""
        fresh: list[str] = []
        rows: list[Mapping[str, str]] = []
        for each in inner:
            made: dict[str, str] = {}
            for name in (name for name in names if each.get(name) == NEW_ROW):
                made[name] = key_from(each.get(naming, ""), [*taken, *fresh], self.form.rows.key)
                fresh.append(made[name])
            rows.append({**each, **made})
        return rows, fresh

    def _put(self, row: RowFields) -> str:
        table = _table(row, self.form.rows)
        place = self._place(row.key)
        if place is None:
            return self.toml.append(table_text(f"[[{self.form.rows.key}]]", table))
        if without_defaults(self.toml.value_at(place)) == without_defaults(table):
            return self.text
        return self.toml.replace_table(place, table_text(f"[[{self.form.rows.key}]]", table))

    def drop_row(self, key: str) -> str:
        """Return the text without a row."""
        place = self._place(key)
        return self.text if place is None else self.toml.remove(place)

    def _place(self, key: str) -> Place | None:
        found = self.toml.file.data.get(self.form.rows.key, [])
        numbers = (
            number
            for number, each in enumerate(found if isinstance(found, list) else ())
            if isinstance(each, dict) and each.get("key") == key
        )
        number = next(numbers, None)
        return None if number is None else (self.form.rows.key, number)


def _table(row: RowFields, spec: FormRows) -> dict[str, Any]:
    table: dict[str, Any] = {"key": row.key} | field_values(spec.fields, row.values)
    if spec.inner and (tables := row_tables(spec.inner, row.inner)):
        table[spec.inner.key] = tables
    return table
