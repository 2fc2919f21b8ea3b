"""The page on which a copy takes the changes of the course that it was made of."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.packs.published.library import current_library
from perille.studio.changes import describe, in_words
from perille.studio.drafts import files_at
from perille.studio.forks import OriginMerge
from perille.studio.lesson_source import read_source
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_copy, require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page
from perille.studio.upstream_changes import origin_pack, take_changes, what_is_new
from perille.studio.views import blueprint

_ORIGIN = "/<lang:lang>/studio/<uuid:draft_id>/origin"


@blueprint.get(_ORIGIN)
@require_in_draft("studio.author")
def upstream(lang: str, draft_id: UUID) -> Response:
    """Show what changed in the course that a draft is a copy of, and what would come of it."""
    draft = opened(draft_id)
    version = _version(draft)
    mine = files_at(db.session, draft)
    _theirs, taking = what_is_new(db.session, draft)
    after = {path: body for path, body in (mine | taking.changes).items() if body is not None}
    return page(
        "origin",
        draft=draft,
        name=origin_pack(draft),
        version=version,
        changes=in_words(describe(mine, after)),
        others=[
            path for path in taking.changes if not path.startswith(("lessons/", "items/", "media/", "translations/"))
        ],
        beside=_lessons(draft, mine, taking),
        kept=taking.kept,
        is_empty=taking.is_empty,
    )


def _lessons(draft: StudioDraft, mine: dict[str, bytes], taking: OriginMerge) -> list[tuple[str, str, str]]:
    """Return address and title of the lesson, and the words, of each block for which one must decide."""
    found = []
    for each in taking.beside:
        name = each.path.removeprefix("lessons/").removesuffix(".md")
        title = read_source(mine[each.path].decode("utf-8", "replace")).title
        found.append((draft_url(draft, "studio.lesson", name=name), title or name, each.theirs))
    return found


def _version(draft: StudioDraft) -> str:
    """Return the version of the origin; raise NotFound where there is none that one may copy."""
    summary = current_library().summary(origin_pack(draft)) if draft.origin else None
    if summary is None or not may_copy(summary.pack_id):
        raise NotFound(_("There is no such course here."))
    return summary.version


@blueprint.post(_ORIGIN)
@require_in_draft("studio.author")
def merge_upstream(lang: str, draft_id: UUID) -> Response:
    """Take the changes of the course that a draft is a copy of. Pressed twice, there is nothing more to take."""
    draft = locked(draft_id)
    taking = take_changes(db.session, draft, _version(draft), account_id())
    if taking.is_empty:
        return done(draft_url(draft), _("There is nothing new in it."))
    told = _("The changes are in your copy.")
    if taking.beside:
        told += " " + _("Somebody else has changed the same words. Both are kept: choose below which of them stay.")
        name = taking.beside[0].path.removeprefix("lessons/").removesuffix(".md")
        return done(draft_url(draft, "studio.lesson", name=name), told, undo=True)
    return done(draft_url(draft), told, undo=True)
