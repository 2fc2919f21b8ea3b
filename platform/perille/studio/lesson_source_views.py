"""The source of a whole lesson, for who knows Markdown; and the choice between two texts of one block."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.letters import unix_newlines
from perille.core.security import takes_files
from perille.core.web.responses import see_other
from perille.packs.source.files import MAX_TEXT_FILE
from perille.studio.drafts import RevisionKind
from perille.studio.lesson_paths import LESSON, lesson_path
from perille.studio.lesson_source import LessonSource, read_source
from perille.studio.lesson_views import lesson_page, lesson_reply, lesson_url
from perille.studio.merging import merge
from perille.studio.models import StudioUnmerged
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, refused, whole_number
from perille.studio.saving import (
    MergeChoice,
    lesson_text,
    resolve_unmerged,
    their_block,
    write_lesson,
)
from perille.studio.views import blueprint


@blueprint.post(f"{LESSON}/source")
@require_in_draft("studio.author")
@takes_files(MAX_TEXT_FILE)
def save_source(lang: str, draft_id: UUID, name: str) -> Response:
    """Save the source of a whole lesson, for who knows Markdown; what others saved meanwhile is merged by line, or both are kept."""
    draft = locked(draft_id)
    path = lesson_path(name)
    text = request.form.get("source", "")
    now, base = (
        lesson_text(db.session, draft, path),
        lesson_text(db.session, draft, path, whole_number("revision") or None),
    )
    newline = LessonSource(now).newline
    merged = merged_source(base, text, now)
    if merged is None:
        return refused(lesson_page(draft, name, whole_number("screen", 1), lang, typed_source=text))
    write_lesson(db.session, draft, path, merged.replace("\n", newline), account_id(), RevisionKind.SOURCE)
    address = draft_url(draft, "studio.lesson", name=name, screen=whole_number("screen", 1), source=1)
    return done(f"{address}#source-faults", _("Saved."), undo=True)


def merged_source(base: str, mine: str, theirs: str) -> str | None:
    """Return both changes of a lesson's source, None where they touch the same lines; lines end in LF."""
    first, second, third = map(unix_newlines, (base, mine, theirs))
    return merge(first, second, third)


@blueprint.post(f"{LESSON}/decide")
@require_in_draft("studio.author")
def resolve_conflict(lang: str, draft_id: UUID, name: str) -> Response:
    """Decide between two texts of one block."""
    draft = locked(draft_id)
    screen = whole_number("screen", 1)
    try:
        row = db.session.get(StudioUnmerged, UUID(request.form.get("unmerged", "")))
        choice = MergeChoice(request.form.get("choice", ""))
    except ValueError:
        return done(lesson_url(draft, name, screen), _("Choose one of them."), stop=True)
    if row is None or row.draft_id != draft.id or row.settled_at is not None:
        return see_other(lesson_url(draft, name, screen))
    theirs = their_block(read_source(lesson_text(db.session, draft, row.path)), row)
    seen = request.form.get("seen")
    if choice is not MergeChoice.THEIRS and seen is not None and seen != (theirs.digest if theirs else ""):
        told = _("Somebody has saved since you opened this page. Look at it again, and decide then.")
        return done(lesson_url(draft, name, screen), told, stop=True)
    resolve_unmerged(db.session, draft, row, choice, account_id())
    return lesson_reply(draft, name, screen, _("Decided."))
