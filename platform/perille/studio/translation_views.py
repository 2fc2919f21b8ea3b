"""The pages on which a draft is translated: languages, and the blocks of one side by side."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request

from perille.core.dates import today
from perille.core.errors import Conflict, NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, OFFERED, _, lazy_gettext
from perille.domain.content import TranslationState
from perille.people.gate import may_in
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, files_at, require_revision, save
from perille.studio.merging import merge
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.outline import set_values
from perille.studio.pages import (
    account_id,
    called,
    done,
    draft_url,
    file_limit,
    locked,
    opened,
    page,
    refused,
    whole_number,
)
from perille.studio.pasted import clean
from perille.studio.term_lists import terms_for
from perille.studio.translating import (
    Translation,
    UnreadableCatalogue,
    approve,
    counts,
    path_of,
    review,
    seen_by_learners,
    translate,
    translations,
)
from perille.studio.translation_authors import may_have_written, note_writer, written_by
from perille.studio.translation_comments import comment_places
from perille.studio.translation_looks import looks_of, seen_now
from perille.studio.translation_memory import matches_for
from perille.studio.translation_numbers import changed_numbers
from perille.studio.translation_places import place_namer
from perille.studio.translation_problems import problem_of
from perille.studio.views import blueprint
from perille.studio.word_files import MAX_WORDS

_TRANSLATIONS = "/<lang:lang>/studio/<uuid:draft_id>/translations"
#: Blocks on a page.
_SHOWN = 20
STATES = {
    TranslationState.MISSING: lazy_gettext("missing"),
    TranslationState.OUTDATED: lazy_gettext("outdated"),
    TranslationState.DRAFT: lazy_gettext("not reviewed"),
    TranslationState.REVIEWED: lazy_gettext("reviewed"),
}


@blueprint.get(_TRANSLATIONS)
@require_in_draft("studio.translate")
def translation_list(lang: str, draft_id: UUID) -> Response:
    """List the languages of a draft with what is left to do in each."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    listed = []
    for language in made.pack.manifest.translated_into:
        try:
            listed.append((language, counts(translations(made.pack, language))))
        except UnreadableCatalogue:
            listed.append((language, {}))
    free = {code: LANGUAGES[code].name for code in OFFERED if code not in made.pack.manifest.languages}
    return page("translations", draft=draft, listed=listed, free=free, states=STATES, names=LANGUAGES)


@blueprint.post(_TRANSLATIONS)
@require_in_draft("studio.author")
def add_language(lang: str, draft_id: UUID) -> Response:
    """Add a language to a draft."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    language = request.form.get("language", "")
    known = made.pack.manifest.languages
    if language not in OFFERED or language in known:
        return done(draft_url(draft, "studio.translation_list"), _("Choose a language."), stop=True)
    files = files_at(db.session, draft)
    changes = set_values(files, {"languages": [*known, language]})
    changes[path_of(language)] = translate(made.pack, language, "pack/title", made.pack.manifest.title, "")
    save(db.session, draft, changes, account_id(), RevisionKind.OUTLINE)
    return done(draft_url(draft, "studio.translation", language=language), _("The language is added."), undo=True)


def require_translated(made: DraftBuild, language: str) -> None:
    """Raise NotFound for a language that a draft is not translated into."""
    if language not in made.pack.manifest.translated_into:
        raise NotFound(_("This course is not translated into that language."))


@blueprint.get(f"{_TRANSLATIONS}/<language>")
@require_in_draft("studio.translate")
def translation(lang: str, draft_id: UUID, language: str) -> Response:
    """Show blocks and their translations side by side, of all or of one state."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    require_translated(made, language)
    try:
        every = translations(made.pack, language)
    except UnreadableCatalogue:
        return done(draft_url(draft, "studio.translation_list"), unreadable_words(), stop=True)
    wished = request.args.get("show", "")
    shown = [each for each in every if not wished or each.state == wished]
    first = min(whole_number("from", source=request.args.get), len(shown))
    return _entries_page(draft, made, language, every, shown, wished, first)


def _entries_page(
    draft: StudioDraft,
    made: DraftBuild,
    language: str,
    every: Sequence[Translation],
    shown: Sequence[Translation],
    wished: str,
    first: int,
    **more: object,
) -> Response:
    entries = shown[first : first + _SHOWN]
    values: dict[str, object] = {
        "draft": draft,
        "language_code": language,
        "entries": entries,
        **_beside_entries(draft, made, language, every, entries),
        "all_texts": len(every),
        "back": f"translation:{language}:{wished if wished in set(TranslationState) else ''}:{first}",
        "first": first,
        "following": first + _SHOWN if first + _SHOWN < len(shown) else 0,
        "show": wished,
        "counts": counts(every),
        "states": STATES,
        "total": len(shown),
        "names": LANGUAGES,
        "source_language": made.pack.manifest.source_language,
        "own_words": own_words_told(),
        "can_approve": may_in("studio.review", draft.organisation_id),
        "is_translator": account_id() in may_have_written(db.session, draft, language),
    }
    return page("translation", **values | file_limit(MAX_WORDS) | more)


def _beside_entries(
    draft: StudioDraft, made: DraftBuild, language: str, every: Sequence[Translation], entries: Sequence[Translation]
) -> dict[str, object]:
    """Return what stands beside the blocks that are shown: earlier translations, terms, how learners see them, faults, comments."""
    return {
        "memory": matches_for(db.session, made.pack, language, every, entries),
        "terms": terms_for(db.session, made.pack, language, every, entries),
        "looks": looks_of(draft, made, language, entries),
        "place_words": place_namer(made.pack),
        "shown_then": seen_by_learners(made.pack, every),
        "live": seen_now(draft, language),
        "problem_of": problem_of,
        "changed_numbers": changed_numbers,
        "comment_places": comment_places(db.session, draft, made.pack, entries),
        "mine": written_by(db.session, draft, language, entries, account_id()),
    }


@blueprint.post(f"{_TRANSLATIONS}/<language>")
@require_in_draft("studio.translate")
def save_translation(lang: str, draft_id: UUID, language: str) -> Response:
    """Save a translation, or mark one as reviewed as it stands; every other line of the catalogue keeps its bytes."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    require_translated(made, language)
    context, source = (clean(request.form.get(name, "")) for name in ("context", "source"))
    words = _sent_words()
    try:
        every = translations(made.pack, language)
        now = _entry_of(every, context, source)
        kept = words if now is None else _with_theirs(words, now)
        if now is not None:
            if kept is None:
                show = request.form.get("show", "")
                return refused(_entries_page(draft, made, language, every, [now], show, 0, typed=words))
            _refuse_own(draft, language, now)
            context, source = now.context, now.source
        body = _changed(made, language, context, source, kept or "")
    except (OwnWords, UnreadableCatalogue) as refusal:
        return done(_back(draft, language), _why_not(refusal), stop=True)
    if body is None:
        raise Conflict(
            _(
                "These words are not in the course any more: somebody has changed them, or taken them out,"
                " since you opened this page."
            )
        )
    _keep(draft, language, context, kept or "", body)
    both = _("Saved. Somebody else had changed this too: both changes are in it.")
    return done(f"{_back(draft, language)}#w{_next_entry(kept or '')}", _("Saved.") if kept == words else both)


def _sent_words() -> str:
    """Return the words that were sent: those of the memory that were pressed, before those that stood in the field."""
    return clean(request.form.get("take", "")) or clean(request.form.get("words", ""))


def _is_review() -> bool:
    """Tell whether the form says that the words are reviewed as they stand."""
    return request.form.get("do") == "review"


def _entry_of(every: Sequence[Translation], context: str, source: str) -> Translation | None:
    """Return the block that a form names; a file that was brought in may have signs in its words that no form sends back."""
    return next((each for each in every if (clean(each.context), clean(each.source)) == (context, source)), None)


def _keep(draft: StudioDraft, language: str, context: str, words: str, body: bytes) -> None:
    """Save a catalogue with a translation; who wrote its words is noted, since somebody else is to review them."""
    deed = RevisionKind.REVIEWED if _is_review() else RevisionKind.TRANSLATION
    saved = save(db.session, draft, {path_of(language): body}, account_id(), deed)
    if saved and deed is RevisionKind.TRANSLATION:
        note_writer(db.session, draft, language, [(context, words)], account_id())


class OwnWords(Conflict):
    """Somebody says of words of their own that they are reviewed (SE15)."""


def _refuse_own(draft: StudioDraft, language: str, now: Translation) -> None:
    """Raise OwnWords where somebody says of words of their own that they are reviewed."""
    if _is_review() and written_by(db.session, draft, language, [now], account_id()):
        raise OwnWords(own_words_told())


def own_words_told() -> str:
    """Return why one cannot say of words of one's own that they are reviewed, and who can."""
    return _("You have translated this yourself, so somebody else reviews it. Send them the address of this page.")


@blueprint.post(f"{_TRANSLATIONS}/<language>/approve")
@require_in_draft("studio.review")
def approve_translation(lang: str, draft_id: UUID, language: str) -> Response:
    """Mark all translations into a language as reviewed, as the page showed them; by somebody who wrote none of them (SE15)."""
    draft = locked(draft_id)
    back = draft_url(draft, "studio.translation", language=language)
    made = build(db.session, draft)
    require_translated(made, language)
    if account_id() in may_have_written(db.session, draft, language):
        told = _("You have translated into this language yourself. Somebody else must approve it.")
        return done(back, told, stop=True)
    try:
        require_revision(draft, whole_number("revision"))
        found = counts(translations(made.pack, language))
        if found.get(TranslationState.MISSING) or found.get(TranslationState.OUTDATED):
            return done(back, _("Translate first what is missing or outdated."), stop=True)
        body = approve(made.pack, language, "-".join(called(account_id()).split()), today())
    except (Conflict, UnreadableCatalogue) as refusal:
        return done(back, _why_not(refusal), stop=True)
    save(db.session, draft, {path_of(language): body}, account_id(), RevisionKind.REVIEWED)
    return done(back, _("Approved."), undo=may_in("studio.author", draft.organisation_id))


def unreadable_words() -> str:
    """Return what is said where the catalogue of a language cannot be read."""
    return _("The catalogue of this language cannot be read. Mend the file, and bring the course in again.")


def _why_not(refusal: Conflict | UnreadableCatalogue) -> str:
    return refusal.message if isinstance(refusal, Conflict) else unreadable_words()


def _next_entry(words: str) -> int:
    """Return the number on its page of the entry that comes after the one that was saved: who has no mouse goes on typing there."""
    state = TranslationState.REVIEWED if _is_review() else TranslationState.DRAFT
    stays = request.form.get("show", "") in ("", (state if words else TranslationState.MISSING).value)
    return whole_number("at", 1) + stays


def _with_theirs(words: str, now: Translation) -> str | None:
    """Return words with what somebody else has changed in them since the form was made; None where one must decide.

    A form that does not say of which words it was made is saved as it is. Only words that are there are reviewed.
    """
    had = clean(request.form["had"]) if "had" in request.form else None
    theirs = clean(now.words)
    if _is_review():
        return now.words if words == theirs else None
    return words if had is None or theirs in (had, words) else merge(had, words, theirs)


def _changed(made: DraftBuild, language: str, context: str, source: str, words: str) -> bytes | None:
    if not _is_review():
        return translate(made.pack, language, context, source, words)
    who = "-".join(called(account_id()).split())
    return review(made.pack, language, context, source, words, who, today())


def _back(draft: StudioDraft, language: str) -> str:
    show = request.form.get("show", "")
    state = {"show": show} if show in set(TranslationState) else {}
    return draft_url(
        draft,
        "studio.translation",
        language=language,
        **state,
        **({"from": whole_number("from")} if whole_number("from") else {}),
    )
