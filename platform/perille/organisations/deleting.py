"""An organisation that is deleted for good, after it was closed: what goes with it, and what stays because it is somebody's own.

People keep their accounts, their progress and their certificates: those were never the organisation's. Of a seminar stay the
sign-ups of those who came, while their certificates of attendance can be checked; drafts go over to the administrators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from perille.core.database import Session, run_in_transaction
from perille.groups.models import Group
from perille.groups.services import delete_groups
from perille.lrs.services import empty_store, holds_rows
from perille.lrs.storage.models import LrsStore
from perille.lrs.viewer.figures import StoreFigures, figures_of
from perille.people.models import Membership, Organisation
from perille.people.organisations import delete_organisation
from perille.seminars.mails import queue_mail
from perille.seminars.models import Seminar
from perille.seminars.services import cancel_coming, delete_seminars
from perille.studio.models import StudioDraft
from perille.studio.organisations import hand_over
from perille.sync.room import forget_office


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """How much goes with an organisation."""

    people: int
    groups: int
    seminars: int
    record: StoreFigures


def figures(session: Session, organisation: Organisation) -> OrganisationFigures:
    """Return how much goes with an organisation."""
    own = {"organisation_id": organisation.id}
    people = select(func.count(func.distinct(Membership.account_id))).filter_by(**own)
    return OrganisationFigures(
        people=session.scalar(people) or 0,
        groups=_count(session, Group, own),
        seminars=_count(session, Seminar, own),
        record=figures_of(session, organisation.store_id),
    )


def _count(session: Session, model: type[Group | Seminar], own: Mapping[str, UUID]) -> int:
    return session.scalar(select(func.count()).select_from(model).filter_by(**own)) or 0


def delete_for_good(session: Session, organisation: Organisation, by: UUID | None) -> None:
    """Delete a closed organisation with all that is its own; raise Conflict for one that is open.

    A large record store is emptied by a job, some rows at a time.
    """
    delete_organisation(session, organisation, by)
    delete_groups(session, organisation.id)
    # Before their addresses go: nobody is to stand before a closed door.
    cancel_coming(session, organisation.id, by, partial(queue_mail, session))
    delete_seminars(session, organisation.id)
    for draft in session.scalars(select(StudioDraft).where(StudioDraft.organisation_id == organisation.id)).all():
        hand_over(session, draft, None, by)
    forget_office(session, organisation.id)
    empty_store(session, organisation.store_id)
    session.flush()


def empty_stores(session: Session) -> int:
    """Empty the record stores of deleted organisations; return how many. The work of a job."""
    filled = select(LrsStore.id).join(Organisation, Organisation.store_id == LrsStore.id)
    filled = filled.where(Organisation.deleted_at.is_not(None), holds_rows())
    found = run_in_transaction(session, lambda: session.scalars(filled).all(), write=False)
    for store_id in found:
        while not run_in_transaction(session, partial(empty_store, session, store_id), write=True, program=True):
            pass
    return len(found)
