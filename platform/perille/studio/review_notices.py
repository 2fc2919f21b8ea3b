"""Who asked for a review is told of its answer: on their first page until the course is published, and by e-mail."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.i18n import SOURCE_LANGUAGE, lazy_gettext, offered_for
from perille.core.notice import NoticeKind
from perille.core.web.site_address import mailed_url
from perille.notices.services import queue
from perille.people.models import Account
from perille.studio.models import StudioDraft, StudioReview, StudioVersion

#: values: `title`; links: `open`. What was said stays in the Studio.
ANSWERED = NoticeKind(
    name="studio-review-answered",
    title=lazy_gettext("Answers to reviews that you asked for"),
    subject=lazy_gettext("A review that you asked for is answered"),
    template="studio/review_answered.txt",
    for_staff=True,
)


def tell_answered(session: Session, draft: StudioDraft, review: StudioReview) -> None:
    """Queue an e-mail to who asked for a review that somebody else has answered. Needs an app context."""
    account = session.get(Account, review.asked_by) if review.asked_by is not None else None
    if account is None or account.disabled_at is not None or review.asked_by == review.answered_by:
        return
    language = offered_for(account.locale or SOURCE_LANGUAGE) or SOURCE_LANGUAGE
    queue(
        session,
        kind=ANSWERED.name,
        to=account,
        locale=language,
        values={"title": draft.title},
        links={"open": mailed_url("studio.publication", lang=language, draft_id=draft.id) + "#review"},
        once=f"{ANSWERED.name} {review.id}",
    )


def answered_reviews(session: Session, drafts: Collection[UUID], account_id: UUID) -> dict[UUID, StudioReview]:
    """Return draft -> its newest review, where somebody else has answered what this account asked, and nothing was published since."""
    wanted = select(StudioReview).where(StudioReview.draft_id.in_(drafts))
    newest = {row.draft_id: row for row in session.scalars(wanted.order_by(StudioReview.asked_at, StudioReview.id))}
    published = select(StudioVersion.draft_id, StudioVersion.published_at).where(StudioVersion.draft_id.in_(drafts))
    last = {row.draft_id: row.published_at for row in session.execute(published.order_by(StudioVersion.published_at))}
    return {
        draft_id: row
        for draft_id, row in newest.items()
        if row.answered_at is not None and row.asked_by == account_id and row.answered_by != account_id
        if draft_id not in last or last[draft_id] < row.answered_at
    }
