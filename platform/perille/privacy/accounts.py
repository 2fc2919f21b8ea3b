"""Erasing an account: the row that ties a number to a person goes, and the progress that is kept in it with it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select

from perille.core.database import Session
from perille.enrolment.models import Learner
from perille.lrs.services import make_person
from perille.people.models import Account
from perille.privacy.models import Erasure
from perille.profiles.models import AccountLearner


def kept_learners(session: Session, account_id: UUID) -> list[Learner]:
    """Return the learner whose progress is kept in an account, in a list; who was merged into them goes with them."""
    query = select(Learner).join(AccountLearner, AccountLearner.learner_id == Learner.id)
    return list(session.scalars(query.where(AccountLearner.account_id == account_id)))


def accounts_of_keys(session: Session, keys: Iterable[str]) -> list[Account]:
    """Return the accounts that have one of these mailboxes, as keys of the record store ("mbox mailto:anna@example.org")."""
    wanted = {key.removeprefix("mbox mailto:").casefold() for key in keys if key.startswith("mbox mailto:")}
    if not wanted:
        return []
    query = select(Account).where(Account.email_key.in_(wanted) | func.lower(Account.email).in_(wanted))
    return list(session.scalars(query))


def delete_accounts(session: Session, accounts: Iterable[Account]) -> int:
    """Delete accounts and all that hangs on them; return how many there were. Audit lines keep a number that leads to nobody."""
    ids = [each.id for each in accounts]
    for each in list(accounts):
        session.expunge(each)
    session.execute(delete(Account).where(Account.id.in_(ids)))
    return len(ids)


def note_erasure(session: Session, account: Account) -> None:
    """Leave the search for an account's address through all bodies of the record store to the job that finishes erasures."""
    if account.email:
        person = make_person([f"mbox mailto:{account.email}"], [], [])
        session.add(Erasure(person=msgspec.json.encode(person)))
