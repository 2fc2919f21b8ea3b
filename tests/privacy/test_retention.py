"""A clock that is wrong deletes nobody's learning, and what retention removed can be restored for 30 days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from perille.assessment.models import Attempt
from perille.core.database import utcnow, uuid7
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner
from perille.people.models import AccountSession, AuditEntry, Role, SignInLink
from perille.people.services import invite
from perille.people.sign_in.links import open_link
from perille.privacy import commands, retention
from perille.privacy.commands import expire_all, privacy
from perille.privacy.learner_rows import Rows
from perille.privacy.models import RemovedLearner, RetentionState
from perille.privacy.retention import tidy
from perille.tracking.models import CourseProgress, UnitProgress
from support.records import by_id, only_enrolment, progress, said, send, statements, voiding
from support.visitor import Visitor
from support.whole import Whole


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of retention, which a test sets."""
    return Clock(monkeypatch)


class Clock:
    """A clock that can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = utcnow()
        monkeypatch.setattr(commands, "utcnow", lambda: self.now)

    def run(self, whole: Whole, **ahead: float) -> int:
        """Move on, and let the daily work run; return how many learners it removed."""
        self.now += timedelta(**ahead)
        with whole.app.app_context():
            return expire_all()

    def run_daily(self, whole: Whole, days: int) -> list[int]:
        """Let the daily work run for some days; return how many learners each run removed."""
        return [self.run(whole, days=1) for _day in range(days)]


def state(whole: Whole) -> RetentionState:
    (row,) = whole.scalars(select(RetentionState))
    assert isinstance(row, RetentionState)
    return row


def learners(whole: Whole) -> int:
    return len(whole.scalars(select(Learner)))


def run(whole: Whole, *arguments: str) -> Result:
    return CliRunner().invoke(privacy, arguments, obj=lambda: whole.app)


def everything(whole: Whole) -> dict[str, Any]:
    """Return all that there is of learners, statements with the time of their storing."""
    tables = [Learner.__table__, Enrolment.__table__, Attempt.__table__, Credential.__table__]
    rows = whole.do(lambda: [sorted(map(str, db.session.execute(select(table)).all())) for table in tables[1:]])
    return {"rows": rows, "statements": by_id(whole), "progress": progress(whole)}


def test_a_clock_400_days_ahead_removes_nobody(whole: Whole, learner: Visitor, clock: Clock) -> None:
    clock.run_daily(whole, 4)
    assert state(whole).hold == ""
    assert clock.run(whole, days=400) == 0
    assert state(whole).hold == "jumped"
    assert learners(whole) == 1
    assert len(whole.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.held"))) == 1
    assert "HELD: the clock jumped" in run(whole, "expire").output
    # It is put right within two days: nothing has happened.
    assert clock.run(whole, days=-400) == 0
    assert clock.run_daily(whole, 10) == [0] * 10
    assert learners(whole) == 1


def test_after_a_jump_two_days_are_waited(whole: Whole, learner: Visitor, clock: Clock) -> None:
    assert clock.run(whole, days=500) == 0
    assert clock.run(whole, hours=20) == 0
    assert clock.run(whole, hours=20) == 0
    assert clock.run(whole, hours=20) == 1


def test_a_program_that_did_not_run_for_days_waits_too(whole: Whole, learner: Visitor, clock: Clock) -> None:
    clock.run_daily(whole, 3)
    assert clock.run(whole, days=3) == 0
    assert state(whole).hold == "jumped"


def test_a_clock_before_the_newest_statement_removes_nobody_until_an_administrator_says_so(
    whole: Whole, learner: Visitor, clock: Clock
) -> None:
    clock.now -= timedelta(days=30)
    clock.run_daily(whole, 5)
    assert state(whole).hold == "behind"
    whole.do(
        lambda: db.session.execute(update(Learner).values(last_seen_on=(clock.now - timedelta(days=999)).date())),
        write=True,
    )
    whole.do(lambda: retention.believe_clock(db.session, None, clock.now), write=True)
    assert clock.run(whole, hours=1) == 0, "their newest statement is not old"
    assert state(whole).hold == ""


def test_who_was_seen_by_a_clock_that_was_behind_is_not_removed(whole: Whole, learner: Visitor, clock: Clock) -> None:
    """The day of the visit was noted as 1970; the statement was stored after all others, which tells that it is young."""
    whole.do(lambda: db.session.execute(update(Learner).values(last_seen_on=date(1970, 1, 1))), write=True)
    assert clock.run_daily(whole, 4) == [0] * 4
    (row,) = whole.scalars(select(Learner))
    assert row.last_seen_on == utcnow().date()


def test_a_visit_with_a_clock_that_is_behind_makes_nobody_older(
    whole: Whole, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.start()
    monkeypatch.setattr("perille.core.dates.utcnow", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    visitor.post("/en/courses/way/hello/next")
    (row,) = whole.scalars(select(Learner))
    assert row.last_seen_on == utcnow().date()


def test_one_day_removes_a_share_and_the_administrator_is_told(
    whole: Whole, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(retention, "SLICE", 1)
    old = (utcnow() - timedelta(days=400)).date()
    whole.do(lambda: db.session.add_all(Learner(last_seen_on=old) for _one in range(5)), write=True)
    assert clock.run(whole, days=1) == 2, "a new site waits for nothing"
    assert learners(whole) == 3
    assert state(whole).waiting == 3
    assert "3 learners wait for the next days" in run(whole, "expire").output
    assert learners(whole) == 3, "a second run on the same day removes no more"
    assert clock.run_daily(whole, 2) == [2, 1]
    assert state(whole).hold == ""


def test_one_who_cannot_be_removed_keeps_nobody_else_longer(
    whole: Whole, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (utcnow() - timedelta(days=400)).date()
    first = uuid7()
    oldest = {"id": first, "last_seen_on": old - timedelta(days=9)}
    whole.do(
        lambda: db.session.add_all([Learner(**oldest), *(Learner(last_seen_on=old) for _one in range(2))]), write=True
    )
    real = retention.rows_of

    def rows_of(session: Session, learner_id: UUID) -> Rows:
        if learner_id == first:
            raise LookupError("a row of a plugin that is gone")
        return real(session, learner_id)

    monkeypatch.setattr(retention, "rows_of", rows_of)
    with pytest.raises(LookupError):
        clock.run(whole, days=1)
    assert [each.id for each in whole.scalars(select(Learner))] == [first]
    monkeypatch.setattr(retention, "rows_of", real)
    assert clock.run(whole, days=1) == 1, "the next run tries again"


def test_who_was_removed_is_restored_as_they_were(whole: Whole, learner: Visitor, clock: Clock) -> None:
    enrolment = only_enrolment(whole)
    first = said(whole, "experienced", "hello")
    send(whole, first, said(whole, "experienced", "second"))
    send(whole, voiding(first))
    learner.post("/en/keep")
    before = everything(whole)
    number = str(enrolment.learner_id)

    clock.now += timedelta(days=6 * 366)
    clock.run_daily(whole, 3)
    assert learners(whole) == 0
    assert whole.scalars(select(Credential)) == []
    assert [one for one in statements(whole) if str(enrolment.registration) in str(one)] == []
    assert number in run(whole, "removed").output
    assert (
        run(whole, "restore", number).output
        == "1 restored, 0 parts of them could not be: newer ones stand in their place\n"
    )
    after = everything(whole)
    assert after["statements"] == before["statements"]
    assert after["progress"] == before["progress"]
    assert after["rows"] == before["rows"]
    assert run(whole, "removed").output == ""
    assert learner.get("/en/courses/way").status == 200
    assert run(whole, "restore", number).exit_code != 0


def test_progress_that_was_removed_comes_back_to_a_certificate_that_stayed(
    whole: Whole, learner: Visitor, clock: Clock
) -> None:
    before = everything(whole)
    clock.now += timedelta(days=400)
    clock.run_daily(whole, 3)
    assert (learners(whole), len(whole.scalars(select(Attempt)))) == (1, 0)
    assert run(whole, "restore", "--all").exit_code == 0
    assert everything(whole) == before


def test_after_30_days_nothing_can_be_restored(whole: Whole, learner: Visitor, clock: Clock) -> None:
    clock.now += timedelta(days=6 * 366)
    clock.run_daily(whole, 3)
    clock.run_daily(whole, 30)
    assert len(whole.scalars(select(RemovedLearner))) == 1
    clock.run_daily(whole, 1)
    assert whole.scalars(select(RemovedLearner)) == []
    assert run(whole, "restore", "--all").exit_code != 0


def test_a_clock_that_jumps_takes_nothing_from_what_can_be_restored(
    whole: Whole, learner: Visitor, clock: Clock
) -> None:
    clock.now += timedelta(days=6 * 366)
    clock.run_daily(whole, 3)
    clock.run(whole, days=400)
    assert len(whole.scalars(select(RemovedLearner))) == 1


def test_who_was_removed_can_be_erased_for_good(whole: Whole, learner: Visitor, clock: Clock) -> None:
    registration = str(only_enrolment(whole).registration)
    clock.now += timedelta(days=6 * 366)
    clock.run_daily(whole, 3)
    done = run(whole, "erase", registration)
    assert done.exit_code == 0, (done.output, done.exception)
    assert whole.scalars(select(RemovedLearner)) == []
    assert run(whole, "restore", "--all").exit_code != 0


def test_traces_of_staff_go_30_days_after_their_end_and_a_link_that_was_used_stays(
    whole: Whole, visitor: Visitor
) -> None:
    used = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    unused = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    visitor.post(f"/en/sign-in/{used}")
    whole.do(lambda: tidy(db.session, utcnow() + timedelta(days=29)), write=True)
    assert whole.do(lambda: open_link(db.session, unused)) is not None
    whole.do(lambda: tidy(db.session, utcnow() + timedelta(days=33)), write=True)
    assert whole.do(lambda: open_link(db.session, unused)) is None
    assert whole.scalars(select(AccountSession)) == []
    assert whole.do(lambda: db.session.scalar(select(func.count()).select_from(SignInLink))) == 1


def test_progress_and_course_rows_go_with_the_learner(whole: Whole, learner: Visitor, clock: Clock) -> None:
    clock.now += timedelta(days=6 * 366)
    clock.run_daily(whole, 3)
    assert whole.scalars(select(UnitProgress)) == []
    assert whole.scalars(select(CourseProgress)) == []
