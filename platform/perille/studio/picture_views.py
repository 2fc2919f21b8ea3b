"""Pictures of a draft: uploaded, made small and stripped of place and device, described, with author and licence."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.letters import collapse_whitespace
from perille.core.security import takes_files
from perille.core.web.responses import see_other
from perille.packs.authoring.item_forms import key_from
from perille.packs.format.media import chosen_pictures
from perille.studio.block_forms import read_block
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, file_at, files_at, hashes_at, save
from perille.studio.lesson_source import BlockKind, read_source
from perille.studio.mirrored import picture_cards, readers_from_the_right, with_mirrored
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, file_limit, locked, opened, page, whole_number
from perille.studio.picture_copy import NO_WORDS, on_screen, with_translations
from perille.studio.picture_index import credits_of
from perille.studio.picture_library import described_elsewhere
from perille.studio.picture_library_views import library_read, place_of
from perille.studio.pictures import with_credit
from perille.studio.uploads import sent_picture
from perille.studio.views import blueprint

_PICTURES = "/<lang:lang>/studio/<uuid:draft_id>/pictures"
#: Bytes of a picture that is sent.
MAX_PICTURE = 48 * 1024 * 1024
#: Licences that are offered; the first is the one of most courses.
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "PDM-1.0")


@blueprint.get(_PICTURES)
@require_in_draft("studio.translate")
def pictures(lang: str, draft_id: UUID) -> Response:
    """Show the pictures of a draft, and the form for another one."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    shown = picture_cards(db.session, draft, made.pack)
    args = {name: request.args[name] for name in ("lesson", "screen", "panel") if name in request.args}
    wished = request.args.get("licence", "")
    # Of one that came from elsewhere, as the credit says, the author is no author of the next one.
    own = (each for each in reversed(credits_of(made.pack.files.files).values()) if "source" not in each)
    return page(
        "pictures",
        draft=draft,
        pictures=shown,
        args=args,
        licences=LICENCES,
        licence=wished if wished in LICENCES else LICENCES[0],
        last=next((each["author"] for each in own if each.get("author")), ""),
        from_the_right=readers_from_the_right(made.pack.manifest.languages),
        **file_limit(MAX_PICTURE),
        has_typed=True,
        language_of_pack=made.pack.manifest.source_language,
    )


@blueprint.post(_PICTURES)
@require_in_draft("studio.author")
@takes_files(MAX_PICTURE)
@sent_picture
def add_picture(lang: str, draft_id: UUID) -> Response:
    """Take a picture, and put it into the lesson that it was begun from."""
    draft = locked(draft_id)
    sent = sent_picture.result()
    made = sent.made
    description = collapse_whitespace(request.form.get("description", ""))
    lesson = request.form.get("lesson", "")
    screen = whole_number("screen", 1)
    # Who chooses another file finds the licence that was chosen, too: a default in its place would be credited unseen.
    panel = request.form.get("panel", "")[:20]
    place = {"lesson": lesson, "screen": screen} | ({"panel": panel} if panel else {})
    again = {"licence": request.form.get("licence", "")} | (place if lesson else {})
    back = draft_url(draft, "studio.pictures", **again)
    if sent.refused:
        return done(back, sent.refused, stop=True)
    if made is None or not description:
        return done(back, _("Choose a picture, and write what it shows."), stop=True)
    files = files_at(db.session, draft)
    # "picture" is what a block names that waits for one (`on_screen`); so would the key of words in another script.
    taken = ["picture", *(path.rpartition("/")[2].partition(".")[0] for path in files if path.startswith("media/"))]
    name = key_from(description, taken, "picture")
    changes: dict[str, bytes | None] = {f"media/{name}{made.ending}": made.body}
    changes |= with_credit(files, name, request.form.get("author", ""), request.form.get("licence", LICENCES[0]))
    if lesson:
        changes |= on_screen(db.session, draft, lesson, screen, name, description, panel)
    save(db.session, draft, changes, account_id(), RevisionKind.PICTURE, shown=sent.shown)
    words = _("The picture is in the course. It weighs %(size)s kB.", size=made.kilobytes)
    if lesson:
        address = f"{draft_url(draft, 'studio.lesson', name=lesson, screen=screen)}#{place_of(panel)}"
        return done(address, words, undo=True)
    return done(draft_url(draft, "studio.pictures"), words, undo=True)


@blueprint.post(f"{_PICTURES}/<name>/show")
@require_in_draft("studio.author")
@library_read
def insert_picture(lang: str, draft_id: UUID, name: str) -> Response:
    """Put a picture of the draft on a screen, with the description that it has elsewhere. Pressed twice puts it there once."""
    draft = locked(draft_id)
    lesson, screen, panel = request.form.get("lesson", ""), whole_number("screen", 1), request.form.get("panel", "")
    made = build(db.session, draft)
    if name not in chosen_pictures(made.pack.media):
        return done(draft_url(draft, "studio.pictures"), _("There is no such picture in this draft."), stop=True)
    words = _described(made, name)
    said = {} if words else _said_elsewhere(draft, made, name)
    words = words or said.get(made.pack.manifest.source_language, NO_WORDS)
    changes = on_screen(db.session, draft, lesson, screen, name, words, panel)
    changes = with_translations(draft, made, changes, lesson, said)
    address = f"{draft_url(draft, 'studio.lesson', name=lesson, screen=screen)}#{place_of(panel)}"
    if not save(db.session, draft, changes, account_id(), RevisionKind.PICTURE):
        return see_other(address)
    return done(address, _("The picture is on the screen."), undo=True)


def _described(made: DraftBuild, name: str) -> str:
    """Return what a lesson says that a picture shows, "" where none says it."""
    texts = (made.pack.files.files[lesson.path].decode("utf-8", "replace") for lesson in made.pack.lessons.values())
    blocks = (block for text in texts for block in read_source(text).blocks if block.kind is BlockKind.PICTURE)
    fields = (read_block(block) for block in blocks)
    return next((each.values["words"] for each in fields if each.name == name and each.values.get("words")), "")


def _said_elsewhere(draft: StudioDraft, made: DraftBuild, name: str) -> Mapping[str, str]:
    """Return what the picture library says that a picture shows, in the languages of the draft."""
    manifest = made.pack.manifest
    languages = tuple(dict.fromkeys((manifest.source_language, *manifest.languages)))
    return described_elsewhere(db.session, draft, languages, made.pack.media[name].sha256)


@blueprint.post(f"{_PICTURES}/<name>/remove")
@require_in_draft("studio.author")
def remove_picture(lang: str, draft_id: UUID, name: str) -> Response:
    """Take a picture out; a block that shows it has a finding then."""
    draft = locked(draft_id)
    found = build(db.session, draft).pack.media.get(name)
    if found is None or file_at(db.session, draft, found.path) is None:
        return done(draft_url(draft, "studio.pictures"), _("There is no such picture in this draft."), stop=True)
    # A mirrored picture without the other is a fault of the course.
    gone = {found.path: None} | with_mirrored(hashes_at(db.session, draft), name, None)
    save(db.session, draft, gone, account_id(), RevisionKind.PICTURE)
    return done(draft_url(draft, "studio.pictures"), _("The picture is out."), undo=True)
