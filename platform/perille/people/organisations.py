"""Organisations: made with a record store of their own, changed, closed, deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy import Column, delete, func, select

from perille.core.countries import countries as known_countries
from perille.core.database import Base, Session, utcnow, uuid7
from perille.core.errors import Conflict, NotFound
from perille.core.i18n import _
from perille.lrs.services import close_store, make_store
from perille.people.audit import audit
from perille.people.double_submission import since_first_press
from perille.people.models import Membership, Organisation, OrganisationKind, Role


def make_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind = OrganisationKind.OFFICE,
    *,
    languages: Iterable[str] = (),
    countries: Iterable[str] = (),
    by: UUID | None = None,
) -> Organisation:
    """Make an organisation, and the record store that belongs to it; the same wish of *by* within a minute makes no second one."""
    twin = None if by is None else _pressed_before(session, name, kind, by)
    if twin is not None:
        return twin
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
    note(session, by, "organisation.made", made)
    session.flush()
    return made


def _pressed_before(session: Session, name: str, kind: OrganisationKind, by: UUID) -> Organisation | None:
    query = select(Organisation).where(Organisation.name == name, Organisation.kind == kind.value)
    query = query.where(Organisation.created_at > since_first_press(session, by), Organisation.closed_at.is_(None))
    return session.scalar(query.limit(1))


def note(session: Session, by: UUID | None, action: str, organisation: Organisation) -> None:
    """Write into the audit table what was done with an organisation."""
    audit(session, by, action, organisation.id, organisation.id)


def set_first_country(session: Session, organisation: Organisation, country: str, by: UUID | None) -> bool:
    """Say where an organisation is that has no country yet; return False, and change nothing, where it has one."""
    if organisation.countries:
        return False
    organisation.countries = [country]
    note(session, by, "organisation.changed", organisation)
    session.flush()
    return True


def without_country(session: Session) -> list[Organisation]:
    """Return the open organisations that have no country, by name: their times are in UTC."""
    return [each for each in organisations(session) if each.closed_at is None and not each.countries]


def close_organisation(session: Session, organisation: Organisation, *, closed: bool, by: UUID | None) -> None:
    """Close an organisation, or open it again; a second time changes nothing.

    Roles in a closed one count for nothing, and clients of its record store are refused.
    """
    if (organisation.closed_at is not None) == closed:
        return
    organisation.closed_at = utcnow() if closed else None
    close_store(session, organisation.store_id, closed=closed)
    note(session, by, "organisation.closed" if closed else "organisation.reopened", organisation)
    session.flush()


def delete_organisation(session: Session, organisation: Organisation, by: UUID | None) -> None:
    """Delete what says who belongs to a closed organisation and how they come in; raise Conflict for one that is open.

    Rows that hang on it go, in whatever feature's table. What a feature keeps of it on purpose is that feature's to clear.
    """
    session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    session.refresh(organisation)
    if organisation.closed_at is None:
        raise Conflict(_("Close this organisation first."))
    if organisation.deleted_at is not None:
        return
    organisation.deleted_at = utcnow()
    for column in _hanging_on_it():
        session.execute(delete(column.table).where(column == organisation.id))
    note(session, by, "organisation.deleted", organisation)
    session.flush()


def _hanging_on_it() -> Iterator[Column[UUID]]:
    """Return the columns whose rows go with the organisation that they name."""
    for table in reversed(Base.metadata.sorted_tables):
        for key in table.foreign_keys:
            if key.column.table is Organisation.__table__ and key.ondelete == "CASCADE":
                yield key.parent


def find_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """Return an organisation; raise NotFound, also for one that was deleted."""
    found = session.get(Organisation, organisation_id)
    if found is None or found.deleted_at is not None:
        raise NotFound(_("There is no such organisation."))
    return found


def organisations(session: Session) -> list[Organisation]:
    """Return all organisations, those that were closed too, by name."""
    there = select(Organisation).where(Organisation.deleted_at.is_(None))
    return list(session.scalars(there.order_by(Organisation.name, Organisation.id)))


def organisations_of(session: Session, account_id: UUID, role: Role) -> list[Organisation]:
    """Return the open organisations in which an account has a role, by name."""
    query = select(Organisation).join(Membership, Membership.organisation_id == Organisation.id)
    query = query.where(Membership.account_id == account_id, Membership.role == role.value)
    return list(session.scalars(query.where(Organisation.closed_at.is_(None)).order_by(Organisation.name)))


def first_language(organisation: Organisation, otherwise: str) -> str:
    """Return the language in which an organisation writes to who is new, *otherwise* where it has none.

    That of its first country that is among its languages: those stand in the order of our list, which begins with English.
    """
    mine = organisation.languages or [otherwise]
    hosts = [known_countries()[code].language for code in organisation.countries if code in known_countries()]
    return next((language for language in hosts if language in mine), mine[0])


def people_counts(session: Session) -> Mapping[UUID, int]:
    """Return how many people are in each organisation that has any."""
    people = func.count(func.distinct(Membership.account_id))
    query = select(Membership.organisation_id, people).where(Membership.organisation_id.is_not(None))
    rows = session.execute(query.group_by(Membership.organisation_id))
    return {number: count for number, count in rows if number is not None}


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
