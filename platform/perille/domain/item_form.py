"""The form in which the Studio edits a question: a question type says in its attribute `form` what its [[item]] table asks an author for.

What every item has (prompt, hint, picture, goal, difficulty, whether it is critical) needs no field here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from perille.domain.item import Interaction
from perille.domain.item_files import ItemFiles


class FieldKind(StrEnum):
    """What a field of a form holds, and so how it is shown."""

    #: One line of words, which are translated.
    WORDS = "words"
    #: A list of texts, one on each line.
    LINES = "lines"
    #: A number; a comma counts as a point.
    NUMBER = "number"
    #: True, or left out.
    FLAG = "flag"
    #: True or false, one of which must be chosen.
    TRUE_FALSE = "true-false"
    #: The name of a picture of the pack.
    PICTURE = "picture"
    #: A place in the item's picture, drawn on it: the key itself has its numbers, and a key `shape` says rect, circle or poly.
    AREA = "area"
    #: One of `values`.
    ONE_OF = "one-of"
    #: The key of a row of `rows`: of the same form, or of the file.
    ROW = "row"
    #: The key of a lesson of the course.
    LESSON = "lesson"
    #: The name of the file of the item, where its type has `item_files`; the Studio makes it.
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One key of a table."""

    key: str
    kind: FieldKind = FieldKind.WORDS
    #: How it is called, in English; the catalogues of a plugin translate it. "": as the Studio calls that key.
    label: str = ""
    needed: bool = False
    #: Of ONE_OF: value -> how it is called, in English.
    values: Mapping[str, str] = field(default_factory=dict)
    #: Of ROW: the key of the list of tables whose rows it names.
    rows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRows:
    """A list of tables, [[item.<key>]], each with a `key` that the Studio makes of its words."""

    key: str
    fields: tuple[FormField, ...] = ()
    #: How the list is called, in English; "": as the Studio calls that key.
    label: str = ""
    #: How many must be there.
    least: int = 2
    #: Whether authors write the key of a row themselves, because words of the item name it.
    own_key: bool = False
    #: Tables in each of these, [[<key>.<inner>]]; of files alone.
    inner: FormRows | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """What an author fills in for one item."""

    fields: tuple[FormField, ...] = ()
    rows: tuple[FormRows, ...] = ()
    #: Whether an item of the type cannot do without a picture.
    needs_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """What an author fills in for a file of an item, such as plays/<name>.toml: `form` of its `item_files`.

    Its rows are edited one at a time, beside what `draw` gives: an element of the drawing with `data-row="<key>"` leads to that row.
    """

    fields: tuple[FormField, ...]
    rows: FormRows
    #: The key of the file that names its first row, "" for none; a file whose first row is added gets it.
    start: str = ""


def form_of(interaction: Interaction | None) -> ItemForm | None:
    """Return the form of a question type, None where it brings none.

    >>> form_of(None) is None
    True
    """
    found = getattr(interaction, "form", None)
    return found if isinstance(found, ItemForm) else None


def file_form_of(files: ItemFiles[object] | None) -> FileForm | None:
    """Return the form of the files of a question type, None where it brings none.

    >>> file_form_of(None) is None
    True
    """
    found = getattr(files, "form", None)
    return found if isinstance(found, FileForm) else None
