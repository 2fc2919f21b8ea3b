"""Whose drafts somebody sees: those of the organisations in which they have the role; an administrator sees all.

A draft of no organisation is the installation's own, and seen by administrators alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar
from uuid import UUID

from flask import request
from sqlalchemy import delete, select

from perille.core.database import Session
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.permissions import require
from perille.packs.publishing.models import PackVersion
from perille.people.audit import audit
from perille.people.current import current_memberships
from perille.people.gate import may_in
from perille.people.organisations import organisations
from perille.studio.addresses import OWNER
from perille.studio.models import StudioDraft, StudioLink, StudioVersion
from perille.studio.publishing import BlockerCode
from perille.studio.scheduling import ScheduledAction, overtake

P = ParamSpec("P")
R = TypeVar("R")
#: In forms: no organisation, administrators alone.
SITE = "site"


def organisation_of(draft_id: UUID | None) -> UUID | None:
    """Return the organisation of a draft, of one that was put aside too; None for the installation's own, and for no draft."""
    return db.session.scalar(select(StudioDraft.organisation_id).where(StudioDraft.id == draft_id))


def require_in_draft(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only accounts that have a permission in the organisation of the draft in the address use a view.

    Who has it nowhere else than in another organisation is told the same of a draft that is there and of one that is not.
    """
    return require(name, organisation=lambda *_args, draft_id=None, **_values: organisation_of(draft_id))


def may_in_address(name: str) -> bool:
    """Tell whether who is signed in has a permission on the draft in the address of this request."""
    return may_in(name, organisation_of((request.view_args or {}).get("draft_id")))


def visible_organisations(name: str = "studio.translate") -> frozenset[UUID] | None:
    """Return the organisations in which who is signed in has a permission; None for all and the installation's own."""
    if may_in(name, None):
        return None
    found = {each.organisation_id for each in current_memberships() if each.organisation_id is not None}
    return frozenset(each for each in found if may_in(name, each))


def choices(name: str = "studio.author") -> Mapping[str, str]:
    """Return value in forms -> name of every place where who is signed in can put a draft, by name."""
    mine = visible_organisations(name)
    listed = [each for each in organisations(db.session) if each.closed_at is None]
    found = {each.id.hex: each.name for each in listed if mine is None or each.id in mine}
    return found | ({SITE: _("None: administrators alone see it")} if mine is None else {})


def chosen(value: str, offered: Mapping[str, str]) -> tuple[UUID | None] | None:
    """Return the place that a form names, in a tuple since one of them is None; None where it names none of *offered*.

    A form that was not asked, because there is one place alone, says nothing.

    >>> chosen("", {"site": "Administrators"}), chosen("", {"site": "Administrators", "0" * 32: "Office"})
    ((None,), None)
    """
    value = next(iter(offered)) if not value and len(offered) == 1 else value
    if value not in offered:
        return None
    return (None if value == SITE else UUID(value),)


def organisation_names() -> Mapping[UUID | None, str]:
    """Return organisation -> name of those whose drafts are seen here; none where that is one alone, which says nothing."""
    mine = visible_organisations()
    found: dict[UUID | None, str] = {None: _("Administrators alone")} if mine is None else {}
    found |= {each.id: each.name for each in organisations(db.session) if mine is None or each.id in mine}
    return found if len(found) > 1 else {}


def hand_over(session: Session, draft: StudioDraft, organisation_id: UUID | None, by: UUID | None) -> bool:
    """Give a draft to another organisation with its history; return False where it was theirs. Both are told in the audit table.

    Its private links end: whoever gave it away would go on reading it by them. So does what was to happen to it by itself.
    """
    before = draft.organisation_id
    if before == organisation_id:
        return False
    draft.organisation_id = organisation_id
    overtake(session, draft, by, *ScheduledAction, why=BlockerCode.HANDED_OVER)
    session.execute(delete(StudioLink).where(StudioLink.draft_id == draft.id))
    for place in (before, organisation_id):
        audit(session, by, "draft.handed-over", place, draft.id, pack=draft.pack_id or None)
    session.flush()
    return True


def may_copy(pack_id: str) -> bool:
    """Tell whether who is signed in may take the source of a published pack: of what another organisation made in the Studio nobody may.

    Pages of a course are read by everybody, but its source holds the right answers of its tests.
    """
    wanted = select(PackVersion.id).where(PackVersion.pack_id == pack_id, PackVersion.is_current)
    return db.session.scalar(wanted) is not None and pack_id not in sealed_packs()


def sealed_packs() -> frozenset[str]:
    """Return the ids of the published packs whose source who is signed in may not take."""
    mine = visible_organisations()
    if mine is None:
        return frozenset()
    own = select(StudioVersion.digest).join(StudioDraft, StudioDraft.id == StudioVersion.draft_id)
    own = own.where(StudioDraft.organisation_id.in_(mine))
    made = select(PackVersion.pack_id).where(PackVersion.is_current, PackVersion.owner == OWNER)
    return frozenset(db.session.scalars(made.where(PackVersion.files_digest.not_in(own))))
