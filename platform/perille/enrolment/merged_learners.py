"""Learners who turned out to be one person: what their registrations count for, and whom an older number leads to.

Nothing in the record is rewritten: a statement keeps its actor and its registration, and the tables say for whom it counts.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from perille.core.database import Session
from perille.enrolment.models import Enrolment, Learner, MergedEnrolment, MergedLearner
from perille.tracking.projection import RegistrationOwner


def merged_into(session: Session, learner_id: UUID) -> list[Learner]:
    """Return the learners who were merged into one."""
    query = select(Learner).join(MergedLearner, MergedLearner.learner_id == Learner.id)
    return list(session.scalars(query.where(MergedLearner.into_id == learner_id).order_by(Learner.id)))


def who_stays(session: Session, learner: Learner) -> Learner:
    """Return the learner whom a number leads to today: the one into whom they were merged, or themselves."""
    into = session.scalar(select(MergedLearner.into_id).where(MergedLearner.learner_id == learner.id))
    return learner if into is None else session.get_one(Learner, into)


def registered(session: Session, registrations: set[UUID]) -> dict[UUID, RegistrationOwner]:
    """Tell what registrations belong to, whose statements under them count, and for which one; those unknown are left out."""
    leading, other = aliased(Enrolment), aliased(Learner)
    query = (
        select(Enrolment.registration, Enrolment.pack_id, Learner.actor_name, other.actor_name, leading.registration)
        .join(Learner, Learner.id == Enrolment.learner_id)
        .outerjoin(MergedLearner, MergedLearner.into_id == Learner.id)
        .outerjoin(other, other.id == MergedLearner.learner_id)
        .outerjoin(MergedEnrolment, MergedEnrolment.enrolment_id == Enrolment.id)
        .outerjoin(leading, leading.id == MergedEnrolment.into_id)
        .where(Enrolment.registration.in_(registrations))
    )
    found: dict[UUID, RegistrationOwner] = {}
    earlier: defaultdict[UUID, set[str]] = defaultdict(set)
    for registration, pack, actor, alias, leads in session.execute(query):
        earlier[registration] |= {str(actor)} if alias is None else {str(actor), str(alias)}
        found[registration] = RegistrationOwner(
            pack=pack,
            actor_name=str(actor),
            actor_names=frozenset(earlier[registration]),
            counts_for=leads or registration,
        )
    return found


def families(session: Session, registrations: set[UUID]) -> list[frozenset[UUID]]:
    """Return registrations in groups that count for one of them, with all that belong to their groups."""
    leads = func.coalesce(MergedEnrolment.into_id, Enrolment.id)
    of_each = select(Enrolment.registration, leads).outerjoin(
        MergedEnrolment, MergedEnrolment.enrolment_id == Enrolment.id
    )
    wanted = {row[1] for row in session.execute(of_each.where(Enrolment.registration.in_(registrations)))}
    together: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for registration, lead in session.execute(
        of_each.where(or_(Enrolment.id.in_(wanted), MergedEnrolment.into_id.in_(wanted)))
    ):
        together[lead].add(registration)
    unknown = registrations - {each for group in together.values() for each in group}
    return [*map(frozenset, together.values()), *(frozenset({each}) for each in unknown)]
