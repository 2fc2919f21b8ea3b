"""Who confirmed a fact of a draft last."""

from __future__ import annotations

from sqlalchemy import select

from perille.core.extensions import db
from perille.studio.drafts import file_at
from perille.studio.fact_source import FactFile, path_of, texts_of
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
    now = _check_at(draft, country, key)
    for newer, older in zip(numbers, numbers[1:], strict=False):
        if _check_at(draft, country, key, older) != now:
            row = db.session.get(StudioRevision, (draft.id, newer))
            return "" if row is None else called(row.account_id)
    return ""


def _check_at(draft: StudioDraft, country: str, key: str, number: int | None = None) -> list[str]:
    """Return what the fields of the check of a fact held in a revision, now by default; nothing where it was not there."""
    try:
        table = FactFile(country, file_at(db.session, draft, path_of(country), number) or b"").table(key)
    except UneditableToml:
        return []
    texts = texts_of(table or {})
    return [texts[name] for name in _CHECKS]
