"""To whom the id and the address of a course belong that a draft is to be published at."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from perille.core.database import Session
from perille.packs.format.manifest import Manifest
from perille.packs.publishing.models import PackVersion
from perille.studio.models import StudioDraft, StudioVersion

#: Whose packs those of the Studio are, in lists of packs.
OWNER = "Studio"


def holder_of(session: Session, pack_id: str, kind: str, slug: str) -> str:
    """Return the id of the published pack that has this id or this address, "" for none; one of another id goes first."""
    wanted = select(PackVersion.pack_id).where(
        PackVersion.is_current,
        (PackVersion.pack_id == pack_id) | ((PackVersion.kind == kind) & (PackVersion.slug == slug)),
    )
    return session.scalar(wanted.order_by(PackVersion.pack_id == pack_id).limit(1)) or ""


def was_of_others(session: Session, draft: StudioDraft, manifest: Manifest) -> bool:
    """Tell whether another organisation published at this id or address: who began that course goes on there, though it is in no list."""
    here = (PackVersion.kind == manifest.kind) & (PackVersion.slug == manifest.slug)
    made = select(PackVersion.id).join(StudioVersion, StudioVersion.digest == PackVersion.files_digest)
    made = made.join(StudioDraft, StudioDraft.id == StudioVersion.draft_id)
    made = made.where(PackVersion.owner == OWNER, (PackVersion.pack_id == manifest.id) | here)
    others = made.where(StudioDraft.organisation_id.is_distinct_from(draft.organisation_id))
    return session.scalar(others.limit(1)) is not None


def address_now(session: Session, kind: str, slug: str) -> str:
    """Return the address at which the draft is published now that was published last at this one, "" for none.

    Its id goes with its address, so that two packs are one course here.
    """
    before, made = aliased(PackVersion), aliased(StudioVersion)
    wanted = (
        select(PackVersion.slug)
        .join(StudioVersion, StudioVersion.digest == PackVersion.files_digest)
        .join(made, made.draft_id == StudioVersion.draft_id)
        .join(before, before.files_digest == made.digest)
        .where(PackVersion.is_current, PackVersion.owner == OWNER, StudioVersion.is_current)
        .where(before.owner == OWNER, before.kind == kind, before.slug == slug)
        .where(PackVersion.kind == kind, PackVersion.slug != slug)
    )
    return session.scalar(wanted.order_by(before.published_at.desc()).limit(1)) or ""
