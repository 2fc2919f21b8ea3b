"""The mapping between accounts and learners: read it only for the person themselves, or for whom they share their progress with."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from perille.core.database import Session
from perille.core.errors import Conflict
from perille.core.feature import MergeRule
from perille.core.i18n import _
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Learner, MergedLearner
from perille.profiles.merging import merge_learners
from perille.profiles.models import AccountLearner


def learners_of(session: Session, account_id: UUID) -> list[Learner]:
    """Return the learners whose progress is kept in an account, the one that learns on first; none where nothing is kept in it.

    The others were merged into the first: statements of before name them.
    """
    query = select(Learner).join(AccountLearner, AccountLearner.learner_id == Learner.id)
    learner = session.scalar(query.where(AccountLearner.account_id == account_id))
    return [] if learner is None else [learner, *merged_into(session, learner.id)]


def account_of_learner(session: Session, learner_id: UUID) -> UUID | None:
    """Return the number of the account in which a learner's progress is kept, None for an anonymous learner."""
    into = select(MergedLearner.into_id).where(MergedLearner.learner_id == learner_id)
    query = select(AccountLearner.account_id)
    return session.scalar(
        query.where(or_(AccountLearner.learner_id == learner_id, AccountLearner.learner_id.in_(into)))
    )


def keep_in_account(session: Session, account_id: UUID, learner: Learner, rules: Iterable[MergeRule]) -> Learner:
    """Keep a learner's progress in an account, put together with what is kept in it; return the learner who goes on.

    A second time changes nothing. *rules*: what each table does (`merging`). Raise Conflict where the progress is in another account.
    """
    owner = account_of_learner(session, learner.id)
    if owner is not None and owner != account_id:
        raise Conflict(_("This progress is in another account."))
    kept = learners_of(session, account_id)
    if owner == account_id:
        return kept[0]
    if kept:
        merge_learners(session, learner, kept[0], rules)
        return kept[0]
    try:
        with session.begin_nested():
            session.add(AccountLearner(account_id=account_id, learner_id=learner.id))
    except IntegrityError:
        # Two at once: the other one has just put progress into this account, or this progress into another one.
        return keep_in_account(session, account_id, learner, rules)
    return learner
