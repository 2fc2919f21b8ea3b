"""A day and time at which a draft is published, or taken out of the lists, by itself.

What is published is the revision that was there when the moment was set: what is written later does not ride along, and learners keep
what they have until then. The job "studio-schedule" does it. It locks the draft and reads the row again before it does anything, so that
of many processes one does it, once; an installation that was off does it when it is on again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.errors import Conflict
from perille.core.fault_isolation import one_by_one
from perille.core.i18n import _
from perille.packs.checks.two_person_review import needs_review
from perille.people.audit import audit
from perille.people.models import Account, Organisation
from perille.people.permissions import allowed
from perille.studio.builds import DraftBuild, build
from perille.studio.models import StudioDraft, StudioReview, StudioSchedule
from perille.studio.publication_signal import last_reload, reload_published
from perille.studio.publishing import (
    BlockerCode,
    current_version,
    differs,
    hindrances_of_build,
    make_ready,
    newest_number,
    publish_build,
    withdraw_draft,
)
from perille.studio.schedule_notices import tell_stopped


class ScheduledAction(StrEnum):
    """What happens at the moment."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class ScheduleState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    DONE = "done"
    #: It was not done; `StudioSchedule.why` says why.
    STOPPED = "stopped"
    CANCELLED = "cancelled"


def country_of(session: Session, draft: StudioDraft, made: DraftBuild) -> str:
    """Return the country by whose clock moments of a draft are told: of its organisation, else of the course; "" for UTC."""
    organisation = session.get(Organisation, draft.organisation_id) if draft.organisation_id else None
    countries = organisation.countries if organisation is not None else []
    return next(iter([*countries, *made.pack.manifest.countries]), "")


def shown_rows(session: Session, drafts: Sequence[UUID]) -> list[StudioSchedule]:
    """Return what is to happen to drafts, and what did not and nobody has read yet, by its moment."""
    shown = (StudioSchedule.state == ScheduleState.WAITING) | (
        (StudioSchedule.state == ScheduleState.STOPPED) & StudioSchedule.is_read.is_(False)
    )
    wanted = select(StudioSchedule).where(StudioSchedule.draft_id.in_(drafts), shown)
    return list(session.scalars(wanted.order_by(StudioSchedule.at, StudioSchedule.id)))


def waiting_of(session: Session, draft: StudioDraft) -> Mapping[str, StudioSchedule]:
    """Return action -> what is to happen to a draft by itself."""
    return {row.action: row for row in shown_rows(session, [draft.id]) if row.state == ScheduleState.WAITING}


def schedule_publishing(
    session: Session, draft: StudioDraft, at: datetime, country: str, account_id: UUID | None, *, newest: bool = True
) -> StudioSchedule:
    """Set the moment at which a draft, which is locked, is published; raise Conflict where it could not be published now.

    *newest*: as the draft is now; else the revision stays that was chosen before, where there is one.
    """
    if not differs(session, draft):
        raise Conflict(_("What learners see is what you have here."))
    waiting = waiting_of(session, draft)
    row = waiting.get(ScheduledAction.PUBLISH)
    _refuse_order(at, waiting.get(ScheduledAction.WITHDRAW), is_publishing=True)
    if row is None or newest:
        make_ready(session, draft, account_id)
        if build(session, draft).compiled is None:
            raise Conflict(_("The course has errors. Mend them first."))
    if row is None:
        row = _new_row(session, draft, ScheduledAction.PUBLISH, at)
    if newest or row.revision == 0:
        row.revision, row.chosen_at = draft.revision, utcnow()
        row.version = newest_number(session, draft)
    return _set(session, draft, row, at, country, account_id)


def schedule_withdrawal(
    session: Session, draft: StudioDraft, at: datetime, country: str, account_id: UUID | None
) -> StudioSchedule:
    """Set the moment at which a course is taken out of the lists; raise Conflict where it is in none, and comes into none before."""
    waiting = waiting_of(session, draft)
    before = waiting.get(ScheduledAction.PUBLISH)
    if before is None and current_version(session, draft) is None:
        raise Conflict(_("This course is in no list, so there is nothing to take out."))
    _refuse_order(at, before, is_publishing=False)
    row = waiting.get(ScheduledAction.WITHDRAW) or _new_row(session, draft, ScheduledAction.WITHDRAW, at)
    return _set(session, draft, row, at, country, account_id)


def _refuse_order(at: datetime, other: StudioSchedule | None, *, is_publishing: bool) -> None:
    if other is not None and (at >= other.at if is_publishing else at <= other.at):
        raise Conflict(_("It would be taken out of the lists before it is published. Choose another moment."))


def _new_row(session: Session, draft: StudioDraft, action: ScheduledAction, at: datetime) -> StudioSchedule:
    row = StudioSchedule(draft_id=draft.id, action=action.value, at=at, revision=0, state=ScheduleState.WAITING.value)
    session.add(row)
    return row


def _set(
    session: Session, draft: StudioDraft, row: StudioSchedule, at: datetime, country: str, account_id: UUID | None
) -> StudioSchedule:
    row.at, row.country, row.made_by = at, country, account_id
    read(session, draft)
    session.flush()
    _note(session, draft, row, "draft.scheduled", account_id)
    return row


def read(session: Session, draft: StudioDraft) -> None:
    """Note that somebody has read why something did not happen."""
    for each in shown_rows(session, [draft.id]):
        each.is_read = each.state == ScheduleState.STOPPED
    session.flush()


def cancel(session: Session, draft: StudioDraft, action: str, account_id: UUID | None) -> bool:
    """Let something not happen; *draft* is locked. Return False where nothing was to happen."""
    row = waiting_of(session, draft).get(action)
    if row is None:
        return False
    _settle(row, ScheduleState.CANCELLED)
    _note(session, draft, row, "draft.schedule-cancelled", account_id)
    session.flush()
    return True


def was_done(session: Session, draft: StudioDraft, action: str) -> bool:
    """Tell whether the last of a draft's moments that is over was kept, and not taken back or stopped."""
    wanted = select(StudioSchedule.state).where(StudioSchedule.draft_id == draft.id, StudioSchedule.action == action)
    wanted = wanted.where(StudioSchedule.settled_at.is_not(None))
    return session.scalar(wanted.order_by(StudioSchedule.settled_at.desc()).limit(1)) == ScheduleState.DONE


def overtake(
    session: Session, draft: StudioDraft, account_id: UUID | None, *actions: ScheduledAction, why: BlockerCode
) -> int:
    """End what was to happen to a draft, because somebody did something else by hand; return how much that was.

    Who had set it is told, unless it was them.
    """
    waiting = waiting_of(session, draft)
    ended = [waiting[action] for action in actions if action in waiting]
    for row in ended:
        _stop(session, draft, row, why, by=account_id)
    session.flush()
    return len(ended)


def run_due(session: Session) -> int:
    """Do what is due, and let every process of the site know; return how much was done. The job "studio-schedule"."""
    begun = utcnow()
    due = run_in_transaction(session, lambda: _due(session), write=False)
    try:
        return one_by_one(session, due, partial(_run, session), job="studio-schedule")
    finally:
        run_in_transaction(session, lambda: _reload(session, begun), write=False)


def _due(session: Session) -> list[UUID]:
    wanted = select(StudioSchedule.id).where(
        StudioSchedule.state == ScheduleState.WAITING, StudioSchedule.at <= utcnow()
    )
    return list(session.scalars(wanted.order_by(StudioSchedule.at)))


def _reload(session: Session, begun: datetime) -> None:
    """Read anew what was published since this run has *begun*; also what a run published that was broken off before it could say so.

    Of this run's own no time of a reload tells: somebody else may have told of theirs between the deed and its commit.
    """
    newest = session.scalar(
        select(func.max(StudioSchedule.settled_at)).where(StudioSchedule.state == ScheduleState.DONE)
    )
    if newest is not None and (newest >= begun or newest > last_reload()):
        reload_published()


def _run(session: Session, schedule_id: UUID) -> int:
    row = session.get(StudioSchedule, schedule_id)
    if row is None:
        return 0
    # A draft that was put aside too: `lock_draft` finds none.
    draft = session.scalar(select(StudioDraft).where(StudioDraft.id == row.draft_id).with_for_update())
    # What another process did before it gave the lock.
    session.refresh(row)
    if draft is None or row.state != ScheduleState.WAITING or row.at > utcnow():
        return 0
    why = _do(session, draft, row)
    if why is None:
        _settle(row, ScheduleState.DONE)
        _note(session, draft, row, "draft.schedule-done", row.made_by)
    else:
        _stop(session, draft, row, why, by=None)
    return int(why is None)


def _do(session: Session, draft: StudioDraft, row: StudioSchedule) -> BlockerCode | None:
    """Do what a row says; return why it cannot be done, None where it was."""
    # Put aside or handed over is the cause then, whatever else its maker may do there.
    if draft.deleted_at is None and not _may_still(session, draft, row):
        return BlockerCode.ROLE
    return _publish(session, draft, row) if row.action == ScheduledAction.PUBLISH else _withdraw(session, draft)


def _may_still(session: Session, draft: StudioDraft, row: StudioSchedule) -> bool:
    """Tell whether who set a moment could do the same by hand now: a role that was taken since publishes nothing."""
    maker = session.get(Account, row.made_by) if row.made_by is not None else None
    return allowed(session, maker, "studio.author", draft.organisation_id)


def _publish(session: Session, draft: StudioDraft, row: StudioSchedule) -> BlockerCode | None:
    """Publish the revision of a row; return why it cannot be, None where it was done."""
    if draft.deleted_at is not None:
        return BlockerCode.ASIDE
    if newest_number(session, draft) != row.version:
        return BlockerCode.OVERTAKEN
    made = build(session, draft, row.revision)
    if made.errors or made.compiled is None:
        return BlockerCode.ERRORS
    hindered = next(iter(hindrances_of_build(session, draft, made)), None)
    if hindered is not None:
        return hindered.why
    if needs_review(made.pack.manifest) and _changes_asked_for(session, draft, row):
        return BlockerCode.APPROVAL
    publish_build(session, draft, made, row.made_by)
    return None


def _changes_asked_for(session: Session, draft: StudioDraft, row: StudioSchedule) -> bool:
    """Tell whether a reviewer has asked for changes since the revision was chosen: nobody is there who could weigh it."""
    wanted = select(StudioReview.id).where(StudioReview.draft_id == draft.id, StudioReview.approved.is_(False))
    return session.scalar(wanted.where(StudioReview.answered_at > row.chosen_at).limit(1)) is not None


def _withdraw(session: Session, draft: StudioDraft) -> BlockerCode | None:
    return None if withdraw_draft(session, draft) else BlockerCode.NOT_PUBLISHED


def _stop(session: Session, draft: StudioDraft, row: StudioSchedule, why: BlockerCode, *, by: UUID | None) -> None:
    _settle(row, ScheduleState.STOPPED)
    row.why = why.value
    # Who has done something else themselves knows.
    row.is_read = by is not None and by == row.made_by
    _note(session, draft, row, "draft.schedule-stopped", by)
    if not row.is_read:
        tell_stopped(session, draft, row)


def _settle(row: StudioSchedule, state: ScheduleState) -> None:
    row.state, row.settled_at = state.value, utcnow()


def _note(session: Session, draft: StudioDraft, row: StudioSchedule, action: str, account_id: UUID | None) -> None:
    why = row.why or row.action
    audit(session, account_id, action, draft.organisation_id, draft.id, pack=draft.pack_id or None, why=why)
