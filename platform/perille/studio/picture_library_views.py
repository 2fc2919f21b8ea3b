"""The picture library of the installation: looked through with words from a draft, and a picture copied into it by one press."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.i18n import _, lazy_gettext
from perille.core.web.before_transaction import Prepared
from perille.core.web.responses import see_other
from perille.packs.format.media import chosen_pictures
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, find_draft, save
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_in_address, require_in_draft
from perille.studio.pages import account_id, done, draft_url, isolated, locked, opened, page, whole_number
from perille.studio.picture_copy import NO_WORDS, PictureCopy, copy_of, on_screen, with_translations
from perille.studio.picture_index import Reuse
from perille.studio.picture_library import PER_PAGE, LibraryPicture, descriptions, library_pictures, search
from perille.studio.pictures import BadPicture
from perille.studio.views import blueprint

_LIBRARY = "/<lang:lang>/studio/<uuid:draft_id>/pictures/library"
#: Why a picture is not copied.
REFUSED = {
    Reuse.FORBIDDEN: lazy_gettext(
        "Its licence forbids changes or sale, which courses here allow, so it cannot be copied."
    ),
    Reuse.UNKNOWN: lazy_gettext(
        "No licence that is known here is named for it, so it cannot be copied. Ask who made it."
    ),
}


def _read_library() -> None:
    if may_in_address("studio.author"):
        found = request.view_args or {}
        draft = find_draft(db.session, found["draft_id"])
        made = build(db.session, draft)
        pictures = library_pictures(db.session, draft, _languages(made, found["lang"]), found["lang"])
        own = made.pack.media.get(found.get("name", ""))
        wanted = pictures.get(own.sha256 if own is not None else request.form.get("picture", ""))
        # On a screen it comes with what it shows in all languages of the draft.
        if wanted is not None and request.form.get("lesson"):
            manifest = made.pack.manifest
            descriptions(db.session, draft, wanted, (manifest.source_language, *manifest.languages))


def _languages(made: DraftBuild, lang: str) -> tuple[str, ...]:
    """Return the languages in which one searches: one's own, English, and that of the draft."""
    return lang, "en", made.pack.manifest.source_language


#: What is not known yet of the pictures of packs may take a second to read, and meanwhile nobody else could write.
library_read = Prepared(lambda: run_in_transaction(db.session, _read_library, write=False))


@blueprint.get(_LIBRARY)
@require_in_draft("studio.author")
def picture_library(lang: str, draft_id: UUID) -> Response:
    """Show the pictures in which words are found, a page of them at a time."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    words = request.args.get("words", "").strip()
    pictures = library_pictures(db.session, draft, _languages(made, lang), lang)
    found = search(pictures, words)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(whole_number("page", 1, source=request.args.get), 1), pages)
    return page(
        "picture_library",
        draft=draft,
        words=words,
        found=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(found),
        number=number,
        pages=pages,
        args=_asked_from(request.args),
        here={file.sha256: name for name, file in chosen_pictures(made.pack.media).items()},
        refused=REFUSED,
        is_sensitive=made.pack.manifest.sensitive,
        has_typed=True,
    )


@blueprint.post(_LIBRARY)
@require_in_draft("studio.author")
@library_read
def use_picture(lang: str, draft_id: UUID) -> Response:
    """Copy a picture into the draft, and onto the screen that it was looked for; of one that is there nothing is copied."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    pictures = library_pictures(db.session, draft, _languages(made, lang), lang)
    found = pictures.get(request.form.get("picture", ""))
    back = draft_url(draft, "studio.picture_library", **_asked_from(request.form), **_words_of(request.form))
    if found is None:
        return done(back, _("There is no such picture in the library."), stop=True)
    if found.reuse is not Reuse.OPEN:
        return done(back, str(REFUSED[found.reuse]), stop=True)
    try:
        # Credits are read by everybody: the title of a draft, perhaps of another organisation, is nobody else's.
        origin = next((title for title, is_draft in found.used_in if not is_draft), _("Picture library"))
        copied = copy_of(db.session, made, found.picture, origin)
    except BadPicture as refused:
        return done(back, str(refused), stop=True)
    return _used(draft, made, found, copied)


def _used(draft: StudioDraft, made: DraftBuild, found: LibraryPicture, copied: PictureCopy) -> Response:
    """Save a copy, and lead back to where the picture was looked for."""
    asked, changes = _asked_from(request.form), copied.changes
    source = made.pack.manifest.source_language
    lesson = asked.get("lesson", "") if not {"question", "type"} & asked.keys() else ""
    said: Mapping[str, str] = {}
    if lesson:
        said = descriptions(db.session, draft, found, (source, *made.pack.manifest.languages))
        words, panel = said.get(source, NO_WORDS), asked.get("panel", "")
        screen = on_screen(db.session, draft, lesson, whole_number("screen", 1), copied.name, words, panel)
        changes = with_translations(draft, made, changes | screen, lesson, said)
    # It is small and without place and device already, so nothing is shown in its place.
    saved = save(db.session, draft, changes, account_id(), RevisionKind.PICTURE, shown={})
    address = _address(draft, copied.name, asked)
    if not saved:
        return done(address, _("The picture is in this course already.")) if not lesson else see_other(address)
    return done(address, _words(found, copied, source, said, lesson), undo=True)


def _words(found: LibraryPicture, copied: PictureCopy, source: str, said: Mapping[str, str], lesson: str) -> str:
    """Say what was done, and what is left to do."""
    name = isolated(copied.name)
    told = [
        _("The picture is in the course, called %(name)s.", name=name)
        if copied.changes
        else _("The picture is on the screen.")
    ]
    if lesson and source not in said:
        told.append(_("What it shows is not written in the language of this course yet: write it."))
        told += [isolated(found.picture.described("en")[1])] if found.picture.descriptions else []
    return " ".join(told)


def _address(draft: StudioDraft, name: str, asked: Mapping[str, str]) -> str:
    """Return the page from which the picture was looked for; that of a question has it chosen."""
    chosen = {"picture": name, **{key: asked[key] for key in ("row",) if key in asked}}
    if "question" in asked:
        return draft_url(draft, "studio.question", key=asked["question"], **chosen)
    if "type" in asked:
        return draft_url(draft, "studio.new_question", **{**asked, **chosen})
    if "lesson" in asked:
        screen = whole_number("screen", 1)
        return f"{draft_url(draft, 'studio.lesson', name=asked['lesson'], screen=screen)}#{place_of(asked.get('panel', ''))}"
    return f"{draft_url(draft, 'studio.pictures')}#picture-{name}"


def place_of(panel: str) -> str:
    """Return where on its screen the page of a lesson opens: at the story of a panel "block-row", else below the blocks."""
    block = panel.partition("-")[0]
    return f"block-{block}" if block.isdecimal() else "add"


def _asked_from(values: Mapping[str, str]) -> dict[str, str]:
    """Return from where the library was opened: a screen of a lesson or a panel there, a question or a new one, or its row."""
    names = ("question", "type", "row", "bank", "lesson", "screen", "panel")
    return {name: values[name][:200] for name in names if values.get(name)}


def _words_of(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name][:200] for name in ("words", "page") if values.get(name)}
