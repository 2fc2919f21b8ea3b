"""More time and more tries for somebody of an organisation, in one module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from perille.assessment.accommodations import Ease, ease_of, set_extra_tries
from perille.assessment.attempts import set_extra_time
from perille.core.database import Session
from perille.core.errors import Conflict
from perille.core.i18n import _
from perille.enrolment.models import Enrolment
from perille.enrolment.services import enrol
from perille.organisations.forms import EaseForm
from perille.organisations.people_list import PersonRow
from perille.packs.published.library import current_library
from perille.people.account_form import choices
from perille.people.audit import audit
from perille.profiles.services import learners_of


@dataclass(frozen=True, slots=True)
class GivenEase:
    """What somebody has more than others in one module."""

    pack_id: str
    ease: Ease


def ease_form(form: EaseForm, packs: Mapping[str, str]) -> EaseForm:
    """Return the form with the modules to choose from."""
    form.pack.choices = choices(packs.items())
    return form


def easings_of(session: Session, person: PersonRow) -> list[GivenEase]:
    """Return what somebody has more than others, by module."""
    found = ((each.pack_id, ease_of(session, each.enrolment_id)) for each in person.results)
    return [GivenEase(pack, ease) for pack, ease in found if ease.percent or ease.tries]


def give_ease(
    session: Session, organisation_id: UUID, person: PersonRow, pack: str, *, percent: int, tries: int, by: UUID
) -> None:
    """Give somebody more time (from their next attempt on) and more tries in a module; 0 takes it away.

    Raise Conflict for somebody who keeps no progress in their account, or does not learn for the organisation.
    """
    if not person.shares:
        raise Conflict(_("This person does not learn for your organisation."))
    enrolment = _enrolment(session, person, pack)
    set_extra_time(session, enrolment, percent)
    set_extra_tries(session, enrolment, tries)
    who = person.account.id
    audit(session, by, "people.eased", organisation_id, who, pack=pack, percent=percent, tries=tries)


def _enrolment(session: Session, person: PersonRow, pack: str) -> Enrolment:
    known = next((each for each in person.results if each.pack_id == pack), None)
    found = session.scalar(select(Enrolment).where(Enrolment.id == known.enrolment_id)) if known is not None else None
    if found is not None:
        return found
    learners, edition = learners_of(session, person.account.id), current_library().newest(pack)
    if not learners or edition is None:
        raise Conflict(_("This person keeps no progress in their account yet. They sign in and begin a module first."))
    return enrol(session, learners[0], pack_id=pack, structure_hash=edition.structure_hash)
