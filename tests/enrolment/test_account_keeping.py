"""The slot by which what stands below accounts asks whether a learner's progress is kept in one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from organisations.office import account_id, learn
from perille.core.database import utcnow
from perille.core.extensions import db
from perille.credentials.expiring import REMINDERS, _due
from perille.enrolment.accounts import account_keeping
from perille.enrolment.models import Enrolment
from support.people import agree
from support.visitor import Visitor
from support.whole import Whole


def asked(whole: Whole, learner_id: UUID) -> UUID | None:
    return whole.do(lambda: account_keeping()(db.session, learner_id))


def test_it_names_the_account_of_progress_that_is_kept_and_none_of_an_anonymous_learner(
    whole: Whole, visitor: Visitor
) -> None:
    visitor.start()
    (anonymous,) = whole.scalars(select(Enrolment.learner_id))
    enrolment = learn(whole, "aino@example.org")
    (kept,) = whole.scalars(select(Enrolment.learner_id).where(Enrolment.id == enrolment))
    assert asked(whole, kept) == account_id(whole, "aino@example.org")
    assert asked(whole, anonymous) is None


def test_where_no_feature_sets_it_nobodys_progress_is_in_an_account() -> None:
    with Flask("bare").app_context():
        assert account_keeping()(db.session, UUID(int=1)) is None


def test_what_it_answers_decides_who_is_reminded(whole: Whole, soon_over: UUID) -> None:
    assert len(whole.do(lambda: _due(db.session))) == 1
    account_keeping.set(whole.app, lambda _session, _learner_id: None)
    assert whole.do(lambda: _due(db.session)) == []


def test_an_account_that_is_gone_is_nobody(whole: Whole, soon_over: UUID) -> None:
    account_keeping.set(whole.app, lambda _session, _learner_id: UUID(int=1))
    assert whole.do(lambda: _due(db.session)) == []


@pytest.fixture
def soon_over(whole: Whole) -> UUID:
    """The enrolment of somebody whose account keeps a certificate that ends soon."""
    made = learn(whole, "aino@example.org", expires=utcnow().date() + timedelta(days=30))
    whole.do(lambda: agree("aino@example.org", REMINDERS.name), write=True)
    return made
