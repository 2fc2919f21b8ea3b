"""A person in all stores of the installation: found, erased, taken aside and put back, exported.

A learner's number may stand in an organisation's store too, where a program of theirs wrote it, and so may anybody's address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from perille.core.database import Session, run_in_transaction
from perille.lrs.storage.erase import ErasureReport, erase_person
from perille.lrs.storage.mentions import Mentions, no_mentions
from perille.lrs.storage.mentions import look_through as look_through_store
from perille.lrs.storage.person_export import documents_of, statements_about
from perille.lrs.storage.person_records import PersonDocument, PersonRecords, put_back_in_store
from perille.lrs.storage.persons import Matcher, Person
from perille.lrs.stores import used_stores

T = TypeVar("T")
#: What a search through all bodies found, by store.
Found = Mapping[UUID, Mentions]


def look_through(session: Session, matcher: Matcher) -> Found:
    """Look through everything in every store, in many short transactions."""
    places = run_in_transaction(session, lambda: used_stores(session), write=True)
    return {each: look_through_store(session, each, matcher) for each in places}


def erase_everywhere(
    session: Session, person: Person, found: Found | None = None, aside: PersonRecords | None = None
) -> ErasureReport:
    """Erase a person from every store; *found* and *aside* as in `erase_person`. One store after the other, in one order for all."""
    report = ErasureReport()
    for place, each in enumerate(used_stores(session)):
        # A store that was made since the search is looked through now.
        mentions = None if found is None else found.get(each, no_mentions())
        kept = aside if aside is None or not place else aside.elsewhere.setdefault(str(each), PersonRecords([], [], {}))
        report = report.with_more(erase_person(session, each, person, mentions, kept))
    return report


def put_back_everywhere(session: Session, aside: PersonRecords) -> int:
    """Put what was set aside back where it was; return how many things could not be: something newer stands there, or the store is gone."""
    places = used_stores(session)
    refused = put_back_in_store(session, places[0], aside)
    for key, each in aside.elsewhere.items():
        if UUID(key) in places:
            refused += put_back_in_store(session, UUID(key), each)
        else:
            refused += len(each.statements) + len(each.documents)
    return refused


def all_statements_about(session: Session, person: Person) -> list[bytes]:
    """Return every statement about a person, of all stores, as `statements_about` does."""
    return _of_each(session, lambda store: statements_about(session, store, person))


def all_documents_of(session: Session, person: Person) -> list[PersonDocument]:
    """Return every document of a person, of all stores."""
    return _of_each(session, lambda store: documents_of(session, store, person))


def _of_each(session: Session, read: Callable[[UUID], Sequence[T]]) -> list[T]:
    return [one for store in used_stores(session) for one in read(store)]
