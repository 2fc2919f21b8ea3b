"""Erasure of a person everywhere, in steps that may be broken off and taken up again.

1. Search all bodies of all record stores for the person, in short transactions.
2. In one transaction: learners and what hangs on them, all that the record stores have of the person, what the audit table says of them.
3. Clean the database's files of what deletions leave behind.
4. Prove it: search every table and every file.

A learner's own button does step 2 at once, without the search, and leaves the rest to a job that runs within seconds.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import Engine, delete, select

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.decoding import read_json
from perille.core.fault_isolation import concerns_all
from perille.enrolment.models import Learner
from perille.enrolment.services import erase_learner
from perille.lrs.services import ErasedStatement, Found, Matcher, Person, erase_everywhere, look_through
from perille.lrs.transfer import forwarding
from perille.lrs.transfer.forwarding import Receipt
from perille.people.audit import audit
from perille.people.memberships import refuse_last_administrator
from perille.people.models import Account, AuditEntry
from perille.privacy.accounts import (
    accounts_of_keys,
    delete_accounts,
    kept_learners,
    note_erasure,
)
from perille.privacy.archive import erase_aside
from perille.privacy.cleaning import clean
from perille.privacy.erasure_proof import ErasureProof, prove
from perille.privacy.models import Erasure
from perille.privacy.people import ErasureTarget, codes_of, find_learner, person_of

#: What of an outcome is counted beside learners.
COUNTED = ("statements", "documents", "names", "attachments", "definitions", "authorities")


class Outcome(msgspec.Struct, frozen=True):
    """What an erasure did, and what a search then found."""

    learners: int
    statements: int
    documents: int
    names: int
    attachments: int
    definitions: int
    authorities: int
    #: Other stores that were sent statements of the person: they have them still.
    told: list[Receipt]
    #: Whether the database's files could be cleaned.
    cleaned: bool
    proof: ErasureProof

    @property
    def total(self) -> int:
        """How many things were erased."""
        return sum((self.learners, *(int(getattr(self, name)) for name in COUNTED)))


def forget(session: Session, learner: Learner) -> None:
    """Erase a learner at once, as their own button does, and leave the search through all bodies to `finish_erasures`."""
    person = person_of(session, learner)
    erase_learner(session, learner, words=codes_of(session, learner))
    erase_aside(session, Matcher(person))
    clear_audit(session, Matcher(person))
    session.add(Erasure(person=msgspec.json.encode(person)))
    session.flush()


def forget_account(session: Session, account: Account) -> None:
    """Erase an account at once with the progress that is kept in it, as its owner's own button does.

    Raise Conflict for the last administrator.
    """
    refuse_last_administrator(session, account.id)
    for learner in kept_learners(session, account.id):
        forget(session, learner)
    note_erasure(session, account)
    delete_accounts(session, [account])
    session.flush()


def request_erasure(session: Session, account_id: UUID, target: ErasureTarget) -> Erasure:
    """Note that an administrator wants a person erased; `finish_erasures` does it."""
    row = Erasure(account_id=account_id, person=msgspec.json.encode(target.person))
    session.add(row)
    session.flush()
    return row


def erase(session: Session, engine: Engine, folder: Path, target: ErasureTarget) -> Outcome:
    """Erase a person, clean the files and prove it. Begins and ends transactions of its own: call it outside any."""
    matcher = Matcher(target.person)
    found = look_through(session, matcher)
    parts = run_in_transaction(session, lambda: _erase(session, target, found, None), write=True)
    return _settled(session, engine, folder, matcher, parts)


def finish_erasures(session: Session, engine: Engine, folder: Path) -> int:
    """Finish what was asked for; return how many erasures there were. Begins and ends transactions of its own.

    One that fails keeps nobody else's waiting: it is tried again the next time, and its exception is raised once the others
    are done. An error that the others would meet too (`concerns_all`) ends the run.
    """
    query = select(Erasure).where(Erasure.finished_at.is_(None)).order_by(Erasure.id).limit(1)
    failed: dict[UUID, Exception] = {}
    count = 0
    while (row := _next(session, query.where(Erasure.id.not_in(failed)))) is not None:
        try:
            _finish(session, engine, folder, row)
            count += 1
        except Exception as error:
            if concerns_all(error):
                raise
            failed[row.id] = error
    for each in failed.values():
        raise each
    return count


def _next(session: Session, query: object) -> Erasure | None:
    return run_in_transaction(session, lambda: _detached(session, query), write=False)


def _detached(session: Session, query: object) -> Erasure | None:
    row: Erasure | None = session.scalar(query)  # type: ignore[call-overload]
    if row is not None:
        session.expunge(row)
    return row


def _finish(session: Session, engine: Engine, folder: Path, row: Erasure) -> None:
    """Finish one; one that was broken off after its transaction has no person any more, and only its files are to be cleaned."""
    if row.person is None:
        clean(engine)
        run_in_transaction(session, lambda: _close(session, row.id, None), write=True)
        return
    person = read_json(row.person, Person)
    matcher = Matcher(person)
    found = look_through(session, matcher)
    parts = run_in_transaction(session, lambda: _erase_asked(session, row.id, person, found), write=True)
    if parts is None:
        return
    # Nobody reads a proof of a learner's own erasure.
    outcome = _settled(session, engine, folder, matcher, parts) if row.account_id is not None else None
    if outcome is None:
        clean(engine)
    run_in_transaction(session, lambda: _close(session, row.id, outcome), write=True)


def _erase_asked(session: Session, erasure_id: UUID, person: Person, found: Found) -> _Parts | None:
    row = session.get(Erasure, erasure_id, with_for_update=True)
    if row is None or row.person is None:
        # Another process does it.
        return None
    learners = {learner.id for each in person.words if (learner := _by_word(session, each)) is not None}
    row.person = None
    return _erase(session, ErasureTarget(tuple(learners), person), found, row.account_id)


def _by_word(session: Session, word: str) -> Learner | None:
    try:
        return find_learner(session, UUID(word))
    except ValueError:
        return None


class _Parts(msgspec.Struct, frozen=True):
    learners: int
    counts: dict[str, int]
    told: list[Receipt]


def _erase(session: Session, target: ErasureTarget, found: Found, account_id: UUID | None) -> _Parts:
    learners = [row for number in target.learners if (row := session.get(Learner, number)) is not None]
    erased: list[ErasedStatement] = []
    reports = [erase_learner(session, learner, words=target.person.words) for learner in learners]
    accounts = accounts_of_keys(session, target.person.keys)
    for account in accounts:
        refuse_last_administrator(session, account.id)
    reports.append(erase_everywhere(session, target.person, found))
    people = len(learners) + erase_aside(session, Matcher(target.person)) + delete_accounts(session, accounts)
    clear_audit(session, Matcher(target.person))
    counts = {name: sum(getattr(each, name) for each in reports) for name in COUNTED}
    for each in reports:
        erased += each.erased
    audit(session, account_id, "privacy.erased", learners=people, statements=counts["statements"])
    return _Parts(people, counts, forwarding.receipts(session, erased))


def _settled(session: Session, engine: Engine, folder: Path, matcher: Matcher, parts: _Parts) -> Outcome:
    cleaned = clean(engine)
    proof = prove(session, matcher, folder)
    return Outcome(learners=parts.learners, told=parts.told, cleaned=cleaned, proof=proof, **parts.counts)


def _close(session: Session, erasure_id: UUID, outcome: Outcome | None) -> None:
    """Note an administrator's erasure as done, with its report; of a learner's own nothing is kept."""
    row = session.get(Erasure, erasure_id)
    if row is None or row.finished_at is not None:
        # Another process has finished it meanwhile.
        return
    if row.account_id is None:
        session.execute(delete(Erasure).where(Erasure.id == erasure_id))
        return
    row.finished_at = utcnow()
    row.report = None if outcome is None else msgspec.to_builtins(outcome)


def clear_audit(session: Session, matcher: Matcher) -> None:
    """Take the person's identifiers out of the audit table; what was done, when and by whom stays."""
    for row in session.scalars(select(AuditEntry)):
        if row.target_id is not None and matcher.in_text(str(row.target_id)):
            row.target_id = None
        if matcher.in_json(msgspec.json.encode(row.details)):
            row.details = {}
