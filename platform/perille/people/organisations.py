"""Organisations: made with a record store of their own, changed, closed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from perille.core.database import Session, uuid7
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.lrs.services import make_store
from perille.people.models import Organisation, OrganisationKind


def make_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind = OrganisationKind.OFFICE,
    *,
    languages: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> Organisation:
    """Make an organisation, and the record store that belongs to it."""
    number = uuid7()
    made = Organisation(
        id=number,
        name=name,
        kind=kind.value,
        languages=list(languages),
        countries=list(countries),
        store_id=make_store(session, f"organisation-{number}"),
    )
    session.add(made)
    session.flush()
    return made


def find_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """Return an organisation; raise NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def organisations(session: Session) -> list[Organisation]:
    """Return all organisations, those that were closed too, by name."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)))


def organisation_named(session: Session, name: str) -> Organisation:
    """Return the open organisation of that name; raise NotFound."""
    found = _named(session, name)
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def find_or_make_organisation(session: Session, name: str) -> Organisation:
    """Return the open organisation of that name, made now if there is none."""
    return _named(session, name) or make_organisation(session, name)


def _named(session: Session, name: str) -> Organisation | None:
    query = select(Organisation).where(Organisation.name == name, Organisation.closed_at.is_(None))
    return session.scalars(query.order_by(Organisation.id).limit(1)).first()
