"""Taking a person's part of the store out whole, and putting it back where it was: with `seq`, `stored`, authority and what voids it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct, convert

from perille.core.database import Session
from perille.lrs.clients import authority_of
from perille.lrs.storage import compression, postings, terms
from perille.lrs.storage.attachments import KEEP, USE, attachments_of
from perille.lrs.storage.connection import RawConnection, marks, raw_connection
from perille.lrs.storage.documents import PUT
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.index_keys import index_keys_of
from perille.lrs.storage.insert import insert_entries, resolve
from perille.lrs.storage.lock import StoreLock, lock_store, save_counters, store_number
from perille.lrs.storage.persons import Matcher
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.parsing import parse_statement
from perille.lrs.xapi.versions import Version

_STATEMENTS = (
    "SELECT s.seq, s.id, s.stored, s.marks, a.body, s.dictionary, s.body FROM lrs_statement s"
    " JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id WHERE s.store_id = ? AND s.seq IN"
)
_CONTENTS = (
    "SELECT DISTINCT a.sha2, a.content_type, a.body FROM lrs_attachment a"
    " JOIN lrs_attachment_use u ON u.store_id = a.store_id AND u.sha2 = a.sha2 WHERE a.store_id = ? AND u.seq IN"
)
_TERM = "COALESCE((SELECT key FROM lrs_term t WHERE t.store_id = d.store_id AND t.id = d.{}), '')"
_DOCUMENTS = (
    f"SELECT kind, {_TERM.format('activity_id')}, {_TERM.format('agent_id')}, {_TERM.format('registration_id')},"  # noqa: S608
    " name, content_type, etag, updated, body FROM lrs_document d WHERE store_id = ?"
)
_TAKEN = "SELECT 1 FROM lrs_statement WHERE store_id = ? AND (seq = ? OR id = ?)"
_DOCUMENT_THERE = (
    "SELECT 1 FROM lrs_document"
    " WHERE store_id = ? AND kind = ? AND activity_id = ? AND agent_id = ? AND registration_id = ? AND name = ?"
)


class PersonStatement(Struct):
    """A statement as it lay in the table."""

    seq: int
    id: bytes
    stored: int
    marks: int
    authority: bytes
    body: bytes

    def mentions(self, matcher: Matcher) -> bool:
        """Tell whether somebody is named in it or by whom it was vouched for."""
        return matcher.in_json(self.body) or matcher.in_json(self.authority)


class PersonDocument(Struct, array_like=True):
    """A document with the keys of whose it is, "" for none."""

    kind: int
    activity: str
    agent: str
    registration: str
    name: str
    content_type: str
    etag: str
    updated: int
    body: bytes

    def mentions(self, matcher: Matcher) -> bool:
        """Tell whether somebody is named in it or in its name."""
        return matcher.in_text(self.name) or matcher.in_json(self.body)


#: Hash -> media type and content.
Contents = dict[str, tuple[str, bytes]]


class PersonRecords(Struct):
    """A person's part of a store, filled by an erasure that is not for good (`erasing.erase_person`)."""

    statements: list[PersonStatement]
    documents: list[PersonDocument]
    contents: Contents
    #: What other stores had, by their ids; this is of the installation's own. Missing in what was set aside before there were several.
    elsewhere: dict[str, PersonRecords] = {}

    def take_statements(self, raw: RawConnection, number: int, seqs: Collection[int]) -> None:
        """Copy statements and the contents of their attachments."""
        for seq, key, stored, mark, voucher, dictionary, body in raw.rows(
            f"{_STATEMENTS} ({marks(seqs)})", number, *seqs
        ):
            whole = compression.decompress(dictionary, body)
            self.statements.append(PersonStatement(seq, bytes(key), stored, mark, bytes(voucher), whole))
        for sha2, kind, content in raw.rows(f"{_CONTENTS} ({marks(seqs)})", number, *seqs):
            self.contents[sha2] = (kind, bytes(content))

    def take_documents(self, raw: RawConnection, number: int, column: str, term: int) -> None:
        """Copy the documents of an agent, an activity or a registration."""
        for row in raw.rows(f"{_DOCUMENTS} AND d.{column} = ?", number, term):
            self.documents.append(convert(tuple(row), PersonDocument))

    def drop(self, matcher: Matcher) -> bool:
        """Drop what mentions somebody; tell whether anything did."""
        others = [each.drop(matcher) for each in self.elsewhere.values()]
        before = self._count()
        self.statements = [each for each in self.statements if not each.mentions(matcher)]
        self.documents = [each for each in self.documents if not each.mentions(matcher)]
        self.contents = {sha2: each for sha2, each in self.contents.items() if not matcher.in_bytes(each[1])}
        return any(others) or before > self._count()

    def _count(self) -> int:
        return len(self.statements) + len(self.documents) + len(self.contents)

    def parts(self) -> list[PersonRecords]:
        """Return what each store had, this one first."""
        return [self, *self.elsewhere.values()]


def put_back_in_store(session: Session, store_id: UUID, aside: PersonRecords) -> int:
    """Put statements and documents back where they were; return how many could not be: something newer stands there."""
    raw, number = raw_connection(session), store_number(session, store_id)
    lock = lock_store(raw, number)
    groups = _by_voucher(raw, number, aside.statements)
    done = sum(_put_group(raw, lock, voucher, group, aside.contents) for voucher, group in groups)
    refused = len(aside.statements) - done
    for document in aside.documents:
        refused += not _put_document(raw, lock, document)
    save_counters(raw, lock)
    return refused


def _by_voucher(
    raw: RawConnection, number: int, statements: Collection[PersonStatement]
) -> list[tuple[bytes, list[PersonStatement]]]:
    """Group by who vouched what can be put back: a place may be taken where an older copy of the database has gone on."""
    free = [each for each in statements if raw.one(_TAKEN, number, each.seq, each.id) is None]
    groups: dict[bytes, list[PersonStatement]] = {}
    for each in sorted(free, key=lambda one: one.seq):
        groups.setdefault(each.authority, []).append(each)
    return [*groups.items()]


def _put_group(
    raw: RawConnection, lock: StoreLock, voucher: bytes, group: list[PersonStatement], contents: Contents
) -> int:
    entries = [_entry(each) for each in group]
    insert_entries(raw, lock, entries, authority_of(voucher))
    for entry in entries:
        # What only names a hash, and says an address, brought no content along.
        named = {each.sha2.lower() for each in attachments_of(entry.statement)} & contents.keys()
        raw.many(KEEP, [(lock.number, sha2, *contents[sha2]) for sha2 in sorted(named)])
        raw.many(USE, [(lock.number, sha2, entry.seq) for sha2 in sorted(named)])
    for seq, places in postings.posting_lists_at(raw, lock.number, [entry.seq for entry in entries]).items():
        # Those after it are listed when the tail is folded.
        if seq <= lock.folded:
            postings.insert_rows(raw, sorted((lock.number, *place, seq) for place in places))
    return len(entries)


def _entry(aside: PersonStatement) -> Entry:
    incoming = parse_statement(aside.body, Version.V2 if aside.marks & StatementFlag.V2 else Version.V1)
    # All that was known of it, such as that it is void.
    incoming.id, incoming.marks = aside.id, aside.marks & ~StatementFlag.MORE_AGENTS.value
    return Entry(incoming, index_keys_of(incoming.statement), aside.seq, aside.id, aside.stored)


def _put_document(raw: RawConnection, lock: StoreLock, document: PersonDocument) -> bool:
    keys = (
        (terms.ACTIVITY, document.activity),
        (terms.AGENT, document.agent),
        (terms.REGISTRATION, document.registration),
    )
    known = resolve(raw, lock, {kind + key for kind, key in keys if key})
    numbers = [known.get(kind + key, 0) for kind, key in keys]
    if raw.one(_DOCUMENT_THERE, lock.number, document.kind, *numbers, document.name) is not None:
        return False
    values = (document.name, document.content_type, document.etag, document.updated, document.body)
    raw.run(PUT, lock.number, document.kind, *numbers, *values)
    return True
