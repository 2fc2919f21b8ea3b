"""The mapping between accounts and learners: read it only for the person themselves, or for whom they share their progress with."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session
from perille.core.errors import Conflict
from perille.enrolment.models import Learner
from perille.profiles.models import AccountLearner


def learners_of(session: Session, account_id: UUID) -> list[Learner]:
    """Return the learners whose progress is kept in an account, the one that learns on first; none where nothing is kept in it."""
    query = select(Learner).join(AccountLearner, AccountLearner.learner_id == Learner.id)
    return list(session.scalars(query.where(AccountLearner.account_id == account_id)))


def account_of_learner(session: Session, learner_id: UUID) -> UUID | None:
    """Return the number of the account in which a learner's progress is kept, None for an anonymous learner."""
    return session.scalar(select(AccountLearner.account_id).where(AccountLearner.learner_id == learner_id))


def keep_in_account(session: Session, account_id: UUID, learner: Learner) -> None:
    """Keep a learner's progress in an account that keeps none yet; a second time changes nothing.

    Raise Conflict where the account has other progress (see `merging`), or the progress is in another account.
    """
    row = session.get(AccountLearner, account_id)
    if row is not None and row.learner_id == learner.id:
        return
    if row is not None or account_of_learner(session, learner.id) is not None:
        raise Conflict
    session.add(AccountLearner(account_id=account_id, learner_id=learner.id))
    session.flush()
