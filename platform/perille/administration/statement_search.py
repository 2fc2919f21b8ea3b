"""From what an administrator types to a search of the record store, and how a search stands in an address.

A person's identifier goes no further than the form: in the address stand the numbers that the store has for it, which lead to nobody
without the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct

from perille.administration.identifiers import read_identifiers
from perille.administration.readable import VERBS
from perille.core.database import Session
from perille.core.errors import BadRequest
from perille.core.i18n import _
from perille.core.letters import collapse_whitespace
from perille.lrs.services import default_store
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.viewer.lines import last_part, lines_of, shortened_key
from perille.lrs.viewer.search import StatementSearch, find_page, keys_of_numbers, numbers_of_keys, verbs_of
from perille.lrs.xapi import validators
from perille.lrs.xapi.errors import RuleViolation
from perille.lrs.xapi.ifi import account_key
from perille.privacy.people import (
    PersonIdentifiers,
    find_learner,
    key_of_mailbox,
    key_of_openid,
    key_of_sha1,
    person_of,
)
from perille.tracking.services import actor_home

#: What stands in an address, in its order.
NAMES = ("person", "verb", "activity", "registration", "since", "until", "error", "voided", "everywhere")
#: Verbs that one search asks for.
_MOST_VERBS = 20
#: Characters of one of them.
_LONGEST = 2000


class Cursor(Struct, frozen=True):
    """Which page of a search is meant (see `find_page`)."""

    before: int | None = None
    after: int | None = None


def typed(form: Mapping[str, str], known: str) -> dict[str, str]:
    """Return the values of the form as they stand in an address, without those that are empty.

    *known*: numbers of a person chosen before.
    """
    # PostgreSQL keeps no text with U+0000 in it, and refuses a question for one.
    values = {name: form.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in NAMES}
    values["person"] = known
    return {name: value for name, value in values.items() if value}


def address_of(values: Mapping[str, str], **more: int | str | None) -> str:
    """Return a query string, "" for none.

    >>> address_of({"verb": "urn:x:seen"}, before=7)
    '?verb=urn%3Ax%3Aseen&before=7'
    """
    pairs = {**values, **{name: value for name, value in more.items() if value is not None}}
    return f"?{urlencode(pairs)}" if pairs else ""


def numbers_of(session: Session, text: str) -> str:
    """Return the store's numbers of a person by identifiers, one on each line, as an address has them: "0" for nobody known."""
    known = read_identifiers(text)
    numbers = numbers_of_keys(session, default_store(session), [*_keys(session, known)])
    return ".".join(map(str, numbers)) or "0"


def _keys(session: Session, known: PersonIdentifiers) -> list[str]:
    keys = [key_of_mailbox(each) for each in known.mailboxes]
    keys += [key_of_sha1(each) for each in known.sha1s]
    keys += [key_of_openid(each) for each in known.openids]
    keys += [account_key(home.strip(), name) for home, name in known.accounts]
    for number in known.numbers:
        learner = find_learner(session, number)
        keys += person_of(session, learner).keys if learner else [account_key(actor_home(session), str(number))]
    return keys


def read_search(values: Mapping[str, str]) -> StatementSearch:
    """Read a search from an address; raise BadRequest saying which part is wrong."""
    since, until = moment_of(values.get("since", "")), moment_of(values.get("until", ""))
    if since is not None and until is not None and until < since:
        raise BadRequest(_("The time ends before it begins."))
    return StatementSearch(
        people=numbers_in(values["person"]) if values.get("person") else None,
        verbs=verbs_in(values.get("verb", "")),
        activity=iri_of(values.get("activity", "")),
        registration=registration_of(values.get("registration", "")),
        since=since,
        until=until,
        error=values.get("error", ""),
        voided=values.get("voided") == "yes",
        everywhere=values.get("everywhere") == "yes",
    )


def read_cursor(values: Mapping[str, str]) -> Cursor:
    """Read which page is meant; raise BadRequest for an address that is none of ours."""
    return Cursor(*(_seq(values.get(name, "")) for name in ("before", "after")))


def person_shown(session: Session, asked: StatementSearch) -> str:
    """Return who is searched for, shortened; "" for anybody and for nobody."""
    raw = raw_connection(session)
    number = store_number(session, default_store(session))
    return ", ".join(map(shortened_key, keys_of_numbers(raw, number, asked.people or ())))


def numbers_in(text: str) -> tuple[int, ...]:
    """Return the numbers of a person that stand in an address, none for ""; raise BadRequest."""
    if not text:
        return ()
    parts = text.split(".")[:100]
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        raise BadRequest(_("This address was cut off or changed."))
    return tuple(map(int, parts))


def _seq(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadRequest(_("This address was cut off or changed."))
    return int(text) if text else None


def verbs_in(text: str) -> tuple[str, ...] | None:
    """Return the IRIs of verbs in an address, parted by spaces; None for "". Raise BadRequest."""
    found = tuple(iri for each in text.split()[:_MOST_VERBS] if (iri := iri_of(each)))
    return found or None


def verbs_named(session: Session, text: str, language: str) -> str:
    """Return the IRIs of the verbs that somebody means, parted by spaces: by an IRI, the last part of one, or a name as pages show it.

    A name is that of our own verbs in the reader's language or in English, or the one in the newest statement with the verb. What no
    verb is called is returned as it is.
    """
    wanted = collapse_whitespace(text).casefold()
    if not wanted or ":" in wanted:
        return text
    store_id = default_store(session)
    known = [*VERBS, *(each for each in verbs_of(session, store_id) if each not in VERBS)]
    named = [iri for iri in known if wanted in _names_of(session, store_id, iri, language)]
    return " ".join(named[:_MOST_VERBS]) or text


def _names_of(session: Session, store_id: UUID, iri: str, language: str) -> set[str]:
    names = {last_part(iri), str(VERBS.get(iri, ""))}
    if iri not in VERBS:
        newest = find_page(session, store_id, StatementSearch(verbs=(iri,)), limit=1).found
        names |= {line.verb_name.text for line in lines_of(session, store_id, newest, [(language, 1.0)])}
    return {name.casefold() for name in names if name}


def iri_of(text: str) -> str | None:
    """Return an IRI, None for ""; raise BadRequest."""
    if not text:
        return None
    try:
        validators.iri(text, "")
    except RuleViolation as error:
        raise BadRequest(_("This is no IRI, such as https://example.org/course: %(text)s", text=text[:100])) from error
    return text


def registration_of(text: str) -> str | None:
    """Return a UUID as the record store writes it, None for ""; raise BadRequest."""
    try:
        return str(UUID(text)) if text else None
    except ValueError as error:
        raise BadRequest(_("This is no registration: %(text)s", text=text[:100])) from error


def moment_of(text: str) -> int | None:
    """Return a moment (UTC unless it says otherwise) in microseconds, as browsers and people write it; None for "". Raise BadRequest."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return validators.micros(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("This is no time, such as 2026-11-30 14:00: %(text)s", text=text[:100])) from error
