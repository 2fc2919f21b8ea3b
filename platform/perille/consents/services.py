"""Asking whether somebody agreed to a purpose, and noting what they answer. Who acts on a purpose asks here each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from perille.consents.models import Consent
from perille.core.consent import Purpose
from perille.core.database import Session, utcnow
from perille.core.feature import purposes_of


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    """How one purpose stands for one account."""

    purpose: Purpose
    organisation_id: UUID | None
    #: Whether they agree to the words of today; None: not answered yet, or the words have changed since.
    answer: bool | None
    answered_at: datetime | None
    #: Whether they answered to older words.
    changed: bool


def purpose_named(name: str) -> Purpose:
    """Return a purpose; raise LookupError for one that no feature declares. Needs an app context."""
    found = purposes_of(current_app).get(name)
    if found is None:
        raise LookupError(f"no feature declares the purpose {name!r}")
    return found


def is_given(session: Session, account_id: UUID, name: str, organisation_id: UUID | None = None) -> bool:
    """Tell whether an account agrees to a purpose, in its words of today."""
    return bool(who_agrees(session, [account_id], name, organisation_id))


def who_agrees(
    session: Session, accounts: Iterable[UUID], name: str, organisation_id: UUID | None = None
) -> frozenset[UUID]:
    """Return those of some accounts that agree to a purpose: one query for all."""
    purpose, wanted = purpose_named(name), list(accounts)
    if not wanted:
        return frozenset()
    query = select(Consent.account_id, Consent.given, Consent.version).where(*_about(purpose, organisation_id))
    query = query.where(Consent.account_id.in_(wanted), Consent.ended_at.is_(None)).order_by(Consent.id)
    # An answer to older words is no yes to these, and who has answered once is none of those who were never asked.
    answers: dict[UUID, bool] = {
        row.account_id: row.given and row.version == purpose.version for row in session.execute(query)
    }
    return frozenset(each for each in wanted if answers.get(each, purpose.unasked))


def yes_since(session: Session, name: str) -> dict[UUID, tuple[datetime, str]]:
    """Return the accounts that agree to a purpose, in its words of today, each with the moment and the language of its yes."""
    purpose = purpose_named(name)
    query = select(Consent.account_id, Consent.answered_at, Consent.language)
    query = query.where(*_about(purpose, None), Consent.ended_at.is_(None))
    query = query.where(Consent.given, Consent.version == purpose.version).order_by(Consent.id)
    return {row.account_id: (row.answered_at, row.language) for row in session.execute(query)}


def answer(
    session: Session, account_id: UUID, name: str, organisation_id: UUID | None, *, given: bool, language: str
) -> bool:
    """Note what an account answers; return whether that changes anything. The same answer twice is one.

    *language*: in which the words were read. Raise LookupError for a purpose that nobody declares.
    """
    purpose = purpose_named(name)
    mine = (Consent.account_id == account_id, Consent.ended_at.is_(None), *_about(purpose, organisation_id))
    newest = session.scalar(select(Consent).where(*mine).order_by(Consent.id.desc()).limit(1))
    if newest is not None and newest.given is given and newest.version == purpose.version:
        return False
    session.execute(update(Consent).where(*mine).values(ended_at=utcnow()))
    session.add(
        Consent(
            account_id=account_id,
            purpose=name,
            organisation_id=organisation_id if purpose.by_organisation else None,
            version=purpose.version,
            language=language,
            given=given,
        )
    )
    session.flush()
    if given and purpose.on_given is not None:
        purpose.on_given(account_id)
    return True


def consent_statuses(session: Session, account_id: UUID, organisations: Iterable[UUID]) -> list[ConsentStatus]:
    """Return how all purposes stand for an account; *organisations*: those that it has joined."""
    query = select(Consent).where(Consent.account_id == account_id, Consent.ended_at.is_(None)).order_by(Consent.id)
    known = {(row.purpose, row.organisation_id): row for row in session.scalars(query)}
    places: list[UUID] = list(organisations)
    found = []
    for purpose in purposes_of(current_app).values():
        for place in places if purpose.by_organisation else [None]:
            found.append(_standing(purpose, place, known.get((purpose.name, place))))
    return found


def _standing(purpose: Purpose, place: UUID | None, row: Consent | None) -> ConsentStatus:
    current = row if row is not None and row.version == purpose.version else None
    return ConsentStatus(
        purpose=purpose,
        organisation_id=place,
        answer=current.given if current is not None else None,
        answered_at=current.answered_at if current is not None else None,
        changed=row is not None and current is None,
    )


def _about(purpose: Purpose, organisation_id: UUID | None) -> tuple[ColumnElement[bool], ...]:
    place = organisation_id if purpose.by_organisation else None
    return (Consent.purpose == purpose.name, Consent.organisation_id.is_not_distinct_from(place))
