"""Who confirmed a fact of a draft last."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from perille.core.extensions import db
from perille.core.type_aliases import TomlTable
from perille.studio.drafts import file_at
from perille.studio.fact_source import facts_in, path_of, texts_of
from perille.studio.models import StudioChange, StudioDraft, StudioRevision
from perille.studio.pages import called
from perille.studio.toml_edit import UneditableToml

#: Revisions of a file that are looked at for who confirmed a fact last.
_LOOKED_BACK = 12
_CHECKS = ("checked_on", "checked_by", "page_date", "source", "confidence")


def confirmed_by(draft: StudioDraft, country: str, key: str) -> str:
    """Return who saved the check that a fact has now; "" where it came with the files, or is older than what is looked at."""
    wanted = select(StudioChange.number).where(StudioChange.draft_id == draft.id, StudioChange.path == path_of(country))
    numbers = db.session.scalars(wanted.order_by(StudioChange.number.desc()).limit(_LOOKED_BACK + 1)).all()
    newer = _facts_at(draft, country, None)
    now = _check_of(newer, key)
    for number, before in zip(numbers, numbers[1:], strict=False):
        older = _facts_at(draft, country, before)
        key = _name_before(newer, older, key)
        if _check_of(older, key) != now:
            row = db.session.get(StudioRevision, (draft.id, number))
            return "" if row is None else called(row.account_id)
        newer = older
    return ""


def _check_of(facts: Mapping[str, TomlTable], key: str) -> list[str]:
    """Return what the fields of the check of a fact hold; nothing where there is no such fact."""
    texts = texts_of(facts.get(key, {}))
    return [texts[name] for name in _CHECKS]


def _name_before(newer: Mapping[str, TomlTable], older: Mapping[str, TomlTable], key: str) -> str:
    """Return the name that a fact had before a save: where that gave it its name, it was the same otherwise."""
    if key in older or key not in newer:
        return key
    return next((name for name, table in older.items() if name not in newer and table == newer[key]), key)


def _facts_at(draft: StudioDraft, country: str, number: int | None) -> Mapping[str, TomlTable]:
    try:
        return facts_in(
            (file_at(db.session, draft, path_of(country), number) or b"").decode("utf-8", "surrogateescape")
        )
    except UneditableToml:
        return {}
