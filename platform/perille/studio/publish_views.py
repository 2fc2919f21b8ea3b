"""The page from which a draft is read by a second person, looked at on a phone, published, rolled back."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import Response, request
from markupsafe import Markup

from perille.core.dates import long_date, today
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.core.i18n import _, ngettext
from perille.core.web.deferred import DeferredResponse
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.idempotency_key import secret_of_press
from perille.core.web.site_address import external_url
from perille.packs.checks.two_person_review import needs_review
from perille.people.gate import may_in
from perille.studio import publishing, reviewing
from perille.studio.builds import DraftBuild, build
from perille.studio.changes import in_words
from perille.studio.comment_views import listed
from perille.studio.comments import open_threads, threads
from perille.studio.drafts import require_revision
from perille.studio.fact_use import overdue_in
from perille.studio.finding_places import finding_place
from perille.studio.findings import findings_of
from perille.studio.models import StudioDraft, StudioReview
from perille.studio.organisations import require_in_draft
from perille.studio.outline import outline_of
from perille.studio.pages import account_id, called, done, draft_url, locked, opened, page, whole_number
from perille.studio.previews import LIFETIMES, course_preview_url, end_link, links_of, make_link
from perille.studio.publication_signal import reload_published
from perille.studio.review_notices import tell_answered
from perille.studio.schedule_views import schedule_values, to_publication
from perille.studio.scheduling import ScheduledAction, overtake
from perille.studio.views import blueprint

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"


@blueprint.get(f"{_DRAFT}/publish")
@require_in_draft("studio.translate")
def publication(lang: str, draft_id: UUID) -> Response:
    """Show what is ready, what hinders, what changed, and what was published."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    current = publishing.current_version(db.session, draft)
    files = made.pack.files.files
    manifest = made.pack.manifest
    link = shown_once("studio-link")
    talks = listed(draft, threads(db.session, draft))
    address = link if isinstance(link, str) else ""
    kind = "modules" if manifest.kind == "module" else "courses"
    parts = outline_of(files)
    errors, hindrances = findings_of(made.errors), publishing.publish_blockers(db.session, draft, made)
    return page(
        "publication",
        draft=draft,
        open_comments=[each for each in talks if each.thread.is_open],
        named_comments={str(each.thread.head.id): each for each in talks},
        errors=[(finding, finding_place(draft, made, finding, parts)) for finding in errors],
        hindrances=hindrances,
        changes=in_words(publishing.changes_since(db.session, draft, files)),
        current=current,
        differs=publishing.differs(db.session, draft),
        versions=[(row, in_words(row.changes)) for row in publishing.versions_of(db.session, draft)],
        **_review_values(draft, made),
        overdue=[(fact, long_date(fact.review_due, lang)) for fact in overdue_in(db.session, made, today())],
        private_links=links_of(db.session, draft),
        lifetimes=LIFETIMES,
        link=address,
        qr=_qr(address) if address else "",
        learner_kind=kind,
        look=course_preview_url(draft, lang, kind) if made.has_pages else "",
        slug=manifest.slug,
        **schedule_values(draft, made, may_publish=not errors and not hindrances),
    )


def _review_values(draft: StudioDraft, made: DraftBuild) -> dict[str, object]:
    """Return what the template says of reviews: the open one, those that were answered, and who may give one."""
    return {
        "needs_review": needs_review(made.pack.manifest),
        "is_reviewed": reviewing.is_approved(db.session, draft, made),
        "review": reviewing.open_review(db.session, draft),
        "reviews": [each for each in reviewing.reviews_of(db.session, draft) if each.answered_at],
        "is_author": account_id() in reviewing.authors_of(db.session, draft),
        "my_name": called(account_id()),
        "may_review": may_in("studio.review", draft.organisation_id),
    }


def _qr(address: str) -> Markup:
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(picture)  # noqa: S704  (segno writes lines and numbers alone)


@blueprint.post(f"{_DRAFT}/publish")
@require_in_draft("studio.author")
def publish(lang: str, draft_id: UUID) -> Response:
    """Publish the draft as its page showed it; learners can take it at once."""
    draft = locked(draft_id)
    try:
        if not publishing.is_published_as_seen(db.session, draft, seen := whole_number("revision")):
            require_revision(draft, seen)
        row = publishing.publish_draft(db.session, draft, account_id())
        overtake(db.session, draft, account_id(), ScheduledAction.PUBLISH, why=publishing.BlockerCode.OVERTAKEN)
    except Conflict as refused:
        return to_publication(draft, refused.message, stop=True)
    words = _("Published as version %(number)s. Learners can take it now.", number=row.number)
    talks = len(open_threads(db.session, draft))
    if talks:
        words += " " + ngettext("%(num)s comment is open.", "%(num)s comments are open.", talks)
    return _published(draft, words)


def _published(draft: StudioDraft, words: str) -> Response:
    address = draft_url(draft, "studio.publication")

    def after_commit() -> Response:
        reload_published()
        return done(address, words)

    return DeferredResponse(after_commit)


@blueprint.post(f"{_DRAFT}/versions/<number>/again")
@require_in_draft("studio.author")
def publish_again(lang: str, draft_id: UUID, number: str) -> Response:
    """Publish an earlier version again."""
    draft = locked(draft_id)
    try:
        old, seen = whole_number(number, source=str), whole_number("revision")
        row = publishing.rolled_back_as_seen(db.session, draft, old, seen)
        if row is None:
            require_revision(draft, seen)
            row = publishing.roll_back(db.session, draft, old, account_id())
        overtake(db.session, draft, account_id(), ScheduledAction.PUBLISH, why=publishing.BlockerCode.OVERTAKEN)
    except Conflict as refused:
        return to_publication(draft, refused.message, stop=True)
    words = _("Version %(old)s is back, as version %(number)s.", old=number, number=row.number)
    return _published(draft, words)


@blueprint.post(f"{_DRAFT}/withdraw")
@require_in_draft("studio.author")
def withdraw(lang: str, draft_id: UUID) -> Response:
    """Take the course out of the lists; who takes it goes on."""
    draft = locked(draft_id)
    publishing.withdraw_draft(db.session, draft)
    overtake(db.session, draft, account_id(), ScheduledAction.WITHDRAW, why=publishing.BlockerCode.NOT_PUBLISHED)
    words = _("The course is in no list any more. Who has begun it can go on.")
    # It would come back by itself: only where that was asked for.
    if not request.form.get("keep_moment") and overtake(
        db.session, draft, account_id(), ScheduledAction.PUBLISH, why=publishing.BlockerCode.WITHDRAWN
    ):
        words += " " + _("It is not published by itself any more at the moment that was set.")
    return _published(draft, words)


@blueprint.post(f"{_DRAFT}/review")
@require_in_draft("studio.author")
def request_review(lang: str, draft_id: UUID) -> Response:
    """Ask that somebody else reads the draft."""
    draft = locked(draft_id)
    reviewing.ask_for_review(db.session, draft, account_id())
    return to_publication(draft, _("The review is asked for. Send the address of this page to who is to read it."))


@blueprint.post(f"{_DRAFT}/review/answer")
@require_in_draft("studio.review")
def submit_review(lang: str, draft_id: UUID) -> Response:
    """Approve the draft, or ask for changes."""
    draft = locked(draft_id)
    review = _review(draft)
    note = request.form.get("note", "").strip()[:4000]
    name = " ".join(request.form.get("name", "").split())[:100]
    approved = request.form.get("answer") == "approve"
    if review is None:
        return to_publication(draft, _("There is no review to answer."), stop=True)
    if approved and not name:
        return to_publication(draft, _("Please write your name: readers are told who has read the course."), stop=True)
    if not approved and not note and not open_threads(db.session, draft):
        return to_publication(draft, _("Please write what is to be changed."), stop=True)
    try:
        reviewing.answer_review(db.session, draft, review, account_id(), approved=approved, note=note, name=name)
    except Conflict as refused:
        return to_publication(draft, refused.message, stop=True)
    tell_answered(db.session, draft, review)
    return to_publication(draft, _("Approved.") if approved else _("The authors are told what to change."))


def _review(draft: StudioDraft) -> StudioReview | None:
    return reviewing.open_review(db.session, draft)


@blueprint.post(f"{_DRAFT}/links")
@require_in_draft("studio.author")
def add_link(lang: str, draft_id: UUID) -> Response:
    """Make a private link, and show it once with its QR code."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    days = whole_number("days", LIFETIMES[0])
    secret = secret_of_press("studio link", draft.id, account_id(), days)
    word = make_link(db.session, draft, account_id(), days, secret)
    kind = "modules" if made.pack.manifest.kind == "module" else "courses"
    link = external_url("learning.course", lang=lang, kind=kind, slug=word)
    return show_once(draft_url(draft, "studio.publication") + "#links", "studio-link", link)


@blueprint.post(f"{_DRAFT}/links/<uuid:link_id>/end")
@require_in_draft("studio.author")
def remove_link(lang: str, draft_id: UUID, link_id: UUID) -> Response:
    """Make a link work no longer."""
    draft = locked(draft_id)
    end_link(db.session, draft, link_id)
    return to_publication(draft, _("The link works no longer."))
