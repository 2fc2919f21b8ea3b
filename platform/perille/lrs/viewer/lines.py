"""A kept statement as a person reads it: in one line, with the names that its maps have in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from perille.core.addresses import split_address
from perille.core.database import Session
from perille.core.letters import collapse_whitespace
from perille.core.type_aliases import JsonObject
from perille.lrs.storage import serialization
from perille.lrs.storage.connection import RawConnection, marks, raw_connection
from perille.lrs.storage.definitions import definition_of
from perille.lrs.storage.lock import store_number
from perille.lrs.storage.serialization import StoredRow, Wishes
from perille.lrs.storage.terms import ACTIVITY, find
from perille.lrs.xapi import parsing, validators
from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.ifi import agent_key
from perille.lrs.xapi.statement import AnyPart, AnyStatement, StatementRef, SubStatement
from perille.lrs.xapi.versions import Version

#: Letters of an identifier that tell two actors apart on one page, and tell nobody who they are.
_SHOWN = 8
#: Characters of a name that a line shows.
_LONGEST = 160
_actor = msgspec.json.Decoder(Actor).decode
_NO_WORDS: Mapping[str, str] = {}
T = TypeVar("T")


class LocalizedName(Struct, frozen=True):
    """A name, and the language tag it stands under; an empty tag: it is no name, an IRI or a part of one."""

    text: str
    language: str = ""


class StatementLine(Struct, frozen=True):
    """A statement in one line."""

    id: UUID
    seq: int
    stored: datetime
    #: IRI of the verb, and what it is called.
    verb: str
    verb_name: LocalizedName
    #: IRI of the activity, or of another object its kind and what identifies it; and what it is called, if anything.
    object: str
    object_name: LocalizedName | None
    #: IRI of the activity, to search by; None for another object.
    activity: str | None
    registration: UUID | None
    #: The actor's identifier, shortened, and its number to search by; 0 for an anonymous group.
    actor: str
    actor_number: int
    #: The name of who vouches: the client, unless it was given an authority of its own.
    authority: str
    voided: bool
    success: bool | None
    #: Score from -1 to 1.
    scaled: float | None
    #: Whether it carries words or choices of somebody: a response, extensions of a result, an attachment.
    has_answer: bool


def lines_of(session: Session, store_id: UUID, found: Sequence[StoredRow], wishes: Wishes) -> list[StatementLine]:
    """Return lines for statements, with names in the language that suits *wishes* best."""
    raw, number = raw_connection(session), store_number(session, store_id)
    actors = _actor_numbers(raw, number, found)
    parsed = [(kept, parsed_statement(kept)) for kept in found]
    definitions = _definitions(raw, number, [seen for _, seen in parsed])
    return [_line(kept, seen, actors.get(kept.seq, 0), definitions, wishes) for kept, seen in parsed]


def parsed_statement(kept: StoredRow) -> AnyStatement:
    """Return a kept statement as structs."""
    return parsing.parse_statement(kept.body, Version.V2 if kept.has(StatementFlag.V2) else Version.V1).statement


def _actor_numbers(raw: RawConnection, store: int, found: Sequence[StoredRow]) -> dict[int, int]:
    seqs = [kept.seq for kept in found]
    if not seqs:
        return {}
    sql = f"SELECT seq, agent_id FROM lrs_statement WHERE store_id = ? AND seq IN ({marks(seqs)})"  # noqa: S608 - only marks
    return {row[0]: row[1] for row in raw.rows(sql, store, *seqs)}


def _definitions(raw: RawConnection, store: int, parsed: Sequence[AnyStatement]) -> dict[str, JsonObject]:
    """Return what the store knows of the activities, by IRI."""
    iris = {seen.object.id for seen in parsed if isinstance(seen.object, Activity)}
    numbers = find(raw, store, [ACTIVITY + iri for iri in iris])
    return {term[1:]: definition_of(raw, store, number) for term, number in numbers.items()}


def _line(
    kept: StoredRow, seen: AnyStatement, actor_number: int, definitions: dict[str, JsonObject], wishes: Wishes
) -> StatementLine:
    result, thing = seen.result, seen.object
    score = UNSET if result is UNSET else result.score
    display = seen.verb.display
    return StatementLine(
        id=UUID(bytes=kept.id),
        seq=kept.seq,
        stored=validators.moment(kept.stored),
        verb=seen.verb.id,
        verb_name=_best(_NO_WORDS if display is UNSET else display, wishes) or LocalizedName(last_part(seen.verb.id)),
        object=_object(seen),
        object_name=_object_name(seen, definitions, wishes),
        activity=thing.id if isinstance(thing, Activity) else None,
        registration=_registration(seen),
        actor=shortened(seen.actor),
        actor_number=actor_number,
        authority=_voucher(_actor(kept.authority)),
        voided=kept.has(StatementFlag.VOIDED),
        success=None if result is UNSET else _known(result.success),
        scaled=None if score is UNSET else _known(score.scaled),
        has_answer=has_answer(seen),
    )


def _known(value: T | UnsetType) -> T | None:
    return None if value is UNSET else value


def has_answer(statement: AnyPart) -> bool:
    """Tell whether a statement carries somebody's own words or choices, itself or in what it is about."""
    result = statement.result
    if statement.attachments not in (UNSET, []):
        return True
    if result is not UNSET and (result.response is not UNSET or result.extensions is not UNSET):
        return True
    if statement.context is not UNSET and statement.context.extensions is not UNSET:
        return True
    return isinstance(statement.object, SubStatement) and has_answer(statement.object)


def _object_name(seen: AnyStatement, definitions: dict[str, JsonObject], wishes: Wishes) -> LocalizedName | None:
    """Return what the store calls an activity, else what the statement calls it: its name, or the words of a question."""
    if not isinstance(seen.object, Activity):
        return None
    known, own = definitions.get(seen.object.id, {}), seen.object.definition
    names = [known.get("name"), known.get("description")]
    if own is not UNSET:
        names[1:1] = [own.name]
        names.append(own.description)
    return next((words for each in names if (words := _best(each, wishes)) is not None), None)


def _best(words: Mapping[str, str] | UnsetType | None, wishes: Wishes) -> LocalizedName | None:
    if not isinstance(words, dict) or not words:
        return None
    tag, text = next(iter(serialization.one_language(words, wishes).items()))
    text = collapse_whitespace(text)
    return LocalizedName(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…", tag) if text else None


def last_part(iri: str) -> str:
    """Return what stands last in an IRI, for one that has no name.

    >>> last_part("http://adlnet.gov/expapi/verbs/completed")
    'completed'
    """
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri


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
    key = agent_key(actor)
    return f"({len(actor.member or ())})" if key is None else shortened_key(key)


def shortened_key(key: str) -> str:
    """Return as much of the key of an agent as tells it from others on the same page.

    >>> shortened_key("mbox mailto:aino@people.example")
    'a…@people.example'
    """
    form, _, value = key.partition(" ")
    if form == "account":
        return _cut(value.partition(" ")[2])
    if form == "mbox":
        local, _, domain = value.removeprefix("mailto:").rpartition("@")
        return f"{local[:1]}…@{domain}"
    if form == "mbox_sha1sum":
        return _cut(value)
    # An openid is any IRI: not each has a host, and of "https://[" no part can be read.
    parts = split_address(value)
    return f"{parts.netloc if parts is not None else _cut(value)}/…"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _voucher(authority: Actor) -> str:
    """Return the name of who vouches; of a client with an application, both."""
    if authority.member is not UNSET:
        return " + ".join(_voucher(member) for member in authority.member)
    return authority.name if authority.name is not UNSET else agent_key(authority) or ""
