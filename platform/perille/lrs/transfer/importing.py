"""Import: lines of JSON, as an export writes them. What is here already is passed over, so that one that was broken off is run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from perille.core.database import Session, run_in_transaction
from perille.core.decoding import read_json
from perille.lrs.clients import authority_of
from perille.lrs.services import store_incoming
from perille.lrs.storage import attachments
from perille.lrs.storage.attachments import Contents, attachments_of
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.definitions import Define
from perille.lrs.storage.insert import Authority
from perille.lrs.storage.lock import store_number
from perille.lrs.transfer.exporting import SLICE, Progress
from perille.lrs.xapi import parsing, validators
from perille.lrs.xapi.errors import XapiError
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.parsing import ParsedStatement
from perille.lrs.xapi.versions import Version

#: Gives the content of an attachment by its hash, or None.
Find = Callable[[str], bytes | None]
Numbered = list[tuple[int, ParsedStatement]]
_NO_AUTHORITY = "The statement has no authority, and none was given."


class ImportReport(Struct, frozen=True):
    """What an import did: statements stored, those that were here already, and lines refused with their reason."""

    stored: int
    repeated: int
    refused: list[tuple[int, str]]
    #: Statements that got the time of the import, because the store has later ones, or theirs lies in the future.
    restamped: int = 0


def import_lines(
    session: Session,
    store_id: UUID,
    lines: Iterable[bytes],
    authority: Authority | None = None,
    *,
    progress: Progress = lambda _done: None,
    find: Find = lambda _sha2: None,
    trusted: bool = False,
) -> ImportReport:
    """Store lines of JSON, slice by slice; a line that is refused is reported with its number and does not stop the rest.

    Each statement keeps the authority written in it; *authority* vouches for those without. Who wrote the file may have written
    anything, so nothing in it counts for progress or voids what came otherwise. *trusted*: the file is an export of this very
    store, and each statement counts as it did, and keeps the time at which it was stored where the store has no later one.
    *find* gives the contents of attachments.
    """
    work = _Import(session, store_id, authority, find, StatementFlag.MAY_VOID if trusted else StatementFlag.IMPORTED)
    done = 0
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while part := list(islice(numbered, SLICE)):
        for voucher, batch in work.read(part):
            work.store(voucher, batch)
        done += len(part)
        progress(done)
    return ImportReport(work.stored, work.repeated, work.refused, work.restamped)


class _Versioned(Struct):
    """What a line says of its version."""

    version: str = ""


def read_line(line: bytes) -> ParsedStatement:
    """Read a statement in the edition of xAPI that it names, with the time at which it was stored; raise `XapiError`."""
    try:
        named = read_json(line, _Versioned).version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        named = ""
    try:
        incoming = parsing.parse_statement(line, Version.V1 if named.startswith("1.") else Version.V2)
    except XapiError:
        if not named.startswith("1."):
            raise
        # A statement of a 2.0 request may call itself 1.0.3.
        incoming = parsing.parse_statement(line, Version.V2)
    stored = incoming.statement.stored
    if stored is not UNSET:
        incoming.stored = validators.micros(validators.timestamp(stored, "stored", strict=False))
    return incoming


class _Import:
    """One import, and what it has done so far."""

    def __init__(
        self, session: Session, store_id: UUID, authority: Authority | None, find: Find, marks: StatementFlag
    ) -> None:
        self.session, self.store_id, self.authority, self.find, self.marks = session, store_id, authority, find, marks
        self.stored = self.repeated = self.restamped = 0
        self.refused: list[tuple[int, str]] = []

    def read(self, part: list[tuple[int, bytes]]) -> list[tuple[Authority, Numbered]]:
        """Read a slice, grouped by who vouches, in its order; one with attachments stands alone, for their contents may be large."""
        groups: list[tuple[Authority, Numbered]] = []
        alone = True
        for number, line in part:
            try:
                incoming = read_line(line)
                if self.marks is StatementFlag.IMPORTED:
                    incoming.stored = None
                voucher = self.voucher(incoming)
            except XapiError as fault:
                self.refuse(number, fault)
                continue
            if voucher is None:
                self.refused.append((number, _NO_AUTHORITY))
                continue
            attached = bool(incoming.marks & StatementFlag.ATTACHMENTS.value)
            if alone or attached or groups[-1][0] != voucher:
                groups.append((voucher, []))
            groups[-1][1].append((number, incoming))
            alone = attached
        return groups

    def voucher(self, incoming: ParsedStatement) -> Authority | None:
        """Return who vouches for a statement."""
        written = incoming.statement.authority
        return self.authority if written is UNSET else authority_of(parsing.encode(written))

    def refuse(self, number: int, fault: XapiError) -> None:
        """Note a line that is not stored."""
        self.refused.append((number, f"{fault.path}: {fault.message}"))

    def store(self, voucher: Authority, batch: Numbered) -> None:
        """Store a group; where one of it is refused, one by one."""
        try:
            fresh, moved = run_in_transaction(
                self.session, lambda: self.store_batch(voucher, batch), write=True, program=True
            )
        except XapiError as fault:
            if len(batch) == 1:
                self.refuse(batch[0][0], fault)
            else:
                for one in batch:
                    self.store(voucher, [one])
        else:
            self.stored, self.repeated = self.stored + fresh, self.repeated + len(batch) - fresh
            self.restamped += moved

    def store_batch(self, voucher: Authority, batch: Numbered) -> tuple[int, int]:
        """Store a group; returns how many of it are new, and how many of those got another time than they had."""
        number = store_number(self.session, self.store_id)
        before = raw_connection(self.session).one("SELECT last_seq FROM lrs_store WHERE number = ?", number) or (0,)
        found = store_incoming(
            self.session,
            [incoming for _, incoming in batch],
            store_id=self.store_id,
            authority=voucher,
            contents=self.contents(batch),
            marks=self.marks,
            define=Define.MISSING,
        )
        fresh = [(one, incoming) for one, (_, incoming) in zip(found, batch, strict=True) if one.seq > before[0]]
        moved = sum(
            incoming.stored is not None and one.stored != validators.moment(incoming.stored) for one, incoming in fresh
        )
        return len(fresh), moved

    def contents(self, batch: Numbered) -> Contents:
        """Find the contents that the statements of a group name; each must have its hash."""
        named = {each.sha2.lower() for _, incoming in batch for each in attachments_of(incoming.statement)}
        found = {sha2: self.find(sha2) for sha2 in sorted(named)}
        return {sha2: attachments.checked(sha2, content) for sha2, content in found.items() if content is not None}
