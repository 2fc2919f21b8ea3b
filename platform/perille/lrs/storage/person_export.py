"""All that the store keeps of one person, for themselves to take along."""

from __future__ import annotations

from uuid import UUID

from perille.core.database import Session
from perille.lrs.storage import query, serialization, terms
from perille.lrs.storage.connection import RawConnection, raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.person_records import PersonDocument, PersonRecords
from perille.lrs.storage.persons import Person
from perille.lrs.storage.query import Filter
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.xapi.versions import Version

_SIZE = 500


def statements_about(session: Session, store_id: UUID, person: Person) -> list[bytes]:
    """Return every statement in which a person takes part or whose registration is theirs, voided ones too, as a client gets them."""
    raw, number = raw_connection(session), store_number(session, store_id)
    asked = [Filter(agent=terms.AGENT + key, related_agents=True) for key in person.keys]
    asked += [Filter(registration=terms.REGISTRATION + each) for each in person.registrations]
    found = {kept.seq: kept for each in asked for kept in _all(raw, number, each)}
    return [serialization.exact(found[seq], Version.V2) for seq in sorted(found)]


def _all(raw: RawConnection, number: int, asked: Filter) -> list[StoredRow]:
    found: list[StoredRow] = []
    while page := query.search(raw, number, _page(asked, found[-1].seq if found else None)):
        found += page
    return found


def _page(asked: Filter, after: int | None) -> Filter:
    return Filter(
        agent=asked.agent,
        registration=asked.registration,
        related_agents=asked.related_agents,
        ascending=True,
        voided=True,
        after=after,
        limit=_SIZE,
    )


def documents_of(session: Session, store_id: UUID, person: Person) -> list[PersonDocument]:
    """Return every document of a person and of their registrations."""
    raw, number = raw_connection(session), store_number(session, store_id)
    copy = PersonRecords([], [], {})
    columns = {terms.AGENT: "agent_id", terms.REGISTRATION: "registration_id"}
    wanted = [terms.AGENT + key for key in person.keys] + [terms.REGISTRATION + each for each in person.registrations]
    for term, found in terms.find(raw, number, wanted).items():
        copy.take_documents(raw, number, columns[term[0]], found)
    unique = {(each.kind, each.activity, each.agent, each.registration, each.name): each for each in copy.documents}
    return [*unique.values()]
