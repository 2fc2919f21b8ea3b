"""An account and a learner meet in one table, and nowhere else."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from perille.core.errors import Conflict
from perille.enrolment.models import Learner
from perille.enrolment.services import erase_learner, make_learner
from perille.people.models import Account
from perille.people.sign_in.first_link import invite_first
from perille.profiles.models import AccountLearner
from perille.profiles.services import account_of_learner, keep_in_account, learners_of

DAY = date(2026, 11, 26)


@pytest.fixture
def account_id(session: Session) -> UUID:
    """Number of an account."""
    invite_first(session)
    return session.query(Account.id).one()[0]


def test_an_account_finds_the_progress_that_is_kept_in_it_and_back(session: Session, account_id: UUID) -> None:
    learner, other = make_learner(session, DAY), make_learner(session, DAY)
    assert learners_of(session, account_id) == []
    keep_in_account(session, account_id, learner, ())
    keep_in_account(session, account_id, learner, ())
    assert learners_of(session, account_id) == [learner]
    assert account_of_learner(session, learner.id) == account_id
    assert account_of_learner(session, other.id) is None


def test_progress_of_one_account_is_never_put_into_another(session: Session, account_id: UUID) -> None:
    learner = make_learner(session, DAY)
    keep_in_account(session, account_id, learner, ())
    with pytest.raises(Conflict):
        keep_in_account(session, uuid4(), learner, ())
    assert learners_of(session, account_id) == [learner]


def test_the_mapping_goes_with_either_and_takes_neither_along(session: Session, account_id: UUID) -> None:
    learner = make_learner(session, DAY)
    keep_in_account(session, account_id, learner, ())
    erase_learner(session, learner)
    assert (session.query(AccountLearner).count(), session.query(Account).count()) == (0, 1)
    other = make_learner(session, DAY)
    keep_in_account(session, account_id, other, ())
    session.execute(delete(Account))
    session.expire_all()
    assert (session.query(AccountLearner).count(), session.query(Learner).count()) == (0, 1)
