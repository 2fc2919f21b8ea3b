"""The page of one draft: its lessons in their order, what the course is, the history."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file

from perille.catalogue.services import audience_name, audience_names
from perille.core.countries import country_name
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _
from perille.core.web.responses import see_other
from perille.domain.course import UnitKind
from perille.packs.authoring.wheel import write_wheel
from perille.packs.checks.minutes import count_words
from perille.people.gate import may_in
from perille.studio import drafts, organisations
from perille.studio.archives import write_archive
from perille.studio.builds import DraftBuild, build
from perille.studio.comment_views import listed
from perille.studio.comments import counts_by_path, open_threads
from perille.studio.course_settings import counts_at_the_end, credential_kinds, months_words, settings_of, traces
from perille.studio.drafts import RevisionKind, files_at, just_saved, save
from perille.studio.edit_conflicts import others_saved_since
from perille.studio.figures import unit_figures
from perille.studio.finding_places import finding_place
from perille.studio.findings import findings_of
from perille.studio.first_steps import first_steps, next_step
from perille.studio.models import StudioDraft
from perille.studio.organisations import SITE, choices, chosen, organisation_names, require_in_draft
from perille.studio.outline import (
    Changes,
    UneditableToml,
    add_test,
    add_unit,
    move_unit,
    outline_of,
    remove_unit,
)
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, whole_number
from perille.studio.publishing import current_version, differs
from perille.studio.schedule_status import planned_of
from perille.studio.unit_rules import done_words, has_rule
from perille.studio.views import blueprint, country_codes

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"
_LONGEST = 120


@blueprint.get(_DRAFT)
@require_in_draft("studio.translate")
def outline(lang: str, draft_id: UUID) -> Response:
    """Show the lessons of a draft, what it is, and what the checks say of it as a whole."""
    return outline_page(opened(draft_id))


def outline_page(draft: StudioDraft, **more: object) -> Response:
    """Return the page of a draft; *more*: what it shows beside or in place of what is saved."""
    made = build(db.session, draft)
    files = made.pack.files.files
    parts = outline_of(files)
    findings = findings_of(made.diagnostics)
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.path] = counts.get(finding.path, 0) + finding.is_mistake
    talks = open_threads(db.session, draft)
    steps = first_steps(draft, made)
    shown: dict[str, object] = {
        "draft": draft,
        "comments": counts_by_path(talks),
        "open_comments": listed(draft, talks),
        "parts": parts,
        "figures": unit_figures(db.session, draft, made),
        "manifest": made.pack.manifest,
        "findings": [
            (each, finding_place(draft, made, each, parts))
            for each in findings
            if not each.path.startswith(("lessons/", "items/"))
        ],
        "counts": counts,
        "words": sum(count_words(block.msgid) for lesson in made.pack.lessons.values() for block in lesson.blocks),
        "weight": made.compiled.summary.weight if made.compiled else 0,
        "version": current_version(db.session, draft),
        "differs": differs(db.session, draft),
        "planned": planned_of([draft])[draft.id],
        "countries": {code: country_name(code) for code in {*country_codes(), *made.pack.manifest.countries}},
        "languages": {code: LANGUAGES[code].name for code in made.pack.manifest.languages if code in LANGUAGES},
        "can_undo": drafts.undo_target(db.session, draft) > 0,
        "organisation": organisation_names().get(draft.organisation_id, ""),
        "places": choices() if may_in("studio.author", draft.organisation_id) else {},
        "here": draft.organisation_id.hex if draft.organisation_id else SITE,
        "steps": steps,
        "next_step": next_step(steps),
    }
    return page("outline", **shown | _choices(made) | more)


def _choices(made: DraftBuild) -> dict[str, object]:
    """Return what may be chosen for a course and its lessons, with what it means."""
    return {
        "setting": settings_of(made.pack.manifest),
        "problems": {},
        "audiences": {key: audience_name(key) for key in (*audience_names(), *made.pack.manifest.audiences)},
        "traces": traces(),
        "credential_kinds": credential_kinds(),
        "months_words": months_words(),
        "counting": [plan.spec.minutes or 0 for plan in made.plans if counts_at_the_end(plan)],
        "rules": {plan.key: done_words(plan) for plan in made.plans},
        "with_rule": {plan.key for plan in made.plans if has_rule(plan, made.plans)},
    }


@blueprint.post(f"{_DRAFT}/organisation")
@require_in_draft("studio.author")
def transfer_draft(lang: str, draft_id: UUID) -> Response:
    """Give the draft to another organisation in which one may write."""
    draft = locked(draft_id)
    place = chosen(request.form.get("organisation", ""), choices())
    if place is None:
        return done(draft_url(draft), _("Please choose an organisation."), stop=True)
    changed = organisations.hand_over(db.session, draft, place[0], account_id())
    return done(draft_url(draft), _("The draft is theirs now.")) if changed else see_other(draft_url(draft))


def saved(draft: StudioDraft, changes: Changes, deed: RevisionKind, words: str, address: str = "") -> Response:
    """Save changed files, and lead to a page that says *words* with a button that takes it back; where nothing changes, without a word."""
    changed = save(db.session, draft, changes, account_id(), deed)
    back = address or draft_url(draft)
    return done(back, words, undo=True) if changed else see_other(back)


def not_in_one_place(draft: StudioDraft) -> Response:
    """Say that pack.toml has to be changed by hand."""
    words = _("pack.toml of this course is written by hand in a way that this page cannot change. Open its source.")
    return done(draft_url(draft), words, stop=True)


@blueprint.post(f"{_DRAFT}/lessons")
@require_in_draft("studio.author")
def add_lesson(lang: str, draft_id: UUID) -> Response:
    """Add a lesson or a test at the end of a part, and open it."""
    draft = locked(draft_id)
    title = " ".join(request.form.get("title", "").split())[:_LONGEST]
    if not title:
        return done(draft_url(draft), _("Please write the title of the lesson."), stop=True)
    files = files_at(db.session, draft)
    part = whole_number("part")
    if (before := _just_added(draft, files, part, title)) is not None:
        return before
    try:
        if request.form.get("kind") == "assessment":
            _key, changes = add_test(files, part, title)
            return saved(draft, changes, RevisionKind.OUTLINE, _("The test is added. Now add its questions."))
        key, changes = add_unit(files, part, title, UnitKind.LESSON)
    except (UneditableToml, LookupError, TypeError):
        return not_in_one_place(draft)
    address = draft_url(draft, "studio.lesson", name=key)
    return saved(draft, changes, RevisionKind.OUTLINE, _("The lesson is added. Write its first screen."), address)


def _just_added(draft: StudioDraft, files: dict[str, bytes], part: int, title: str) -> Response | None:
    """Lead to what the first of two presses has added; None where this is the first."""
    units = [each.units for each in outline_of(files)][part : part + 1]
    last = units[0][-1] if units and units[0] else None
    if last is None or last.title != title or not just_saved(db.session, draft, account_id(), RevisionKind.OUTLINE):
        return None
    is_lesson = last.kind == UnitKind.LESSON.value
    return see_other(draft_url(draft, "studio.lesson", name=last.key) if is_lesson else draft_url(draft))


@blueprint.post(f"{_DRAFT}/units/<key>/move")
@require_in_draft("studio.author")
def reorder_unit(lang: str, draft_id: UUID, key: str) -> Response:
    """Move a unit up or down."""
    draft = locked(draft_id)
    try:
        changes = move_unit(files_at(db.session, draft), key, -1 if request.form.get("to") == "up" else 1)
    except UneditableToml:
        return not_in_one_place(draft)
    return saved(draft, changes, RevisionKind.OUTLINE, _("Moved."), f"{draft_url(draft)}#unit-{key}")


@blueprint.post(f"{_DRAFT}/units/<key>/remove")
@require_in_draft("studio.author")
def delete_unit(lang: str, draft_id: UUID, key: str) -> Response:
    """Take a unit out; undo brings it back whole."""
    draft = locked(draft_id)
    try:
        changes = remove_unit(files_at(db.session, draft), key)
    except (UneditableToml, LookupError):
        return not_in_one_place(draft)
    return saved(draft, changes, RevisionKind.OUTLINE, _("The lesson is out of the course."))


@blueprint.post(f"{_DRAFT}/undo")
@require_in_draft("studio.author")
def undo(lang: str, draft_id: UUID) -> Response:
    """Take the last save back, and lead to the page it was pressed on."""
    draft = locked(draft_id)
    if others_saved_since(db.session, draft, whole_number("revision"), account_id()):
        return _decide_again(draft)
    if not drafts.undo(db.session, draft, account_id()):
        return done(draft_url(draft), _("There is nothing to take back."))
    lesson = request.form.get("lesson", "")
    if lesson and drafts.file_at(db.session, draft, f"lessons/{lesson}.md") is not None:
        address = draft_url(draft, "studio.lesson", name=lesson, screen=whole_number("screen", 1))
        return done(address, _("Taken back."), undo=True)
    return done(draft_url(draft), _("Taken back."), undo=True)


def _decide_again(draft: StudioDraft) -> Response:
    told = _("Somebody has saved since you opened this page. Look at it again, and decide then.")
    return done(draft_url(draft, "studio.history"), told, stop=True)


@blueprint.get(f"{_DRAFT}/history")
@require_in_draft("studio.translate")
def history(lang: str, draft_id: UUID) -> Response:
    """Show who saved what and when, to bring any state back."""
    draft = opened(draft_id)
    return page("history", draft=draft, lines=drafts.history(db.session, draft), deeds=_revision_words())


def _revision_words() -> dict[str, str]:
    return {
        RevisionKind.BEGUN: _("Begun"),
        RevisionKind.IMPORTED: _("Brought in"),
        RevisionKind.WORDS: _("Words changed"),
        RevisionKind.BLOCK_ADDED: _("A block added"),
        RevisionKind.BLOCK_MOVED: _("A block moved"),
        RevisionKind.BLOCK_GONE: _("A block taken out"),
        RevisionKind.SCREENS: _("Screens changed"),
        RevisionKind.SOURCE: _("Source changed"),
        RevisionKind.OUTLINE: _("Outline changed"),
        RevisionKind.QUESTION: _("A question changed"),
        RevisionKind.FACT: _("A fact changed"),
        RevisionKind.PICTURE: _("A picture changed"),
        RevisionKind.RECORDING: _("A recording changed"),
        RevisionKind.TRANSLATION: _("Translated"),
        RevisionKind.MERGED: _("Changes of two people put together"),
        RevisionKind.ORIGIN: _("The course that it is a copy of, as it was then"),
        RevisionKind.TAKEN: _("Its changes taken"),
        RevisionKind.REVIEWED: _("Approved"),
        RevisionKind.PUBLISHED: _("Made ready to publish"),
        RevisionKind.UNDONE: _("Taken back"),
        RevisionKind.RESTORED: _("An earlier state brought back"),
    }


@blueprint.post(f"{_DRAFT}/restore")
@require_in_draft("studio.author")
def restore(lang: str, draft_id: UUID) -> Response:
    """Bring an earlier state back."""
    draft = locked(draft_id)
    if others_saved_since(db.session, draft, whole_number("seen"), account_id()):
        return _decide_again(draft)
    drafts.restore(db.session, draft, whole_number("revision"), account_id())
    return done(draft_url(draft), _("The earlier state is back. What you had is in the history."), undo=True)


@blueprint.get(f"{_DRAFT}/export.zip")
@require_in_draft("studio.translate")
def export(lang: str, draft_id: UUID) -> Response:
    """Give the draft as an archive, byte for byte; `perille packs check` reads what is in it."""
    draft = opened(draft_id)
    body = write_archive(draft.pack_id, files_at(db.session, draft))
    return send_file(BytesIO(body), "application/zip", as_attachment=True, download_name=f"{draft.pack_id}.zip")


@blueprint.get(f"{_DRAFT}/export.whl")
@require_in_draft("studio.translate")
def export_wheel(lang: str, draft_id: UUID) -> Response:
    """Give the draft as a wheel that `pip` installs beside another Perille; refused while an error would keep it from being served."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    if made.errors:
        words = _("A course with faults cannot be installed. Mend what stands under “Publish” first.")
        return done(draft_url(draft, "studio.publication"), words, stop=True)
    name, body = write_wheel(draft.pack_id, made.pack.manifest.version, files_at(db.session, draft))
    return send_file(BytesIO(body), "application/zip", as_attachment=True, download_name=name)
