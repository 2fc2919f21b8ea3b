"""Retention: what is older than was promised goes, and a clock that is wrong deletes nothing.

Progress goes twelve months after the last visit, a certificate five years after it was made. Before anything goes, the clock must agree
with what the record store has seen and with itself: it may not lie before the newest statement, and after a jump of more than two days
(or a first start, or a pause of the program) nothing goes for two days. A run removes at most a share of all learners; what is more waits
for the next day, and the administrator is told. What was removed can be restored for 30 days (see `archive`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, delete, func, select

from perille.assessment.models import Attempt
from perille.core.database import Session
from perille.core.fault_isolation import concerns_all, note_failure
from perille.credentials.models import Credential
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Enrolment, Learner, MergedLearner, ResumeCode
from perille.enrolment.services import erase_learner
from perille.errands.models import ErrandTick
from perille.learning.models import Bookmark
from perille.lrs.services import PersonRecords, default_store, last_stored, newest_of
from perille.people.audit import audit
from perille.people.models import AccountSession, SignInLink
from perille.privacy.archive import keep_aside, let_go
from perille.privacy.learner_rows import Rows, delete_of_plugins, rows_of
from perille.privacy.models import Erasure, RemovedLearner, RetentionState
from perille.tracking.services import erase_record

log = logging.getLogger(__name__)

PROGRESS_KEPT = timedelta(days=365)
CERTIFICATE_KEPT = timedelta(days=5 * 365)
#: Signs of staff's sessions, links never used and reports of erasures are kept this long after their end.
TRACES_KEPT = timedelta(days=30)
#: A gap between two looks at the clock that counts as a jump, and how long nothing goes after one.
JUMP = timedelta(days=2)
#: Clocks of several machines differ a little.
_TOLERANCE = timedelta(hours=1)
#: A day's run removes this many learners, or this share of them if that is more.
AT_ONCE, SHARE = 20, 0.1
#: Learners that one transaction removes: others must not wait long.
SLICE = 50


class HoldReason(StrEnum):
    """Why nothing, or not all, is removed."""

    NONE = ""
    #: The clock lies before the newest statement, or before the last run.
    BEHIND = "behind"
    #: The clock jumped ahead, or the program did not run: two days are waited.
    JUMPED = "jumped"
    #: More is due than goes at once.
    MANY = "many"


def state_of(session: Session) -> RetentionState:
    """Return the row in which retention remembers the clock, made now if there is none."""
    row = session.get(RetentionState, 1)
    if row is None:
        row = RetentionState(id=1, hold=HoldReason.JUMPED.value)
        session.add(row)
        session.flush()
    return row


def look_at_clock(session: Session, now: datetime) -> HoldReason:
    """Compare the clock with the newest statement and with the last run, and remember it; return why nothing may be removed, or NONE."""
    row = state_of(session)
    newest = _newest_time(session, row)
    behind = newest is not None and now < newest - _TOLERANCE
    if newest is None:
        # A new site: there is nothing to lose yet.
        row.steady_since = now - JUMP
    elif row.steady_since is None or behind or now - newest > JUMP:
        row.steady_since = now
    row.checked_at = now
    hold = HoldReason.BEHIND if behind else HoldReason.JUMPED if now - row.steady_since < JUMP else HoldReason.NONE
    if hold != row.hold and hold is not HoldReason.NONE:
        log.warning("retention: the clock says %s, which cannot be right or is new; nothing is removed", now.date())
        audit(session, None, "privacy.held", why=hold.value)
    row.hold = hold.value
    return hold


def _newest_time(session: Session, row: RetentionState) -> datetime | None:
    """Return the latest time that the clock has shown: of the last run, or of a statement that no administrator disbelieved."""
    statement = last_stored(session, default_store(session))
    seen = (row.checked_at, statement if statement != row.disbelieved else None)
    return max((each for each in seen if each is not None), default=None)


def believe_clock(session: Session, account_id: UUID | None, now: datetime) -> None:
    """Take an administrator's word that the clock is right: nothing is waited for, and a statement of a later time is not compared with."""
    row = state_of(session)
    row.checked_at, row.steady_since, row.hold = now, now - JUMP, HoldReason.NONE.value
    row.disbelieved = last_stored(session, default_store(session))
    audit(session, account_id, "privacy.clock-believed")


def allowance(session: Session, now: datetime) -> int:
    """Return how many learners may still be removed today; note where more are due, and tell the administrator once a day."""
    row = state_of(session)
    day = now.date()
    if row.day != day:
        total = session.scalar(select(func.count()).select_from(Learner)) or 0
        due = session.scalar(select(func.count()).select_from(_due(day).subquery())) or 0
        row.day, row.remaining = day, max(AT_ONCE, int(total * SHARE))
        row.waiting = max(0, due - row.remaining)
        if row.waiting:
            log.warning("retention: %d learners are due, %d of them wait for the next days", due, row.waiting)
            audit(session, None, "privacy.held", why=HoldReason.MANY.value, due=due, waiting=row.waiting)
    row.hold = HoldReason.MANY.value if row.waiting else HoldReason.NONE.value
    return row.remaining


#: Learners who could not be removed in this run -> why.
Failed = dict[UUID, Exception]


def is_anybody_due(session: Session, now: datetime, failed: Failed) -> bool:
    """Tell whether there is a learner whose time is over, beside those who could not be removed."""
    return session.scalar(_due(now.date(), failed).limit(1)) is not None


def expire(session: Session, now: datetime, most: int = SLICE, failed: Failed | None = None) -> int:
    """Remove learners whose time is over, at most *most* of them, and keep them aside; return how many were removed.

    One who cannot be removed stays as they are and is put into *failed*, whom it leaves alone: nobody else is kept longer for that.
    """
    day, failed = now.date(), {} if failed is None else failed
    due = _due(day, failed).order_by(Learner.last_seen_on).limit(min(most, SLICE))
    removed = sum(_try_to_remove(session, learner, day, now, failed) for learner in session.scalars(due).all())
    if removed:
        state_of(session).remaining -= removed
        audit(session, None, "privacy.expired", learners=removed)
    return removed


def _due(day: date, failed: Iterable[UUID] = ()) -> Select[Learner]:
    # Who was merged into another learner goes with them.
    merged = select(MergedLearner.learner_id)
    due = select(Learner).where(Learner.last_seen_on < day - PROGRESS_KEPT, Learner.id.not_in(merged))
    return due.where(Learner.id.not_in(tuple(failed)))


def _try_to_remove(session: Session, learner: Learner, day: date, now: datetime, failed: Failed) -> bool:
    number = learner.id
    try:
        with session.begin_nested():
            return _remove(session, learner, day, now)
    except Exception as error:
        if concerns_all(error):
            raise
        note_failure("retention", error)
        failed[number] = error
        return False


def _remove(session: Session, learner: Learner, day: date, now: datetime) -> bool:
    """Remove a learner, or all but their certificate; tell whether it was due: a newer statement of theirs says that it is not."""
    enrolments = list(session.scalars(select(Enrolment).where(Enrolment.learner_id == learner.id)))
    registrations = {each.registration for each in enrolments}
    newest = newest_of(session, default_store(session), registrations)
    if newest is not None and newest.date() >= day - PROGRESS_KEPT:
        # The day of the last visit was noted by a clock that was wrong.
        learner.last_seen_on = newest.date()
        session.flush()
        return False
    rows, record = rows_of(session, learner.id), PersonRecords([], [], {})
    number, actor = learner.id, learner.actor_name
    kept_until = _certificate_kept_until(session, learner)
    if kept_until is None or kept_until <= day:
        erase_learner(session, learner, tombstone=False, aside=record)
    else:
        _keep_certificate_only(session, learner, enrolments, record, rows)
        # Due again on the day on which the certificate need not be kept any longer.
        learner.last_seen_on = kept_until - PROGRESS_KEPT
    keep_aside(
        session, RemovedLearner(learner_id=number, actor_name=actor, removed_at=now), rows, record, registrations
    )
    return True


def _certificate_kept_until(session: Session, learner: Learner) -> date | None:
    """Return the day until which a learner's certificates are kept: five years, and as long as one of them counts; None without one."""
    query = select(Credential.awarded_on, Credential.extended_on, Credential.expires_on)
    rows = session.execute(query.join(Enrolment).where(Enrolment.learner_id == learner.id)).all()
    days = [max(row.awarded_on, row.extended_on or row.awarded_on) + CERTIFICATE_KEPT for row in rows]
    return max((*days, *(row.expires_on for row in rows if row.expires_on is not None)), default=None)


def _keep_certificate_only(
    session: Session, learner: Learner, enrolments: Sequence[Enrolment], record: PersonRecords, rows: Rows
) -> None:
    actors = [learner.actor_name, *(each.actor_name for each in merged_into(session, learner.id))]
    erase_record(session, actors, {each.registration for each in enrolments}, aside=record)
    ids = [each.id for each in enrolments]
    session.execute(delete(Attempt).where(Attempt.enrolment_id.in_(ids)))
    session.execute(delete(Bookmark).where(Bookmark.enrolment_id.in_(ids)))
    session.execute(delete(ErrandTick).where(ErrandTick.enrolment_id.in_(ids)))
    session.execute(delete(ResumeCode).where(ResumeCode.learner_id == learner.id))
    delete_of_plugins(session, rows)


def tidy(session: Session, now: datetime) -> int:
    """Let go what was kept aside long enough, and traces of staff: sessions that ended, links never used, reports of erasures."""
    before = now - TRACES_KEPT
    old = (
        delete(AccountSession).where(AccountSession.expires_at < before).returning(AccountSession.account_id),
        # A link that was used says that an administrator has signed in once: it stays.
        delete(SignInLink)
        .where(SignInLink.expires_at < before, SignInLink.used_at.is_(None))
        .returning(SignInLink.account_id),
        delete(Erasure).where(Erasure.finished_at < before).returning(Erasure.id),
    )
    return let_go(session, now) + sum(len(session.scalars(each).all()) for each in old)
