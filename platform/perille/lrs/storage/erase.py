"""Erasing a person: statements, documents, names, attachments, definitions and their identifiers gone, in one transaction.

A statement goes when the person takes part in it: as actor, object, member of a group, instructor, in a SubStatement, in its registration,
and, where `mentions` looked through the bodies, in any text of it. A statement that they only vouched for stays, because it is about
somebody else; its authority becomes an account without a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct, field

from perille.core.database import Session
from perille.lrs.storage import compression, mentions, postings, pseudonyms, terms
from perille.lrs.storage.connection import RawConnection, marks, raw_connection
from perille.lrs.storage.lock import lock_store, save_counters, store_number
from perille.lrs.storage.mentions import DocumentKey, Mentions
from perille.lrs.storage.person_records import PersonRecords
from perille.lrs.storage.persons import Matcher, Person, make_person
from perille.lrs.storage.postings import (
    ACTIVITY,
    AGENT,
    OF_AGENT,
    REGISTRATION,
    RELATED_ACTIVITY,
    RELATED_AGENT,
    VERB,
    PostingList,
)
from perille.lrs.xapi.ifi import account_key

_SLICE = 500
_BY_SEQ = ("lrs_reference", "lrs_attachment_use", "lrs_refusal", "lrs_statement")
_UNLIST = "DELETE FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ? AND b = ? AND seq = ?"
#: The lists that a statement is in because of a term, by the kind of the term.
_LISTS = {
    terms.AGENT: (AGENT, RELATED_AGENT),
    terms.VERB: (VERB,),
    terms.ACTIVITY: (ACTIVITY, RELATED_ACTIVITY),
    terms.REGISTRATION: (REGISTRATION,),
}
_UNUSED_ATTACHMENTS = (
    "DELETE FROM lrs_attachment WHERE store_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM lrs_attachment_use u WHERE u.store_id = lrs_attachment.store_id AND u.sha2 = lrs_attachment.sha2)"
)
#: Whether a statement names a registration itself.
_NAMED = (
    "SELECT 1 FROM lrs_posting p JOIN lrs_statement s ON s.store_id = p.store_id AND s.seq = p.seq"
    " WHERE p.store_id = ? AND p.list = ? AND p.a = ? AND s.registration_id = p.a LIMIT 1"
)
_DOCUMENT = (
    "DELETE FROM lrs_document"
    " WHERE store_id = ? AND kind = ? AND activity_id = ? AND agent_id = ? AND registration_id = ? AND name = ?"
)


class ErasedStatement(Struct, frozen=True):
    """A statement that was erased: what another store needs to be told."""

    seq: int
    id: str
    #: IRI of the verb.
    verb: str
    #: The short number of the store that it was in.
    store: int


class ErasureReport(Struct, frozen=True):
    """What was erased: how many of each."""

    statements: int = 0
    documents: int = 0
    names: int = 0
    attachments: int = 0
    #: Definitions of activities that mentioned the person.
    definitions: int = 0
    #: Authorities of others' statements that became an account without a name.
    authorities: int = 0
    erased: tuple[ErasedStatement, ...] = field(default=())

    def with_more(self, other: ErasureReport) -> ErasureReport:
        """Return what both say together."""
        return ErasureReport(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    @property
    def total(self) -> int:
        """How many things were erased."""
        return self.statements + self.documents + self.names + self.attachments + self.definitions + self.authorities


def erase_actor(session: Session, store_id: UUID, home_page: str, name: str) -> ErasureReport:
    """Erase every statement in which an account takes part, its documents and names, and attachments that nobody else names."""
    return erase_person(session, store_id, make_person([account_key(home_page, name)]))


def erase_person(
    session: Session,
    store_id: UUID,
    person: Person,
    found: Mentions | None = None,
    aside: PersonRecords | None = None,
) -> ErasureReport:
    """Erase a person; *found* is what a search through all bodies found before (`mentions.look_through`), else only the lists are asked.

    *aside* takes a copy of what goes, for an erasure that is not for good.
    IRIs and account names that hold one of the person's words are found without that search too.
    """
    raw, number = raw_connection(session), store_number(session, store_id)
    lock = lock_store(raw, number)
    postings.flush(raw, lock)
    save_counters(raw, lock)
    work = _Erasure(raw, number, Matcher(person), found or mentions.no_mentions(), aside)
    if found is not None:
        mentions.look_at_newer(raw, number, found, work.matcher)
    report = work.run(person)
    if report.total or any(work.terms.values()):
        raw.run("UPDATE lrs_store SET epoch = epoch + 1 WHERE number = ?", number)
    return report


class _Erasure:
    """One erasure, and what it needs at every step."""

    def __init__(
        self, raw: RawConnection, number: int, matcher: Matcher, found: Mentions, aside: PersonRecords | None
    ) -> None:
        self.raw, self.number, self.matcher, self.found, self.aside = raw, number, matcher, found, aside
        #: Numbers of the person's terms, by kind.
        self.terms: dict[str, set[int]] = {kind: set() for kind in _LISTS}
        #: Registrations that erased statements named.
        self.registrations: set[int] = set()

    def run(self, person: Person) -> ErasureReport:
        """Erase, in the order in which one thing leads to the next."""
        self._find_terms(person)
        erased = self._erase_statements()
        self._add_lonely_registrations()
        documents = self._erase_documents()
        names = self._erase_names()
        attachments = self._erase_attachments()
        definitions = self._erase_definitions()
        agents = self.terms[terms.AGENT]
        authorities = pseudonyms.replace_authorities(self.raw, self.number, agents, self.matcher)
        self._erase_terms()
        for key in person.keys:
            self.raw.run("DELETE FROM lrs_launch WHERE store_id = ? AND agent = ?", self.number, key)
        return ErasureReport(
            len(erased), documents, names, attachments, definitions, authorities, tuple(erased.values())
        )

    def _find_terms(self, person: Person) -> None:
        """Find the person's own terms by their digests, and those that hold one of their words."""
        own = [terms.AGENT + key for key in person.keys]
        own += [terms.REGISTRATION + registration for registration in person.registrations]
        for term, number in terms.find(self.raw, self.number, own).items():
            self.terms[term[0]].add(number)
        for kind, number, key in terms.holding(self.raw, self.number, _probes(person), self.found.terms):
            if self.matcher.in_key(key):
                self.terms[str(kind)].add(number)

    def _erase_statements(self) -> dict[int, ErasedStatement]:
        erased: dict[int, ErasedStatement] = {}
        for seqs in self._candidates():
            own = self._own(seqs)
            erased |= self._described(own)
            if self.aside is not None and own:
                self.aside.take_statements(self.raw, self.number, own)
            for seq, places in own.items():
                self.registrations.update(place.a for place in places if place.list == REGISTRATION)
                self.raw.many(_UNLIST, [(self.number, *place, seq) for place in places])
            for table in _BY_SEQ if own else ():
                self.raw.run(f"DELETE FROM {table} WHERE store_id = ? AND seq IN ({marks(own)})", self.number, *own)  # noqa: S608
        return erased

    def _candidates(self) -> Iterable[list[int]]:
        """Yield slices of statements that may be the person's: from the lists of their terms, and from the search."""
        sql = "SELECT seq FROM lrs_posting WHERE store_id = ? AND list = ? AND a = ? AND b = 0 AND seq > ? ORDER BY seq LIMIT ?"
        for kind, numbers in self.terms.items():
            for one in _LISTS[kind]:
                for number in sorted(numbers):
                    after = 0
                    while rows := self.raw.rows(sql, self.number, one, number, after, _SLICE):
                        after = rows[-1][0]
                        yield [row[0] for row in rows]
        rest = sorted(self.found.statements)
        yield from (rest[start : start + _SLICE] for start in range(0, len(rest), _SLICE))

    def _own(self, seqs: Sequence[int]) -> dict[int, list[PostingList]]:
        """Return those statements, with their lists, in which the person takes part: not by a reference, nor as authority alone."""
        mine = {
            PostingList(one, number)
            for kind, numbers in self.terms.items()
            for one in _LISTS[kind]
            for number in numbers
        }
        vouched = self._vouched(seqs)
        found = postings.posting_lists_at(self.raw, self.number, seqs)
        return {seq: at for seq, at in found.items() if self._is_own(seq, mine.intersection(at), seq in vouched)}

    def _is_own(self, seq: int, why: set[PostingList], vouched: bool) -> bool:
        if seq in self.found.statements or any(place.list != RELATED_AGENT for place in why):
            return True
        return bool(why) and (not vouched or self.matcher.in_json(self._body(seq)))

    def _vouched(self, seqs: Sequence[int]) -> set[int]:
        """Return those statements that the person, or a group with them, vouched for."""
        numbers = pseudonyms.authorities_of(self.raw, self.number, self.terms[terms.AGENT], self.matcher)
        if not numbers or not seqs:
            return set()
        sql = f"SELECT seq FROM lrs_statement WHERE store_id = ? AND authority_id IN ({marks(numbers)}) AND seq IN ({marks(seqs)})"  # noqa: S608
        return {row[0] for row in self.raw.rows(sql, self.number, *numbers, *seqs)}

    def _body(self, seq: int) -> bytes:
        row = self.raw.one(
            "SELECT dictionary, body FROM lrs_statement WHERE store_id = ? AND seq = ?", self.number, seq
        )
        return compression.decompress(row[0], row[1]) if row else b""

    def _described(self, own: Iterable[int]) -> dict[int, ErasedStatement]:
        sql = (
            "SELECT s.seq, s.id, t.key FROM lrs_statement s JOIN lrs_term t ON t.store_id = s.store_id AND t.id = s.verb_id"
            " WHERE s.store_id = ? AND s.seq = ?"
        )
        rows = [self.raw.one(sql, self.number, seq) for seq in own]
        return {
            row[0]: ErasedStatement(row[0], str(UUID(bytes=bytes(row[1]))), row[2], self.number) for row in rows if row
        }

    def _add_lonely_registrations(self) -> None:
        """Take registrations that only erased statements named for the person's own."""
        for number in sorted(self.registrations):
            if self.raw.one(_NAMED, self.number, REGISTRATION, number) is None:
                self.terms[terms.REGISTRATION].add(number)

    def _erase_documents(self) -> int:
        columns = {terms.AGENT: "agent_id", terms.ACTIVITY: "activity_id", terms.REGISTRATION: "registration_id"}
        count = 0
        for kind, column in columns.items():
            for number in self.terms[kind]:
                if self.aside is not None:
                    self.aside.take_documents(self.raw, self.number, column, number)
                sql = f"DELETE FROM lrs_document WHERE store_id = ? AND {column} = ?"  # noqa: S608 - constants
                count += self.raw.run(sql, self.number, number)
        return count + sum(self._erase_document(key) for key in self.found.documents)

    def _erase_document(self, key: DocumentKey) -> int:
        return self.raw.run(_DOCUMENT, self.number, *key)

    def _erase_names(self) -> int:
        one = "DELETE FROM lrs_agent_name WHERE store_id = ? AND agent_id = ?"
        count = sum(self.raw.run(one, self.number, agent) for agent in self.terms[terms.AGENT])
        return count + sum(self.raw.run(f"{one} AND name = ?", self.number, *each) for each in self.found.names)

    def _erase_attachments(self) -> int:
        """Erase contents that no statement names any more, and those that mention the person, whoever names them."""
        mentioned = "DELETE FROM lrs_attachment WHERE store_id = ? AND sha2 = ?"
        count = sum(self.raw.run(mentioned, self.number, sha2) for sha2 in self.found.attachments)
        return count + self.raw.run(_UNUSED_ATTACHMENTS, self.number)

    def _erase_definitions(self) -> int:
        """Erase what was learnt of activities where it mentions the person; the next statement about them teaches it again."""
        sql = "DELETE FROM lrs_activity WHERE store_id = ? AND activity_id = ?"
        numbers = self.found.activities | self.terms[terms.ACTIVITY]
        return sum(self.raw.run(sql, self.number, number) for number in sorted(numbers))

    def _erase_terms(self) -> None:
        """Erase the person's terms, and the lists under them that others' references left; a voucher's term has a new name by now."""
        for kind, numbers in self.terms.items():
            lists = [*OF_AGENT] if kind == terms.AGENT else [*_LISTS[kind]]
            for number in numbers - pseudonyms.renamed(self.raw, self.number, numbers):
                sql = f"DELETE FROM lrs_posting WHERE store_id = ? AND list IN ({marks(lists)}) AND a = ?"  # noqa: S608
                self.raw.run(sql, self.number, *lists, number)
                self.raw.run("DELETE FROM lrs_term WHERE store_id = ? AND id = ?", self.number, number)


def _probes(person: Person) -> list[str]:
    """Return words that a term may hold, for the database to look for; the matcher has the last word."""
    words = [*person.registrations, *person.words]
    for key in person.keys:
        form, _, value = key.partition(" ")
        words.append(value.partition(" ")[2] if form == "account" else value.removeprefix("mailto:"))
    return [word.lower() for word in words if len(word) >= 8]
