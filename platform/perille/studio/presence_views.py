"""Who else is in a lesson, in words, and what a page's script says of its reader."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Response, jsonify, request
from sqlalchemy import select

from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.responses import keep_private
from perille.studio.lesson_paths import LESSON, lesson_path
from perille.studio.models import StudioChange, StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, called, isolated, moment, opened, whole_number
from perille.studio.presence import CoAuthor, PresenceState, note, others
from perille.studio.views import blueprint

_TAB = re.compile(r"[a-z0-9]{1,16}")
#: A lesson has no more screens.
_MOST_SCREENS = 1_000


def who_is_here(draft: StudioDraft, name: str, screen: int) -> list[str]:
    """Return a sentence for each other person in a lesson, for somebody who sees one of its screens."""
    return [_told(each, screen) for each in others(db.session, draft, lesson_path(name), account_id())]


def _told(other: CoAuthor, screen: int) -> str:
    who, number = isolated(called(other.account_id)), other.screen
    if other.state is None:
        return _("%(who)s saved in this lesson at %(time)s.", who=who, time=moment(other.at))
    if other.state is PresenceState.UNSENT:
        return _("%(who)s writes on screen %(number)s, and has not saved it yet.", who=who, number=number)
    if other.state is PresenceState.AWAY:
        return _("%(who)s has this lesson open, and looks at something else now.", who=who)
    if number == screen:
        return _("%(who)s is on this screen too.", who=who)
    return _("%(who)s is on screen %(number)s of this lesson.", who=who, number=number)


def lesson_hash(draft: StudioDraft, path: str) -> str:
    """Return what is other as soon as somebody has saved another text of a lesson; "" for no lesson."""
    wanted = select(StudioChange.sha256).where(StudioChange.draft_id == draft.id, StudioChange.path == path)
    found: str | None = db.session.scalar(wanted.order_by(StudioChange.number.desc()).limit(1))
    return (found or "")[:16]


@blueprint.post(f"{LESSON}/here")
@require_in_draft("studio.translate")
def report_presence(lang: str, draft_id: UUID, name: str) -> Response:
    """Take what a page's script says of its reader, and tell it who else is there and how the lesson is now."""
    draft, path = opened(draft_id), lesson_path(name)
    screen, tab = min(max(whole_number("screen", 1), 1), _MOST_SCREENS), request.form.get("tab", "")
    state = request.form.get("state", "")
    lesson = lesson_hash(draft, path)
    if lesson and _TAB.fullmatch(tab) and state in set(PresenceState):
        note(db.session, draft, account_id(), tab, path, screen, PresenceState(state))
    answer = {"people": who_is_here(draft, name, screen), "lesson": lesson}
    return keep_private(jsonify(answer))
