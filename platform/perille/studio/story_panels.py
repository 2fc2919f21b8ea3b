"""A picture that was chosen for one panel of a picture story: it comes into that panel, and onto no place of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from perille.studio.block_forms import BlockFields, read_block, write_block
from perille.studio.lesson_source import BlockKind, LessonSource

#: What stands for words that are not written yet, and what a panel names that waits for its picture.
_DOTS, _NO_PICTURE = "…", "picture"
_PANEL = re.compile(r"(\d{1,4})-(\d{1,2})")


def with_panel(source: LessonSource, panel: str, name: str, description: str) -> str | None:
    """Return a lesson with a picture in the panel "block-row" of a story; None where no story stands there any more."""
    found = _PANEL.fullmatch(panel)
    place, row = (int(each) for each in found.groups()) if found else (-1, 0)
    if not 0 <= place < len(source.blocks) or source.blocks[place].kind is not BlockKind.STORY:
        return None
    fields = read_block(source.blocks[place])
    if fields.kind is not BlockKind.STORY:
        return None
    return source.replace(source.blocks[place], write_block(_filled(fields, row, name, description)))


def _filled(fields: BlockFields, row: int, name: str, description: str) -> BlockFields:
    """Return a story with a picture in one of its panels, or in a new one at its end."""
    rows = list(fields.rows)
    empty = {"picture": _NO_PICTURE, "description": _DOTS, "words": _DOTS}
    was: Mapping[str, str] = rows[row] if row < len(rows) else empty
    # What was written before there was a picture is said of this one; of another picture it is not.
    said = was["description"] if was["picture"] in (_NO_PICTURE, name) and was["description"] != _DOTS else description
    rows[row : row + 1] = [{**was, "picture": name, "description": said}]
    return replace(fields, rows=rows)
