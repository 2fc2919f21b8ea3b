"""What pages show of the purposes: the questions that wait, and all answers of who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from perille.consents.services import ConsentStatus, consent_statuses
from perille.core.dates import long_date
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.people.current import current_account, current_memberships
from perille.people.models import Organisation, Role


@dataclass(frozen=True, slots=True)
class Question:
    """A purpose as a page shows it."""

    name: str
    #: Number of the organisation, "" for none.
    organisation: str
    question: str
    about: str
    answer: bool | None
    #: The day, in words; "" where there is no answer.
    answered_on: str
    changed: bool


def questions() -> list[Question]:
    """Return all purposes with what the account that is signed in answers to them; none where nobody is."""
    account = current_account()
    if account is None:
        return []
    places = {each.id: each for each in joined_organisations()}
    return [_question(each, places) for each in consent_statuses(db.session, account.id, places)]


def open_questions() -> list[Question]:
    """Return those that were not answered yet, or whose words have changed, and that are not answered by what the person does anyway.

    Without those that the page of their feature asks itself.
    """
    account = current_account()
    if account is None:
        return []
    places = {each.id: each for each in joined_organisations()}
    found = (each for each in consent_statuses(db.session, account.id, places) if not each.purpose.in_place)
    return [
        _question(each, places) for each in found if each.answer is None and (each.changed or not each.purpose.unasked)
    ]


def joined_organisations() -> list[Organisation]:
    """Return the organisations that who is signed in joined as a professional."""
    ids = [each.organisation_id for each in current_memberships() if each.role is Role.MEMBER]
    found = (db.session.get(Organisation, each) for each in ids if each is not None)
    return [each for each in found if each is not None]


def _question(standing: ConsentStatus, places: dict[UUID, Organisation]) -> Question:
    place = places[standing.organisation_id] if standing.organisation_id is not None else None
    words = {"organisation": place.name if place is not None else ""}
    return Question(
        name=standing.purpose.name,
        organisation=place.id.hex if place is not None else "",
        question=str(standing.purpose.question) % words,
        about=str(standing.purpose.about) % words,
        answer=standing.answer,
        answered_on=long_date(standing.answered_at.date(), language_of()) if standing.answered_at is not None else "",
        changed=standing.changed,
    )
