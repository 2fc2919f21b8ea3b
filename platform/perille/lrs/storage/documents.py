"""Documents: states, agent profiles, activity profiles; kept as they came, changed by one who has seen them (Communication 2.2, 3.1)."""

from __future__ import annotations

from enum import IntEnum
from hashlib import sha1

import msgspec
from msgspec import Struct

from perille.core.type_aliases import JsonObject
from perille.lrs.storage.connection import RawConnection, Row
from perille.lrs.storage.insert import resolve
from perille.lrs.storage.lock import StoreLock, lock_store, save_counters
from perille.lrs.storage.terms import ACTIVITY, AGENT, REGISTRATION, find_one
from perille.lrs.xapi import limits
from perille.lrs.xapi.errors import Rule, XapiError, bad_request
from perille.lrs.xapi.parsing import check_text, encode, exact_value
from perille.lrs.xapi.versions import Version

JSON = "application/json"
_COLUMNS = "name, content_type, etag, updated, body"
_ONE = "store_id = ? AND kind = ? AND activity_id = ? AND agent_id = ? AND registration_id = ? AND name = ?"
PUT = (
    "INSERT INTO lrs_document (store_id, kind, activity_id, agent_id, registration_id, name, content_type, etag, updated, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (store_id, kind, activity_id, agent_id, registration_id, name) DO UPDATE SET"
    " content_type = excluded.content_type, etag = excluded.etag, updated = excluded.updated, body = excluded.body"
)


class DocumentKind(IntEnum):
    """Which document resource."""

    STATE = 1
    AGENT_PROFILE = 2
    ACTIVITY_PROFILE = 3


class Owner(Struct, frozen=True):
    """Whose documents: keys of agent, activity and registration, as far as the resource has them."""

    kind: DocumentKind
    agent: str | None = None
    activity: str | None = None
    registration: str | None = None

    def terms(self) -> dict[str, str]:
        """Return the terms that are there, by kind."""
        keys = {ACTIVITY: self.activity, AGENT: self.agent, REGISTRATION: self.registration}
        return {kind: kind + key for kind, key in keys.items() if key is not None}


class Document(Struct):
    """A document as kept."""

    name: str
    content_type: str
    #: SHA1 of the body, hexadecimal (Communication 3.1).
    etag: str
    #: Microseconds since 1970.
    updated: int
    body: bytes


class Condition(Struct, frozen=True):
    """What a writer has seen: the If-Match and If-None-Match headers."""

    if_match: str | None
    if_none_match: str | None

    def check(self, found: Document | None) -> None:
        """Raise XapiError 412 when the document is not what the writer has seen (RFC 9110 13.1)."""
        if self.if_match is not None and (found is None or not is_named(self.if_match, found.etag)):
            raise XapiError(412, Rule.CONCURRENCY, "If-Match", "The document is not the one that If-Match names.")
        if self.if_none_match is not None and found is not None and is_named(self.if_none_match, found.etag):
            raise XapiError(412, Rule.CONCURRENCY, "If-None-Match", "The document is there already.")

    @property
    def given(self) -> bool:
        """Whether there is a header at all."""
        return self.if_match is not None or self.if_none_match is not None


def is_named(header: str, etag: str) -> bool:
    """Tell whether an If-Match or If-None-Match header names an ETag, or any (RFC 9110 13.1)."""
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or etag in tags


def find(raw: RawConnection, store: int, owner: Owner, name: str) -> Document | None:
    """Return one document."""
    numbers = _numbers(raw, store, owner)
    return _find(raw, store, owner.kind, numbers, name) if numbers is not None else None


def names(raw: RawConnection, store: int, owner: Owner, since: int | None) -> list[Document]:
    """List documents, oldest change first, those changed after *since*; without a registration those of all registrations."""
    numbers = _numbers(raw, store, owner)
    if numbers is None:
        return []
    where, values = _all_of(owner, numbers)
    sql = f"SELECT {_COLUMNS} FROM lrs_document WHERE {where} AND updated > ? ORDER BY updated, name"  # noqa: S608 - constants
    return [_document(row) for row in raw.rows(sql, store, *values, since if since is not None else -1)]


def put(
    raw: RawConnection, store: int, owner: Owner, name: str, sent: tuple[str, bytes], seen: Condition, version: Version
) -> None:
    """Keep a document, replacing the one that was there."""
    content_type, body = sent
    if _is_json(content_type):
        _json_value(body)
    lock = lock_store(raw, store)
    numbers = _made_numbers(raw, lock, owner)
    found = _find(raw, store, owner.kind, numbers, name)
    _check_put(owner.kind, found, seen, version)
    _write(raw, lock, owner.kind, numbers, Document(name, content_type, "", lock.next_moment(), body))


def _check_put(kind: DocumentKind, found: Document | None, seen: Condition, version: Version) -> None:
    """A PUT of a profile, in 2.0 of a state too, says what it has seen (Communication 3.1)."""
    seen.check(found)
    if seen.given or (kind is DocumentKind.STATE and version is Version.V1):
        return
    if found is not None:
        message = "The document is there. GET it, and send its ETag as If-Match; to keep another one's change, do not overwrite it."
        raise XapiError(409, Rule.CONCURRENCY, "If-Match", message)
    if kind is not DocumentKind.STATE:
        raise bad_request(Rule.CONCURRENCY, "If-None-Match", "A PUT of a profile needs If-Match or If-None-Match.")


def post(raw: RawConnection, store: int, owner: Owner, name: str, sent: tuple[str, bytes], seen: Condition) -> None:
    """Keep a document, or merge a JSON object into the one that is there; raise XapiError 400 for another (Communication 2.2)."""
    content_type, body = sent
    fresh = _json_value(body) if _is_json(content_type) else None
    lock = lock_store(raw, store)
    numbers = _made_numbers(raw, lock, owner)
    found = _find(raw, store, owner.kind, numbers, name)
    seen.check(found)
    if found is not None:
        if not isinstance(fresh, dict) or not _is_json(found.content_type):
            raise bad_request(
                Rule.DOCUMENT, "$", "A document that exists is changed by POST only where both are JSON objects."
            )
        body = _merged(found.body, fresh)
    _write(raw, lock, owner.kind, numbers, Document(name, content_type, "", lock.next_moment(), body))


def _merged(kept: bytes, fresh: JsonObject) -> bytes:
    known = exact_value(kept)
    if not isinstance(known, dict):
        raise bad_request(
            Rule.DOCUMENT, "$", "The document that exists is not a JSON object, so nothing can be merged into it."
        )
    return encode(known | fresh)


def delete(raw: RawConnection, store: int, owner: Owner, name: str | None, seen: Condition) -> None:
    """Remove a document, or without a *name* all of the owner's."""
    lock_store(raw, store)
    numbers = _numbers(raw, store, owner)
    if numbers is None:
        seen.check(None)
    elif name is None:
        where, values = _all_of(owner, numbers)
        raw.run(f"DELETE FROM lrs_document WHERE {where}", store, *values)  # noqa: S608 - constants
    else:
        seen.check(_find(raw, store, owner.kind, numbers, name))
        raw.run(f"DELETE FROM lrs_document WHERE {_ONE}", store, int(owner.kind), *_places(numbers), name)  # noqa: S608


def _numbers(raw: RawConnection, store: int, owner: Owner) -> dict[str, int] | None:
    """Return the numbers of an owner; None when one of them was never seen, so that there is no document."""
    found: dict[str, int] = {}
    for kind, term in owner.terms().items():
        number = find_one(raw, store, term)
        if number is None:
            return None
        found[kind] = number
    return found


def _made_numbers(raw: RawConnection, lock: StoreLock, owner: Owner) -> dict[str, int]:
    """Return the numbers of an owner, made where they were not there."""
    wanted = owner.terms()
    known = resolve(raw, lock, set(wanted.values()))
    return {kind: known[term] for kind, term in wanted.items()}


def _places(numbers: dict[str, int]) -> tuple[int, int, int]:
    return numbers.get(ACTIVITY, 0), numbers.get(AGENT, 0), numbers.get(REGISTRATION, 0)


def _all_of(owner: Owner, numbers: dict[str, int]) -> tuple[str, list[int]]:
    where = "store_id = ? AND kind = ? AND activity_id = ? AND agent_id = ?"
    values = [int(owner.kind), *_places(numbers)[:2]]
    if owner.registration is not None:
        where += " AND registration_id = ?"
        values.append(numbers[REGISTRATION])
    return where, values


def _find(raw: RawConnection, store: int, kind: DocumentKind, numbers: dict[str, int], name: str) -> Document | None:
    sql = f"SELECT {_COLUMNS} FROM lrs_document WHERE {_ONE}"  # noqa: S608 - constants
    row = raw.one(sql, store, int(kind), *_places(numbers), name)
    return _document(row) if row else None


def _document(row: Row) -> Document:
    return Document(row[0], row[1], row[2], row[3], bytes(row[4]))


def _write(
    raw: RawConnection, lock: StoreLock, kind: DocumentKind, numbers: dict[str, int], document: Document
) -> None:
    etag = sha1(document.body, usedforsecurity=False).hexdigest()
    values = (document.name, document.content_type, etag, document.updated, document.body)
    raw.run(PUT, lock.number, int(kind), *_places(numbers), *values)
    save_counters(raw, lock)


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == JSON


def _json_value(body: bytes) -> object:
    """Read a JSON document; what says that it is JSON must be (Communication 1.5)."""
    limits.check_values(body)
    check_text(body)
    try:
        return exact_value(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(Rule.JSON, "$", f"The document is not JSON: {error}") from None
