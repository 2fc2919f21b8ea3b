"""Which state of its origin a copy has, what would come of the changes since, and taking them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.packs.services import source_files
from perille.studio.drafts import RevisionKind, files_at, save
from perille.studio.forks import Files, OriginMerge, merge_origin
from perille.studio.models import StudioDraft, StudioRevision
from perille.studio.pictures import shown_pictures
from perille.studio.saving import BlockRef, keep_beside


def origin_pack(draft: StudioDraft) -> str:
    """Return the id of the pack that a draft is a copy of, "" for none."""
    return draft.origin.partition(" ")[0]


def base_revision(session: Session, draft: StudioDraft) -> int:
    """Return the revision that has the origin as the copy took it last: an undone taking does not count. The first is the origin itself."""
    deeds = (RevisionKind.ORIGIN.value, RevisionKind.UNDONE.value, RevisionKind.RESTORED.value)
    wanted = select(StudioRevision).where(StudioRevision.draft_id == draft.id, StudioRevision.deed.in_(deeds))
    number = draft.revision
    for row in session.scalars(wanted.order_by(StudioRevision.number.desc())):
        if row.number > number:
            continue
        if row.deed == RevisionKind.ORIGIN:
            return row.number
        number = row.restores
    return 1


def what_is_new(session: Session, draft: StudioDraft) -> tuple[Files, OriginMerge]:
    """Return the origin's files as they are now, none where it is not here any more, and what a copy would become with its changes."""
    theirs = source_files(session, origin_pack(draft)) if draft.origin else None
    if theirs is None:
        return {}, OriginMerge()
    base = files_at(session, draft, base_revision(session, draft))
    return theirs, merge_origin(base, files_at(session, draft), theirs)


def take_changes(session: Session, draft: StudioDraft, version: str, account_id: UUID | None) -> OriginMerge:
    """Save a copy, which is locked, with the changes of its origin of that version; blocks that both changed wait for a decision."""
    theirs, taking = what_is_new(session, draft)
    if taking.is_empty:
        return taking
    mine = files_at(session, draft)
    # What pictures show that the copy has not had yet: the next save finds them in this one.
    shown = shown_pictures(taking.changes)
    save(session, draft, dict.fromkeys(mine) | dict(theirs), account_id, RevisionKind.ORIGIN, shown=shown)
    now = {path: body for path, body in mine.items() if path not in taking.changes}
    now |= {path: body for path, body in taking.changes.items() if body is not None}
    save(session, draft, dict.fromkeys(theirs) | now, account_id, RevisionKind.TAKEN)
    draft.origin = f"{origin_pack(draft)} {version}"[:200]
    for each in taking.beside:
        ref = replace(BlockRef(each.path, 0, "", draft.revision), place=each.place)
        keep_beside(session, draft, ref, each.base, each.theirs, None)
    return taking
