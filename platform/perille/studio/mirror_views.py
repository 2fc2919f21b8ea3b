"""A picture with a direction, an arrow or a walk: mirrored for readers of languages written from right to left, or another one for them."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.security import takes_files
from perille.packs.format.media import chosen_pictures
from perille.studio.builds import build
from perille.studio.drafts import RevisionKind, hashes_at, save
from perille.studio.mirrored import measured_pictures, with_mirrored
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked
from perille.studio.picture_views import MAX_PICTURE
from perille.studio.uploads import SentMirror, sent_mirror, sent_other
from perille.studio.views import blueprint

_PICTURE = "/<lang:lang>/studio/<uuid:draft_id>/pictures/<name>"


@blueprint.post(f"{_PICTURE}/mirror")
@require_in_draft("studio.author")
@sent_mirror
def mirror_picture(lang: str, draft_id: UUID, name: str) -> Response:
    """Show a picture mirrored where one reads from the right."""
    return _taken(
        locked(draft_id),
        name,
        sent_mirror.result(),
        _("Mirrored. Check it: writing, a clock or an emblem is the wrong way round now."),
    )


@blueprint.post(f"{_PICTURE}/other")
@require_in_draft("studio.author")
@takes_files(MAX_PICTURE)
@sent_other
def use_other_picture(lang: str, draft_id: UUID, name: str) -> Response:
    """Show another picture where one reads from the right."""
    return _taken(
        locked(draft_id),
        name,
        sent_other.result(),
        _("The other picture is shown now in languages read from right to left."),
    )


@blueprint.post(f"{_PICTURE}/same")
@require_in_draft("studio.author")
def use_same_picture(lang: str, draft_id: UUID, name: str) -> Response:
    """Take the mirrored picture away: all readers see the same one."""
    draft = locked(draft_id)
    gone = with_mirrored(hashes_at(db.session, draft), name, None)
    if not save(db.session, draft, gone, account_id(), RevisionKind.PICTURE):
        return done(_card(draft, name), _("There is no such picture in this draft."), stop=True)
    return done(_card(draft, name), _("All readers see the same picture now."), undo=True)


def _taken(draft: StudioDraft, name: str, sent: SentMirror, words: str) -> Response:
    """Keep what was made beforehand, where the picture is still the one that it was made for."""
    address = _card(draft, name)
    if sent.refused:
        return done(address, sent.refused, stop=True)
    found = chosen_pictures(build(db.session, draft).pack.media).get(name)
    if found is None:
        return done(address, _("There is no such picture in this draft."), stop=True)
    if sent.made is None:
        return done(address, _("Choose a picture."), stop=True)
    if name in measured_pictures(build(db.session, draft).pack):
        # The page may be older than the question, so it still offered it.
        return done(address, _("A question measures places on this picture, so it cannot be mirrored."), stop=True)
    if found.sha256 != sent.of:
        raise Conflict(_("Somebody has saved since you opened this page. Look at it again, and decide then."))
    changes = with_mirrored(hashes_at(db.session, draft), name, sent.made)
    # It is small and without place and device already, so nothing is shown in its place.
    saved = save(db.session, draft, changes, account_id(), RevisionKind.PICTURE, shown={})
    # Where nothing has changed the newest revision may be somebody else's.
    return done(address, words, undo=saved)


def _card(draft: StudioDraft, name: str) -> str:
    return f"{draft_url(draft, 'studio.pictures')}#picture-{name}"
