"""The pages on which a draft is read aloud: languages, and the screens and questions of one with a recorder."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, lazy_gettext
from perille.core.security import HEADERS, takes_files
from perille.packs.format.audio import LESSONS, screen_names
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, save, sha256
from perille.studio.models import StudioDraft
from perille.studio.narration import (
    ConcurrentRecording,
    NarrationRow,
    RecordingState,
    counts,
    given_to,
    is_hash,
    narration,
    orphans,
    put_beside,
    recorded_by,
    recording_in_history,
    seconds_of,
    still_right,
    with_recording,
    without_recording,
)
from perille.studio.organisations import may_in_address, require_in_draft
from perille.studio.pages import account_id, done, draft_url, file_limit, locked, opened, page, refused, whole_number
from perille.studio.sounds import MAX_SECONDS, MAX_SOUND
from perille.studio.uploads import sent_sound
from perille.studio.views import blueprint

_RECORDINGS = "/<lang:lang>/studio/<uuid:draft_id>/recordings"
STATES = {
    RecordingState.MISSING: lazy_gettext("not recorded"),
    RecordingState.OUTDATED: lazy_gettext("outdated by an edit"),
    RecordingState.RECORDED: lazy_gettext("recorded"),
    RecordingState.UNTRANSLATED: lazy_gettext("not translated yet"),
}
_TO_DO = (RecordingState.MISSING, RecordingState.OUTDATED)
#: Of all pages these alone may ask for the microphone.
_POLICY = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@blueprint.get(_RECORDINGS)
@require_in_draft("studio.translate")
def recordings(lang: str, draft_id: UUID) -> Response:
    """List the languages of a draft with what is recorded in each."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    listed = [(code, counts(narration(made.pack, code))) for code in made.pack.manifest.languages]
    return page("recordings", draft=draft, listed=listed, states=STATES, names=LANGUAGES)


def _read(draft: StudioDraft, language: str) -> tuple[DraftBuild, list[NarrationRow]]:
    """Return a draft with what can be read aloud in a language of it; raise NotFound for another one."""
    made = build(db.session, draft, languages=(language,))
    if language not in made.pack.manifest.languages:
        raise NotFound(_("This course is not translated into that language."))
    return made, narration(made.pack, language)


@blueprint.get(f"{_RECORDINGS}/<language>")
@require_in_draft("studio.translate")
def recorder(lang: str, draft_id: UUID, language: str) -> Response:
    """Show what can be read aloud, and open one of it: the one that is asked for, else the first that is to do."""
    draft = opened(draft_id)
    made, lines = _read(draft, language)
    wished = request.args.get("show", "")
    shown = [each for each in lines if not wished or each.state == wished]
    here = _find(lines, _asked(made)) or next((each for each in shown if each.state in _TO_DO), None)
    return _recorder_page(draft, made, language, lines, here or (shown[0] if shown else None), wished)


def _neighbours(lines: Sequence[NarrationRow], here: NarrationRow | None) -> dict[str, NarrationRow | None]:
    """Return what is read aloud before and after the one that is open, in the order of the course."""
    if here is None:
        return {"before": None, "after": None}
    at = lines.index(here)
    return {"before": lines[at - 1] if at else None, "after": lines[at + 1] if at + 1 < len(lines) else None}


def _recorder_page(
    draft: StudioDraft,
    made: DraftBuild,
    language: str,
    lines: Sequence[NarrationRow],
    here: NarrationRow | None,
    wished: str,
    beside: ConcurrentRecording | None = None,
) -> Response:
    hashes = [each.recording.sha256 for each in lines if each.recording]
    may_record = may_in_address("studio.narrate")
    response = page(
        "recorder",
        **file_limit(MAX_SOUND),
        draft=draft,
        language_code=language,
        lines=[each for each in lines if not wished or each.state == wished],
        here=here,
        beside=beside,
        **_neighbours(lines, here),
        orphans=orphans(made.pack, language),
        free=[each for each in lines if each.state is RecordingState.MISSING],
        counts=counts(lines),
        show=wished,
        states=STATES,
        names=LANGUAGES,
        source_language=made.pack.manifest.source_language,
        is_sensitive=made.pack.manifest.sensitive,
        may_record=may_record,
        by=recorded_by(db.session, draft, hashes),
        most_seconds=MAX_SECONDS,
        most_bytes=MAX_SOUND,
    )
    if may_record:
        response.headers["Permissions-Policy"] = _POLICY
    return response


def _asked(made: DraftBuild) -> str:
    """Return the name of what is asked for: by its own name, or by lesson and number of the screen, as other pages know it."""
    lesson = made.pack.lessons.get(request.args.get("lesson", ""))
    if lesson is None:
        return request.args.get("what", "")
    names = screen_names(lesson)
    number = whole_number("screen", 1, source=request.args.get)
    return f"{LESSONS}/{request.args['lesson']}/{names[number - 1]}" if 0 < number <= len(names) else ""


def _find(lines: list[NarrationRow], name: str) -> NarrationRow | None:
    return next((each for each in lines if each.reading.name == name), None)


def _back(draft: StudioDraft, language: str, name: str = "") -> str:
    show = request.form.get("show", "")
    query = {"what": name} if name else {}
    query |= {"show": show} if show in set(RecordingState) else {}
    return draft_url(draft, "studio.recorder", language=language, **query)


def _done(address: str, words: str) -> Response:
    return done(address, words, undo=may_in_address("studio.author"))


@blueprint.post(f"{_RECORDINGS}/<language>")
@require_in_draft("studio.narrate")
@takes_files(MAX_SOUND)
@sent_sound
def save_recording(lang: str, draft_id: UUID, language: str) -> Response:
    """Take a recording, and go on to the next that is to do. It says the words that its page showed, though they may have changed since.

    *had* of the form: hash of the recording that its page showed. Where somebody else's came meanwhile, both are kept, and one decides.
    """
    draft = locked(draft_id)
    sent = sent_sound.result()
    name, words = request.form.get("what", ""), request.form.get("words", "")
    made, lines = _read(draft, language)
    line = _find(lines, name)
    if line is None or line.state is RecordingState.UNTRANSLATED:
        gone = _("What this recording says is not in the course any more. It was not saved.")
        return done(_back(draft, language), gone, stop=True)
    body = sent.made.body if sent.made is not None else _chosen(draft, language, name)
    if body is None:
        return done(_back(draft, language, name), sent.refused or _("Record it, or choose a file first."), stop=True)
    words = words if is_hash(words) else line.reading.hash
    changes = with_recording(made.pack, language, name, body, words)
    if _is_other(draft, line) and line.recording is not None and line.recording.sha256 != sha256(body):
        put_beside(db.session, draft, changes, sha256(body), account_id())
        show = request.form.get("show", "")
        wished = show if show in set(RecordingState) else ""
        beside = ConcurrentRecording(sha256(body), len(body), seconds_of(body), words, _next_to_do(lines, line))
        return refused(_recorder_page(draft, made, language, lines, line, wished, beside))
    save(db.session, draft, changes, account_id(), RevisionKind.RECORDING, shown={})
    seconds, size = seconds_of(body), -(-len(body) // 1024)
    said = _("Kept: “%(title)s”, %(seconds)s s, %(size)s kB.", title=line.reading.title, seconds=seconds, size=size)
    return _done(_back(draft, language, _next_to_do(lines, line)), said)


def _chosen(draft: StudioDraft, language: str, name: str) -> bytes | None:
    """Return the recording of this screen that somebody chose of two, None where the form names none."""
    return recording_in_history(db.session, draft, language, name, request.form.get("take", ""))


def _is_other(draft: StudioDraft, line: NarrationRow) -> bool:
    """Tell whether somebody else's recording took the place of the one that the page of this form showed; a form may not say which."""
    if line.recording is None or request.form.get("had", line.recording.sha256) == line.recording.sha256:
        return False
    digest = line.recording.sha256
    return recorded_by(db.session, draft, [digest]).get(digest) != account_id()


def _next_to_do(lines: list[NarrationRow], line: NarrationRow) -> str:
    """Return the name of the next that is to do, from the beginning again after the last; the same where nothing is left."""
    at = lines.index(line)
    rest = [*lines[at + 1 :], *lines[:at]]
    return next((each.reading.name for each in rest if each.state in _TO_DO), line.reading.name)


@blueprint.post(f"{_RECORDINGS}/<language>/remove")
@require_in_draft("studio.narrate")
def remove_recording(lang: str, draft_id: UUID, language: str) -> Response:
    """Take a recording out; history has it still."""
    draft = locked(draft_id)
    made, lines = _read(draft, language)
    name = request.form.get("what", "")
    line = _find(lines, name)
    lost = next((each for each in orphans(made.pack, language) if each.path == name), None)
    if line is not None and _is_other(draft, line):
        return done(_back(draft, language, name), _saved_since(), stop=True)
    if line is not None and line.recording is not None:
        changes = without_recording(made.pack, language, name, line.recording.path)
    elif lost is not None:
        changes = without_recording(made.pack, language, _stem(lost.path, language), lost.path)
    else:
        return done(_back(draft, language), _("There is no such recording in this draft."), stop=True)
    save(db.session, draft, changes, account_id(), RevisionKind.RECORDING, shown={})
    return _done(_back(draft, language, name if line is not None else ""), _("The recording is out."))


def _saved_since() -> str:
    return _("Somebody has saved since you opened this page. Look at it again, and decide then.")


def _stem(path: str, language: str) -> str:
    return path.partition(f"/{language}/")[2].rpartition(".")[0]


@blueprint.post(f"{_RECORDINGS}/<language>/right")
@require_in_draft("studio.narrate")
def confirm_recording(lang: str, draft_id: UUID, language: str) -> Response:
    """Say that a recording still says what its page says, though a letter of it was changed."""
    draft = locked(draft_id)
    made, lines = _read(draft, language)
    name = request.form.get("what", "")
    line = _find(lines, name)
    back = _back(draft, language, name)
    if line is None or line.state is not RecordingState.OUTDATED or request.form.get("words") != line.reading.hash:
        return done(back, _("The words have changed since you opened this page. Look at them again."), stop=True)
    if _is_other(draft, line):
        return done(back, _saved_since(), stop=True)
    save(db.session, draft, still_right(made.pack, language, line), account_id(), RevisionKind.RECORDING, shown={})
    return _done(_back(draft, language, _next_to_do(lines, line)), _("Saved."))


@blueprint.post(f"{_RECORDINGS}/<language>/give")
@require_in_draft("studio.narrate")
def reassign_recording(lang: str, draft_id: UUID, language: str) -> Response:
    """Say whose voice a recording is whose screen was renamed."""
    draft = locked(draft_id)
    made, lines = _read(draft, language)
    path, name = request.form.get("path", ""), request.form.get("what", "")
    lost = next((each for each in orphans(made.pack, language) if each.path == path), None)
    line = _find(lines, name)
    if lost is None or line is None or line.recording is not None:
        return done(_back(draft, language), _("Choose what it says."), stop=True)
    save(db.session, draft, given_to(made.pack, language, lost, name), account_id(), RevisionKind.RECORDING, shown={})
    return _done(_back(draft, language, name), _("Saved. Listen whether it still says what stands here."))
