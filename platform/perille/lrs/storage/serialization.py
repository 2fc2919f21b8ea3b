"""Kept statements as a client gets them: as received with what the store adds, shortened, or in one language (Communication 2.1.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from perille.core.type_aliases import JsonObject
from perille.lrs.storage import compression
from perille.lrs.storage.connection import Row
from perille.lrs.xapi import validators
from perille.lrs.xapi.flags import StatementFlag
from perille.lrs.xapi.ifi import agent_of
from perille.lrs.xapi.parsing import encode, exact_value
from perille.lrs.xapi.versions import Version

#: The columns that a kept statement is made of.
COLUMNS = "s.seq, s.id, s.stored, s.marks, s.dictionary, s.body, a.body"
#: Where they come from.
TABLES = "lrs_statement s JOIN lrs_authority a ON a.store_id = s.store_id AND a.id = s.authority_id"


#: Languages with their quality, the most wanted first; 0: not wanted.
Wishes = Sequence[tuple[str, float]]
#: As plain numbers: they are asked for each statement of an answer.
_HAS_ID, _HAS_TIMESTAMP, _HAS_VERSION, _V2 = (
    int(mark)
    for mark in (StatementFlag.HAS_ID, StatementFlag.HAS_TIMESTAMP, StatementFlag.HAS_VERSION, StatementFlag.V2)
)
_Change = Callable[[JsonObject], JsonObject]


class StoredRow(Struct):
    """A statement as it lies in the tables, its body unpacked."""

    seq: int
    id: bytes
    stored: int
    authority: bytes
    marks: int
    body: bytes

    def has(self, mark: StatementFlag) -> bool:
        """Tell whether a mark is set."""
        return bool(self.marks & mark)


def stored_row(row: Row) -> StoredRow:
    """Make a kept statement of a row with `COLUMNS`."""
    seq, key, stored, marks, dictionary, body, authority = row
    return StoredRow(seq, bytes(key), stored, bytes(authority), marks, compression.decompress(dictionary, body))


def exact(statement: StoredRow, version: Version) -> bytes:
    """Return a statement exactly as it was received, plus id, stored, authority, timestamp and version where it lacks them."""
    if version is Version.V1 and statement.marks & _V2:
        return encode(as_v1(complete(statement, version)))
    added = _added(statement, version)
    return b"{" + added + (b"," if statement.body[1:].lstrip()[:1] != b"}" else b"") + statement.body[1:]


def _added(statement: StoredRow, version: Version) -> bytes:
    """Return the members that the store adds, as JSON without braces (Data 2.4)."""
    stored = validators.format_timestamp(statement.stored)
    parts = [f'"stored":"{stored}","authority":'.encode() + statement.authority]
    marks = statement.marks
    if not marks & _HAS_ID:
        parts.insert(0, f'"id":"{validators.uuid_text(statement.id)}"'.encode())
    if not marks & _HAS_TIMESTAMP:
        parts.append(f'"timestamp":"{stored}"'.encode())
    if not marks & _HAS_VERSION:
        parts.append(b'"version":"2.0.0"' if marks & _V2 else b'"version":"1.0.0"')
    return b",".join(parts)


def complete(statement: StoredRow, version: Version) -> JsonObject:
    """Return a statement with all its members, numbers as written."""
    found: JsonObject = exact_value(b"{" + _added(statement, version) + b"," + statement.body[1:])
    return found


def as_v1(statement: JsonObject) -> JsonObject:
    """Make a valid 1.0.3 statement of a 2.0 one: without contextAgents and contextGroups, version 1.0.3."""
    statement["version"] = Version.V1.value
    for part in (statement, statement.get("object", {})):
        context = part.get("context")
        if isinstance(context, dict):
            context.pop("contextAgents", None)
            context.pop("contextGroups", None)
    return statement


def ids_only(statement: StoredRow, version: Version) -> bytes:
    """Return only what identifies agents, activities, verbs and anonymous groups' members (format=ids)."""
    whole = complete(statement, version)
    return encode(_each(_v(whole, statement, version), _short_actor, _short_activity, _short_verb))


def canonical(statement: StoredRow, version: Version, wishes: Wishes, definition: Callable[[str], JsonObject]) -> bytes:
    """Return activities with the store's definition, every language map cut to one language (format=canonical)."""

    def activity(value: JsonObject) -> JsonObject:
        known = definition(value["id"])
        return _cut_members({**value, "definition": known} if known else value, wishes)

    def verb(value: JsonObject) -> JsonObject:
        return _cut_members(value, wishes)

    whole = complete(statement, version)
    return encode(_each(_v(whole, statement, version), lambda actor: actor, activity, verb))


def _v(whole: JsonObject, statement: StoredRow, version: Version) -> JsonObject:
    return as_v1(whole) if version is Version.V1 and statement.has(StatementFlag.V2) else whole


def _each(part: JsonObject, actor: _Change, activity: _Change, verb: _Change) -> JsonObject:
    """Change the actors, activities and verb of a statement or SubStatement."""
    part["actor"] = actor(part["actor"])
    part["verb"] = verb(part["verb"])
    if "authority" in part:
        part["authority"] = actor(part["authority"])
    thing = part["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        part["object"] = activity(thing)
    elif kind in ("Agent", "Group"):
        part["object"] = actor(thing)
    elif kind == "SubStatement":
        part["object"] = _each(thing, actor, activity, verb)
    if "context" in part:
        _each_of_context(part["context"], actor, activity)
    return part


def _each_of_context(context: JsonObject, actor: _Change, activity: _Change) -> None:
    for name in ("instructor", "team"):
        if name in context:
            context[name] = actor(context[name])
    for name, values in context.get("contextActivities", {}).items():
        context["contextActivities"][name] = [activity(value) for value in values]
    for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
        for entry in context.get(name, ()):
            entry[inner] = actor(entry[inner])


_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")


def _short_actor(actor: JsonObject) -> JsonObject:
    """An agent or identified group by its identifier alone, an anonymous group by its members' (Communication 2.1.3)."""
    kind = {"objectType": actor["objectType"]} if "objectType" in actor else {}
    own = {name: actor[name] for name in _IDENTIFIERS if name in actor}
    if own:
        return kind | own
    return kind | {"member": [_short_actor(member) for member in actor.get("member", [])]}


def _short_activity(activity: JsonObject) -> JsonObject:
    return {"id": activity["id"]}


def _short_verb(verb: JsonObject) -> JsonObject:
    return {"id": verb["id"]}


_MAPS = frozenset({"display", "name", "description"})


def _cut(value: object, wishes: Wishes) -> object:
    """Cut the language maps in a verb or an activity to the one that suits best; extensions are left alone."""
    if isinstance(value, list):
        return [_cut(entry, wishes) for entry in value]
    return _cut_members(value, wishes) if isinstance(value, dict) else value


def _cut_members(value: JsonObject, wishes: Wishes) -> JsonObject:
    cut: JsonObject = {}
    for name, entry in value.items():
        if name in _MAPS and isinstance(entry, dict):
            cut[name] = one_language(entry, wishes)
        else:
            cut[name] = entry if name == "extensions" else _cut(entry, wishes)
    return cut


def one_language(words: dict[str, str], wishes: Wishes) -> dict[str, str]:
    """Return the entry of a language map that suits the wishes best, else its first one that nobody refused (RFC 9110 12.5.4)."""
    left = _not_refused(list(words), wishes)
    for wish, quality in wishes:
        tag = _nearest(wish, left) if quality else None
        if tag is not None:
            return {tag: words[tag]}
    return {tag: words[tag] for tag in left[:1]}


def _not_refused(tags: list[str], wishes: Wishes) -> list[str]:
    """Return the tags that nobody refused by q=0; all of them where none would be left."""
    refused = [tag for tag, quality in wishes if not quality]
    return [tag for tag in tags if not any(_covers(other, tag) for other in refused)] or tags


def _nearest(wish: str, tags: Sequence[str]) -> str | None:
    """Return the tag that is wished, else the first that is a part of it or that it is a part of."""
    near = [tag for tag in tags if _covers(wish, tag) or _covers(tag, wish)]
    return next((tag for tag in near if tag.lower() == wish.lower()), near[0] if near else None)


def _covers(wide: str, tag: str) -> bool:
    """Tell whether a language tag is another one or a part of it: `fr` covers `fr-CA`."""
    return f"{tag.lower()}-".startswith(f"{wide.lower()}-")


def person(keys: Sequence[str], names: Sequence[str]) -> JsonObject:
    """Return the Person object of an agent: every property a list (Communication 2.4)."""
    found: JsonObject = {"objectType": "Person"}
    if names:
        found["name"] = list(names)
    for key in keys:
        for name, value in agent_of(key).items():
            found.setdefault(name, []).append(value)
    return found
