"""The newest statements, as somebody looks on while they come in; of actors only as much as tells them apart."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from perille.core.database import Session
from perille.lrs.storage import query, serialization
from perille.lrs.storage.connection import raw_connection
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.query import Filter
from perille.lrs.storage.serialization import StoredRow
from perille.lrs.xapi import parsing, validators
from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.ifi import agent_key
from perille.lrs.xapi.parsing import AnyStatement
from perille.lrs.xapi.statement import StatementRef
from perille.lrs.xapi.versions import Version

#: Letters of an identifier that tell two actors apart on one page, and tell nobody who they are.
_SHOWN = 8
_actor = msgspec.json.Decoder(Actor).decode


class StatementSummary(Struct, frozen=True):
    """A statement in one line."""

    id: UUID
    stored: datetime
    #: IRI of the verb.
    verb: str
    #: IRI of the activity; of another object its kind and what identifies it.
    object: str
    registration: UUID | None
    #: The actor's identifier, shortened.
    actor: str
    #: The name of who vouches: the client, unless it was given an authority of its own.
    authority: str


class StatementDetail(Struct, frozen=True):
    """A statement with all that it says: JSON on many lines, numbers as they were written."""

    text: str
    voided: bool


def newest_statements(session: Session, store_id: UUID, limit: int = 50) -> list[StatementSummary]:
    """Return the newest statements that are not voided, the newest first."""
    found = query.search(raw_connection(session), store_number(session, store_id), Filter(limit=limit))
    return [_sighting(kept) for kept in found]


def find_statement(session: Session, store_id: UUID, statement_id: UUID) -> StatementDetail | None:
    """Return one statement, voided or not, or None."""
    kept = query.find_by_id(raw_connection(session), store_number(session, store_id), statement_id.bytes)
    if kept is None:
        return None
    body = serialization.exact(kept, Version.V2)
    return StatementDetail(msgspec.json.format(body, indent=2).decode(), kept.has(StatementFlag.VOIDED))


def _sighting(kept: StoredRow) -> StatementSummary:
    seen = parsing.parse_statement(kept.body, Version.V2 if kept.has(StatementFlag.V2) else Version.V1).statement
    return StatementSummary(
        id=UUID(bytes=kept.id),
        stored=validators.moment(kept.stored),
        verb=seen.verb.id,
        object=_object(seen),
        registration=_registration(seen),
        actor=shortened(seen.actor),
        authority=_voucher(_actor(kept.authority)),
    )


def _object(statement: AnyStatement) -> str:
    thing = statement.object
    if isinstance(thing, Activity):
        return thing.id
    if isinstance(thing, Actor):
        return f"{'Group' if thing.is_group else 'Agent'} {shortened(thing)}"
    return f"StatementRef {thing.id}" if isinstance(thing, StatementRef) else f"SubStatement {thing.verb.id}"


def _registration(statement: AnyStatement) -> UUID | None:
    context = statement.context
    return UUID(context.registration) if context is not UNSET and context.registration is not UNSET else None


def shortened(actor: Actor) -> str:
    """Return as much of an actor's identifier as tells it from others on the same page."""
    if actor.account is not UNSET:
        return _cut(actor.account.name)
    if actor.mbox is not UNSET:
        local, _, domain = actor.mbox.removeprefix("mailto:").rpartition("@")
        return f"{local[:1]}…@{domain}"
    if actor.mbox_sha1sum is not UNSET:
        return _cut(actor.mbox_sha1sum)
    if actor.openid is not UNSET:
        return f"{urlsplit(actor.openid).netloc}/…"
    return f"({len(actor.member or ())})"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _voucher(authority: Actor) -> str:
    """Return the name of who vouches; of a client with an application, both."""
    if authority.member is not UNSET:
        return " + ".join(_voucher(member) for member in authority.member)
    return authority.name if authority.name is not UNSET else agent_key(authority) or ""
