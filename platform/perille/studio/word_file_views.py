"""Translations of a draft as a file: taken along for a program that translators use, and brought back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file

from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _
from perille.core.security import takes_files
from perille.core.web.before_transaction import Prepared
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, save
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_in_address, require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, uploaded
from perille.studio.translating import (
    UnreadableCatalogue,
    catalogue_file,
    pack_of_catalogue,
    path_of,
    take_words,
    translations,
)
from perille.studio.translation_authors import not_to_replace, note_writer
from perille.studio.translation_views import require_translated, unreadable_words
from perille.studio.views import blueprint
from perille.studio.word_files import MAX_WORDS, BadWords, SentWords, read_words, same_language, write_xliff

_LANGUAGE = "/<lang:lang>/studio/<uuid:draft_id>/translations/<language>"
#: Blocks that are named where a file leaves them as they are.
_TOLD = 5
_TYPES = {"po": "text/x-gettext-translation", "xlf": "application/xliff+xml"}


def _read() -> SentWords | str | None:
    """Return what was sent, in words why it is not taken, or None for no file; nothing is read for who may not translate."""
    may = run_in_transaction(db.session, lambda: may_in_address("studio.translate"), write=False)
    body = uploaded("file") if may else b""
    try:
        return read_words(body) if body else None
    except BadWords as refused:
        return str(refused)


sent_words = Prepared(_read)


@blueprint.get(f"{_LANGUAGE}/words.<any(po, xlf):form>")
@require_in_draft("studio.translate")
def export_translation_file(lang: str, draft_id: UUID, language: str, form: str) -> Response:
    """Give the translations into a language as a file, brought up to date with the source."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    require_translated(made, language)
    pack = made.pack
    try:
        body = catalogue_file(pack, language) if form == "po" else _xliff(made, language)
    except UnreadableCatalogue:
        return done(draft_url(draft, "studio.translation_list"), unreadable_words(), stop=True)
    name = f"{pack.manifest.id}-{language}.{form}"
    return send_file(BytesIO(body), _TYPES[form], as_attachment=True, download_name=name)


def _xliff(made: DraftBuild, language: str) -> bytes:
    manifest = made.pack.manifest
    return write_xliff(manifest.id, manifest.source_language, language, translations(made.pack, language))


@blueprint.post(f"{_LANGUAGE}/words")
@require_in_draft("studio.translate")
@takes_files(MAX_WORDS)
@sent_words
def import_translation_file(lang: str, draft_id: UUID, language: str) -> Response:
    """Take the translations of a file; one that is not of this course and language changes nothing."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    require_translated(made, language)
    back = draft_url(draft, "studio.translation", language=language)
    sent = sent_words.result()
    try:
        words = _checked(sent, made, language)
        kept = () if request.form.get("replace") else _not_to_replace(draft, made, language)
        body, taken = take_words(made.pack, language, words.words, kept=kept)
    except UnreadableCatalogue:
        return done(draft_url(draft, "studio.translation_list"), unreadable_words(), stop=True)
    except BadWords as refused:
        return done(back, _("The file was not taken. %(why)s", why=str(refused)), stop=True)
    told = _(
        "Taken: %(changed)s. Already here: %(same)s. Of words that this course does not have: %(unknown)s.",
        changed=taken.changed,
        same=taken.same,
        unknown=taken.unknown,
    )
    if taken.kept:
        told += " " + _told_kept(taken.kept)
    changed = body is not None and save(
        db.session, draft, {path_of(language): body}, account_id(), RevisionKind.TRANSLATION
    )
    if changed:
        note_writer(db.session, draft, language, taken.written, account_id())
    return done(back, told, undo=bool(changed))


def _not_to_replace(draft: StudioDraft, made: DraftBuild, language: str) -> Collection[tuple[str, str]]:
    return not_to_replace(db.session, draft, language, translations(made.pack, language), account_id())


def _told_kept(sources: Sequence[str]) -> str:
    """Return which words stay as they are, the first few by their source."""
    which = ", ".join(f"“{' '.join(each.split())[:40]}”" for each in sources[:_TOLD])
    return _(
        "Left as they are, because they are reviewed or somebody else has saved them here: %(count)s. %(which)s "
        "To replace them too, bring the file once more and say so.",
        count=len(sources),
        which=f"{which}{' …' if len(sources) > _TOLD else '.'}",
    )


def _checked(sent: SentWords | str | None, made: DraftBuild, language: str) -> SentWords:
    """Return what was sent where it is of this course and this language; raise BadWords."""
    if sent is None:
        raise BadWords(_("Choose the file first."))
    if isinstance(sent, str):
        raise BadWords(sent)
    if not (sent.language and sent.pack):
        raise BadWords(
            _(
                "It does not say of which course and language it is. Take the file from here once more, and write into that one."
            )
        )
    if not same_language(sent.language, language):
        known = LANGUAGES.get(sent.language.replace("-", "_"))
        named = known.name if known else sent.language
        raise BadWords(_("It is in another language: %(language)s.", language=named))
    if sent.pack not in {made.pack.manifest.id, pack_of_catalogue(made.pack, language)}:
        raise BadWords(_("It is of another course: %(pack)s.", pack=sent.pack))
    return sent
