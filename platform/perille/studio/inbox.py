"""What waits for somebody in the Studio: comments to which others had the last word, and drafts that are to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.extensions import db
from perille.packs.format.manifest import MANIFEST
from perille.people.current import the_account
from perille.people.gate import may_in
from perille.studio.drafts import drafts_of, file_at, manifest_of
from perille.studio.models import StudioComment, StudioDraft, StudioReview
from perille.studio.organisations import visible_organisations
from perille.studio.review_notices import answered_reviews
from perille.studio.reviewing import authors_of
from perille.studio.scheduling import ScheduleState, shown_rows


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft in which something waits."""

    draft: StudioDraft
    #: Comments that are open and to which somebody else had the last word.
    comments: int
    #: Whether somebody asked for a review that this reader may answer.
    is_to_read: bool
    #: Whether something was to happen to it by itself and did not, in a draft that this reader writes.
    is_stopped: bool
    #: The answer to a review that this reader asked for, None for none.
    answered: StudioReview | None
    #: Whether it is in other languages, and this reader may translate and write nothing else in it.
    is_to_translate: bool

    @property
    def waits(self) -> bool:
        """Whether there is anything to do in it for this reader."""
        return (
            bool(self.comments)
            or self.is_to_read
            or self.is_stopped
            or self.answered is not None
            or self.is_to_translate
        )


def waiting_drafts() -> list[WaitingDraft]:
    """Return the drafts in which something waits for who is signed in, changed last first."""
    account_id = the_account().id
    seen = drafts_of(db.session, visible_organisations())
    writes = _allowed("studio.author", seen)
    translates = _to_translate(db.session, seen, writes)
    counts = _comments(db.session, [each.id for each in seen], writes, account_id)
    asked = _asked(db.session, list(_allowed("studio.review", seen)))
    stopped = {row.draft_id for row in shown_rows(db.session, list(writes)) if row.state == ScheduleState.STOPPED}
    answered = answered_reviews(db.session, [each.id for each in seen], account_id)
    found = (
        WaitingDraft(
            each,
            counts.get(each.id, 0),
            each.id in asked and account_id not in authors_of(db.session, each),
            each.id in writes & stopped,
            answered.get(each.id),
            each.id in translates,
        )
        for each in seen
    )
    return [each for each in found if each.waits]


def _to_translate(session: Session, drafts: Sequence[StudioDraft], writes: Collection[UUID]) -> set[UUID]:
    """Return the drafts in other languages in which who is signed in may translate and does not write."""
    may = _allowed("studio.narrate", drafts)
    found = (each for each in drafts if each.id in may and each.id not in writes)
    return {each.id for each in found if manifest_of(file_at(session, each, MANIFEST) or b"", "").translated_into}


def _allowed(action: str, drafts: Sequence[StudioDraft]) -> set[UUID]:
    """Return the drafts in which who is signed in may do something."""
    return {each.id for each in drafts if may_in(action, each.organisation_id)}


def _comments(session: Session, drafts: Sequence[UUID], writes: Iterable[UUID], account_id: UUID) -> dict[UUID, int]:
    """Return draft -> open comments that wait for somebody: in a draft that they write, all; else those in which they said something."""
    wanted = select(StudioComment).where(StudioComment.draft_id.in_(drafts), StudioComment.done_at.is_(None))
    talks: dict[UUID, list[StudioComment]] = {}
    for row in session.scalars(wanted.order_by(StudioComment.at, StudioComment.id)):
        talks.setdefault(row.answers_to or row.id, []).append(row)
    counts: dict[UUID, int] = {}
    for rows in talks.values():
        is_theirs = rows[0].draft_id in writes or any(row.account_id == account_id for row in rows)
        if is_theirs and rows[-1].account_id != account_id:
            counts[rows[0].draft_id] = counts.get(rows[0].draft_id, 0) + 1
    return counts


def _asked(session: Session, drafts: Sequence[UUID]) -> set[UUID]:
    """Return the drafts whose newest review nobody has answered."""
    wanted = select(StudioReview).where(StudioReview.draft_id.in_(drafts))
    newest = {row.draft_id: row for row in session.scalars(wanted.order_by(StudioReview.asked_at, StudioReview.id))}
    return {draft_id for draft_id, row in newest.items() if row.answered_at is None}
