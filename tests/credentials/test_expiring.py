"""A certificate that is about to expire is told to its holder once, where they keep their progress in an account."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select

from perille.consents.models import Consent
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials import expiring
from perille.credentials.expiring import REMINDERS, remind
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment, Learner
from perille.notices import services
from perille.notices.models import Notice
from perille.notices.person import Person
from perille.people.models import Account, Role
from perille.profiles.models import AccountLearner
from support.people import agree, sign_in_as
from support.visitor import Visitor
from support.whole import Whole


def in_days(number: int) -> date:
    """Return the day that is so many days away."""
    return utcnow().date() + timedelta(days=number)


def award(whole: Whole, expires_on: date, *, account: bool = True, **changes: object) -> None:
    """Give somebody who started a course a certificate, and an account where they keep it."""

    def work() -> None:
        enrolment = db.session.scalars(select(Enrolment)).one()
        values = {
            "code": "0123456789ABCDEF",
            "kind": "completion",
            "pack_id": enrolment.pack_id,
            "title": "The way course",
            "local_title": "The way course",
            "language": "en",
            "minutes": 5,
            "issuer": "Perille",
            "printed_name": "Aino",
            "awarded_on": in_days(0),
            "expires_on": expires_on,
        }
        db.session.add(Credential(enrolment_id=enrolment.id, **{**values, **changes}))
        if account:
            person = db.session.scalars(select(Account)).one()
            person.locale = "fi"
            learner = db.session.scalars(select(Learner)).one()
            db.session.add(AccountLearner(account_id=person.id, learner_id=learner.id))

    whole.do(work, write=True)


def run(whole: Whole) -> int:
    """Run the job."""
    with whole.app.app_context():
        try:
            return remind(db.session())
        finally:
            db.session.remove()


@pytest.fixture
def learner(whole: Whole, visitor: Visitor) -> Visitor:
    """Somebody who has started a course; beside them there is an account."""
    sign_in_as(whole, Role.TRAINER)
    whole.do(lambda: agree("eva@example.org", REMINDERS.name), write=True)
    visitor.start()
    return visitor


def test_the_holder_is_told_once_in_their_language_without_what_it_is_about(whole: Whole, learner: Visitor) -> None:
    award(whole, in_days(30))
    assert (run(whole), run(whole)) == (1, 0)
    (row,) = whole.scalars(select(Notice))
    assert (row.kind, row.recipient, row.locale) == ("certificate-expiring", "eva@example.org", "fi")
    words = whole.do(lambda: services.content_seal().open(row.content))
    assert "/fi/courses/way/certificate" in words
    assert "The way course" not in words


@pytest.mark.parametrize("days", [-1, 61])
def test_too_early_and_too_late_nobody_is_told(whole: Whole, learner: Visitor, days: int) -> None:
    award(whole, in_days(days))
    assert run(whole) == 0


def test_who_keeps_nothing_in_an_account_is_not_told(whole: Whole, learner: Visitor) -> None:
    award(whole, in_days(30), account=False)
    assert run(whole) == 0


def test_an_old_issue_and_a_disabled_account_are_left_alone(whole: Whole, learner: Visitor) -> None:
    award(whole, in_days(30), replaced_on=in_days(0))
    assert run(whole) == 0

    def disable() -> None:
        db.session.scalars(select(Credential)).one().replaced_on = None
        account = db.session.scalars(select(Account)).one()
        account.disabled_at = account.created_at

    whole.do(disable, write=True)
    assert run(whole) == 0


def test_who_switched_it_off_is_not_told(whole: Whole, learner: Visitor) -> None:
    award(whole, in_days(30))
    account = whole.scalars(select(Account))[0]
    token = whole.do(lambda: services.switches_token(account))
    whole.visitor().submit(f"/en/notices/{token}", {"kind": "certificate-expiring", "do": "off"})
    assert run(whole) == 0


def test_who_has_not_agreed_or_takes_it_back_is_not_told(whole: Whole, learner: Visitor) -> None:
    award(whole, in_days(30))
    whole.do(lambda: agree("eva@example.org", REMINDERS.name, given=False), write=True)
    assert run(whole) == 0
    whole.do(lambda: db.session.execute(delete(Consent)), write=True)
    assert run(whole) == 0, "no answer is no yes"
    account = whole.scalars(select(Account))[0]
    whole.do(lambda: services.switch(db.session, Person(account.id), "certificate-expiring", off=True), write=True)
    whole.do(lambda: agree("eva@example.org", REMINDERS.name), write=True)
    assert run(whole) == 1, "a yes counts more than a switch of before"


def test_one_reminder_that_fails_keeps_nobody_elses(
    whole: Whole, learner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    award(whole, in_days(30))

    def award_another() -> None:
        values = {each.name: getattr(kept, each.name) for each in Credential.__table__.columns}
        there = Enrolment(learner_id=db.session.scalars(select(Learner.id)).one(), pack_id="course_other")
        there.registration, there.structure_hash = uuid4(), "0" * 64
        db.session.add(there)
        db.session.flush()
        db.session.add(Credential(**{**values, "id": uuid4(), "enrolment_id": there.id, "code": "0123456789ABCDEG"}))

    (kept,) = whole.scalars(select(Credential))
    whole.do(award_another, write=True)
    first = whole.do(lambda: expiring._due(db.session))[0]
    real = expiring._address

    def address(app: Flask, credential: Credential, language: str) -> str:
        if credential.id == first:
            raise LookupError("no such course")
        return real(app, credential, language)

    monkeypatch.setattr(expiring, "_address", address)
    with pytest.raises(LookupError):
        run(whole)
    assert len(whole.scalars(select(Notice))) == 1
    monkeypatch.setattr(expiring, "_address", real)
    assert run(whole) == 1, "tried again, and the other one is not told twice"
