"""A row that came from the other installation is stored: under a number that is free, in the course that is open, beside what is here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from perille.core.database import Base, Session, utcnow
from perille.core.synced_tables import SyncedTable
from perille.core.type_aliases import RowValues
from perille.enrolment.models import Enrolment, MergedEnrolment
from perille.sync.scope import table_of
from perille.sync.wire import Row


def current_row(session: Session, table: Table, row: RowValues) -> Row | None:
    """Return the row of the same key as it is here."""
    where = and_(*(column == row[column.name] for column in table.primary_key))
    found = session.execute(select(table).where(where)).mappings().first()
    return None if found is None else dict(found)


def insert_row(session: Session, carried: SyncedTable, row: Row, replaces: object = ()) -> bool:
    """Store a new row; return False where the database holds something that cannot be beside it.

    *replaces*: numbers of the rows that it took the place of, as the line says; one of them may count here until now.
    """
    table, row = table_of(carried), dict(row)
    place = _place_of(session, table, row, replaces)
    if carried.number:
        row[carried.number] = _free_number(session, carried, table, row)
    try:
        with session.begin_nested():
            _insert(session, table, row, place)
    except IntegrityError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _NewRowLinks:
    """What a new row stands beside here: the open enrolment that it counts for, or the certificate that it takes the place of."""

    leads: Enrolment | None = None
    before: UUID | None = None


def _place_of(session: Session, table: Table, row: Row, replaces: object) -> _NewRowLinks:
    """Return what a new row stands beside; its fields that say which of both counts are set."""
    if table.name == "enrolment" and row["ended_at"] is None:
        leads = _open_enrolment(session, row)
        row["ended_at"] = utcnow() if leads is not None else None
        return _NewRowLinks(leads=leads)
    if table.name in ("attempt", "errand_tick"):
        row["enrolment_id"] = _counts_for(session, row["enrolment_id"])
    elif table.name == "credential" and row["replaced_on"] is None:
        return _NewRowLinks(before=_settle_which_counts(session, table, row, replaces))
    return _NewRowLinks()


def _insert(session: Session, table: Table, row: Row, place: _NewRowLinks) -> None:
    if place.before is not None:
        # In this order: two may not count at once, and the earlier one refers to the later one.
        session.execute(update(table).where(table.c.id == place.before).values(replaced_on=_day_of(row)))
    session.execute(insert(table).values(**row))
    if place.before is not None:
        _lead_to(session, table, place.before, row["id"])
    if place.leads is not None:
        session.add(MergedEnrolment(enrolment_id=row["id"], into_id=place.leads.id))
        session.flush()


def change_row(session: Session, table: Table, row: RowValues, values: RowValues) -> bool:
    """Change fields of a row; return False where the database refuses that."""
    where = and_(*(column == row[column.name] for column in table.primary_key))
    try:
        with session.begin_nested():
            session.execute(update(table).where(where).values(**values))
    except IntegrityError:
        return False
    return True


def _open_enrolment(session: Session, row: Row) -> Enrolment | None:
    """Return the enrolment that is open here in the same course: what the new one records counts for it."""
    query = select(Enrolment).where(Enrolment.learner_id == row["learner_id"], Enrolment.pack_id == row["pack_id"])
    return session.scalar(query.where(Enrolment.ended_at.is_(None)))


def _counts_for(session: Session, enrolment_id: object) -> object:
    into = session.scalar(select(MergedEnrolment.into_id).where(MergedEnrolment.enrolment_id == enrolment_id))
    return into or enrolment_id


def _free_number(session: Session, carried: SyncedTable, table: Table, row: Row) -> int:
    """Return the number of a row where it is free, else the next one."""
    among = [table.c[name] == row[name] for name in carried.within]
    number = table.c[carried.number]
    if session.execute(select(number).where(*among, number == row[carried.number])).first() is None:
        found: int = row[carried.number]
        return found
    return 1 + (session.scalar(select(func.max(number)).where(*among)) or 0)


def _settle_which_counts(session: Session, table: Table, row: Row, replaces: object) -> UUID | None:
    """Return the certificate of the same enrolment that a new one takes the place of here, None for none.

    One that is no correction of what is here is replaced by it instead: both codes are known, one counts.
    """
    query = select(table.c.id).where(table.c.enrolment_id == row["enrolment_id"], table.c.replaced_on.is_(None))
    current = session.scalar(query)
    if isinstance(replaces, list) and str(current) in replaces:
        return current
    if current is not None:
        row["replaced_on"], row["replaced_by_id"] = utcnow().date(), current
    return None


def _day_of(row: Row) -> object:
    return row["issued_on"] or utcnow().date()


def _lead_to(session: Session, table: Table, before: UUID, number: UUID) -> None:
    """Let a certificate lead to its correction, and its links, which show the certificate and not one of its papers."""
    session.execute(update(table).where(table.c.id == before).values(replaced_by_id=number))
    links = Base.metadata.tables["credential_share"]
    session.execute(update(links).where(links.c.credential_id == before).values(credential_id=number))
