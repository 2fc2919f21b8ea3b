"""[[review]] of pack.toml: who has read the pack, when, and what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from perille.packs.source.toml_table import Table

_CONTENTS = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A [[review]] table: who read the pack, when, and what."""

    by: str
    on: date | None
    #: Hash of the contents, as `contents_hash` gives it.
    contents: str
    line: int


def read_reviews(tables: tuple[Table, ...]) -> tuple[Review, ...]:
    """Read the [[review]] tables of pack.toml."""
    return tuple(_read_review(table) for table in tables)


def _read_review(table: Table) -> Review:
    contents = table.take_text("contents", required=True)
    if contents and not _CONTENTS.fullmatch(contents):
        table.fault('"contents" must be the 16 digits that perille packs check tells', "contents")
    review = Review(
        by=table.take_text("by", required=True),
        on=table.take_day("on", required=True),
        contents=contents,
        line=table.line,
    )
    table.refuse_unknown()
    return review
