"""A second person reads a draft: who may, what they said, and for which words that counts (SE15)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, utcnow
from perille.core.dates import today
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.packs.checks.two_person_review import ReviewState, contents_hash, review_state
from perille.packs.format.manifest import MANIFEST
from perille.studio.builds import DraftBuild, build, counted_minutes
from perille.studio.comments import open_threads
from perille.studio.drafts import RevisionKind, file_at, files_at, save
from perille.studio.models import StudioDraft, StudioReview, StudioRevision
from perille.studio.outline import manifest_text, set_minutes
from perille.studio.toml_edit import TomlText, table_text


def is_approved(session: Session, draft: StudioDraft, made: DraftBuild) -> bool:
    """Tell whether somebody who did not write a draft has approved it here as it is.

    A review that pack.toml tells of alone does not count: who uploads a course can write any.
    """
    manifest, files = made.pack.manifest, made.pack.files
    if review_state(manifest, files) is not ReviewState.REVIEWED:
        return False
    wanted = select(StudioReview.id).where(StudioReview.draft_id == draft.id, StudioReview.approved.is_(True))
    return session.scalar(wanted.where(StudioReview.contents == contents_hash(manifest, files)).limit(1)) is not None


def ask_for_review(session: Session, draft: StudioDraft, account_id: UUID | None) -> StudioReview:
    """Ask that somebody else reads the draft as it is now, with its minutes as they are counted; once for the same contents."""
    save(
        session,
        draft,
        set_minutes(files_at(session, draft), counted_minutes(build(session, draft))),
        account_id,
        RevisionKind.PUBLISHED,
    )
    contents, waiting = _contents(session, draft), open_review(session, draft)
    if waiting is not None and waiting.contents == contents:
        return waiting
    review = StudioReview(draft_id=draft.id, contents=contents, asked_by=account_id)
    session.add(review)
    session.flush()
    return review


def _contents(session: Session, draft: StudioDraft) -> str:
    made = build(session, draft)
    return contents_hash(made.pack.manifest, made.pack.files)


def authors_of(session: Session, draft: StudioDraft) -> set[UUID]:
    """Return the accounts that have written in a draft; who only read, translated or published has not."""
    not_writing = (RevisionKind.REVIEWED, RevisionKind.PUBLISHED, RevisionKind.TRANSLATION)
    wanted = select(StudioRevision.account_id).where(
        StudioRevision.draft_id == draft.id, StudioRevision.deed.not_in([deed.value for deed in not_writing])
    )
    return {each for each in session.scalars(wanted.distinct()) if each is not None}


def open_review(session: Session, draft: StudioDraft) -> StudioReview | None:
    """Return the review that was asked for last, None where it is answered: it takes the place of those before it."""
    wanted = select(StudioReview).where(StudioReview.draft_id == draft.id)
    last = session.scalar(wanted.order_by(StudioReview.asked_at.desc(), StudioReview.id.desc()).limit(1))
    return last if last is not None and last.answered_at is None else None


def reviews_of(session: Session, draft: StudioDraft) -> list[StudioReview]:
    """Return the reviews of a draft, newest first."""
    wanted = select(StudioReview).where(StudioReview.draft_id == draft.id)
    return list(session.scalars(wanted.order_by(StudioReview.asked_at.desc())))


def answer_review(
    session: Session,
    draft: StudioDraft,
    review: StudioReview,
    account_id: UUID,
    *,
    approved: bool,
    note: str,
    name: str,
) -> None:
    """Approve a draft, or ask for changes; *name* is how the reviewer is called in pack.toml. Raise Conflict.

    SE15: who wrote in the draft cannot approve it, and an approval counts for what was read and nothing that came later.
    """
    if approved and account_id in authors_of(session, draft):
        raise Conflict(_("You have written in this course yourself. Somebody else must approve it."))
    if approved and review.contents != _contents(session, draft):
        raise Conflict(_("The course has changed since the review was asked for. Ask for a new one."))
    review.answered_by, review.answered_at = account_id, utcnow()
    review.approved, review.note = approved, note
    review.comments = [] if approved else [str(each.head.id) for each in open_threads(session, draft)]
    if approved:
        _note_review(session, draft, review, account_id, name)
    session.flush()


def _note_review(session: Session, draft: StudioDraft, review: StudioReview, account_id: UUID, name: str) -> None:
    """Write the approval into pack.toml, as a pack in a folder has it: learners are told that a second person has read the course."""
    read = TomlText(manifest_text({MANIFEST: file_at(session, draft, MANIFEST) or b""}))
    table = table_text("[[review]]", {"by": name, "on": today(), "contents": review.contents})
    text = read.append(table)
    save(session, draft, {MANIFEST: text.encode("utf-8", "surrogateescape")}, account_id, RevisionKind.REVIEWED)
