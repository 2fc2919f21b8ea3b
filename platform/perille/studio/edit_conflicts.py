"""Forms that two people have open: what each of them changed comes together by field, and where both changed the same, one decides.

A form says in which revision of the draft it was made (`revision`), as those of blocks do; one that says none is saved as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.packs.authoring.item_forms import without_defaults
from perille.studio.drafts import file_at
from perille.studio.models import StudioDraft, StudioRevision

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MergedTable:
    """A table with what two people changed in it."""

    #: Where both changed a key, it has what was sent last.
    table: dict[str, Any]
    #: The keys that both changed, each to another value.
    both: tuple[str, ...]


def text_then(session: Session, draft: StudioDraft, path: str, revision: int) -> str | None:
    """Return a file as it was when a form was made of it; None where the form is of now, or does not say."""
    if not 0 < revision < draft.revision:
        return None
    return (file_at(session, draft, path, revision) or b"").decode("utf-8", "surrogateescape")


def same_table(one: Table, other: Table) -> bool:
    """Tell whether two tables say the same; what is not there is like its default."""
    return without_defaults(one) == without_defaults(other)


def others_saved_since(session: Session, draft: StudioDraft, revision: int, account_id: UUID | None) -> bool:
    """Tell whether anybody else has saved since a page of that revision was made; a page that says none (0) is taken for one of now."""
    if revision <= 0:
        return False
    others = select(StudioRevision.number).where(
        StudioRevision.draft_id == draft.id,
        StudioRevision.number > revision,
        StudioRevision.account_id.is_distinct_from(account_id),
    )
    return session.scalar(others.limit(1)) is not None


def merge_tables(base: Table, mine: Table, theirs: Table) -> MergedTable:
    """Return both changes of *base*, a table as TOML has it; rows are matched by their keys.

    >>> merge_tables({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    MergedTable(table={'a': 2, 'b': 3}, both=())
    >>> merge_tables({"a": 1}, {"a": 2}, {"a": 3})
    MergedTable(table={'a': 2}, both=('a',))
    """
    base, mine, theirs = (without_defaults(each) for each in (base, mine, theirs))
    table: dict[str, Any] = {}
    both = []
    for key in dict.fromkeys((*mine, *theirs)):
        value, is_clear = _value(base.get(key), mine.get(key), theirs.get(key))
        if value is not None:
            table[key] = value
        if not is_clear:
            both.append(key)
    return MergedTable(table, tuple(both))


def _value(base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    """Return what becomes of one key, and whether it is clear: None stands for a key that is not there."""
    if mine in (theirs, base):
        return theirs, True
    if theirs == base:
        return mine, True
    keys = [_keys(each) for each in (base, mine, theirs)]
    if not keys[0] or keys[0] != keys[1] or keys[0] != keys[2]:
        return mine, False
    merged = [merge_tables(*rows) for rows in zip(base, mine, theirs, strict=True)]
    return [each.table for each in merged], not any(each.both for each in merged)


def _keys(value: Any) -> list[str]:
    """Return the keys of a list of rows, none for anything else."""
    is_rows = isinstance(value, list) and all(isinstance(each, Mapping) and "key" in each for each in value)
    return [str(each["key"]) for each in value] if is_rows else []


def in_words(value: Any) -> str:
    """Return what a key of a table has, for who must decide; a row stands on a line.

    >>> in_words([{"key": "a", "text": "Ask", "right": True}, {"key": "b", "text": "Go"}])
    'Ask · right\\nGo'
    """
    if isinstance(value, list):
        return "\n".join(map(in_words, value))
    if isinstance(value, Mapping):
        shown = ((key, each) for key, each in value.items() if key != "key" and each is not False)
        return " · ".join(key if each is True else in_words(each) for key, each in shown)
    return "–" if value is None else str(value)
