"""What the store learns from statements: merged definitions of activities, names of agents (Data 2.4.4.1, Communication 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import UNSET

from perille.core.type_aliases import JsonObject
from perille.lrs.storage.connection import RawConnection
from perille.lrs.storage.entry import Entry
from perille.lrs.storage.lock import StoreLock
from perille.lrs.storage.memory import is_small
from perille.lrs.storage.terms import ACTIVITY
from perille.lrs.xapi import limits
from perille.lrs.xapi.activities import ActivityDefinition
from perille.lrs.xapi.errors import Rule, bad_request
from perille.lrs.xapi.parsing import encode, exact_value

#: How the identifiers of the platform's own activities begin.
OWN_ACTIVITIES = "urn:x-perille:"
_NAME = "INSERT INTO lrs_agent_name (store_id, agent_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_DEFINE = (
    "INSERT INTO lrs_activity (store_id, activity_id, definition) VALUES (?, ?, ?)"
    " ON CONFLICT (store_id, activity_id) DO UPDATE SET definition = excluded.definition"
)
#: Merged entry by entry; the other properties are replaced (Data 2.4.4.1).
_MERGED = ("name", "description", "extensions")


class Define(Enum):
    """What the store learns from statements of a sender (Communication 4.0, scope `define`).

    The platform's own activities are what its courses say: nobody else redefines them.
    """

    NOTHING = "nothing"
    #: All but the platform's own activities.
    OTHERS = "others"
    #: The platform's own activities too, where nothing is known of them yet: an import into an empty store.
    MISSING = "missing"
    ALL = "all"


def store_definitions(
    raw: RawConnection,
    lock: StoreLock,
    entries: Sequence[Entry],
    known: dict[str | None, int],
    define: Define = Define.ALL,
) -> None:
    """Keep new definitions and names; what this process has seen committed is passed over."""
    if define is Define.NOTHING:
        return
    names = {named for entry in entries for named in entry.keys.named if named not in lock.known}
    definitions = _new_definitions(lock, entries, define)
    if names:
        raw.many(_NAME, [(lock.number, known[term], _kept_name(name)) for term, name in sorted(names)])
        lock.fresh |= {named: True for named in names if is_small(*named)}
    if definitions:
        _define(raw, lock, definitions, known, define)


def _new_definitions(lock: StoreLock, entries: Sequence[Entry], define: Define) -> dict[str, list[ActivityDefinition]]:
    found: dict[str, list[ActivityDefinition]] = {}
    for entry in entries:
        for activity in entry.keys.defined:
            if define is Define.OTHERS and activity.id.startswith(OWN_ACTIVITIES):
                continue
            definition = activity.definition
            if definition is not UNSET and lock.known.get(("definition", activity.id)) != _mark(definition):
                found.setdefault(activity.id, []).append(definition)
    return found


def _define(
    raw: RawConnection,
    lock: StoreLock,
    definitions: dict[str, list[ActivityDefinition]],
    known: dict[str | None, int],
    define: Define,
) -> None:
    rows = []
    for activity in sorted(definitions):
        number = known[ACTIVITY + activity]
        merged = definition_of(raw, lock.number, number)
        if merged and define is Define.MISSING and activity.startswith(OWN_ACTIVITIES):
            continue
        for definition in definitions[activity]:
            merged = merge(merged, exact_value(encode(definition)))
        rows.append((lock.number, number, encode(merged)))
        if is_small(activity):
            lock.fresh["definition", activity] = _mark(definitions[activity][-1])
    raw.many(_DEFINE, rows)


def _mark(definition: ActivityDefinition) -> int:
    """Return a number by which the same definition is known again in this process, however large it is."""
    return hash(encode(definition))


def _kept_name(name: str) -> str:
    """Refuse a name that PostgreSQL could not take into its index, from whomever it comes."""
    if len(name) > limits.NAME:
        raise bad_request(Rule.LENGTH, "$", f"A name has at most {limits.NAME} characters here: {name[:40]!r}.")
    return name


def definition_of(raw: RawConnection, store: int, activity: int) -> JsonObject:
    """Return what is known of an activity's definition."""
    row = raw.one("SELECT definition FROM lrs_activity WHERE store_id = ? AND activity_id = ?", store, activity)
    found: JsonObject = exact_value(bytes(row[0])) if row else {}
    return found


def merge(known: JsonObject, fresh: JsonObject) -> JsonObject:
    """Merge a definition: languages and extensions entry by entry, the rest replaced by what came last."""
    merged = known | fresh
    for name in _MERGED:
        if isinstance(known.get(name), dict) and isinstance(fresh.get(name), dict):
            merged[name] = known[name] | fresh[name]
    return merged


def names_of(raw: RawConnection, store: int, agent: int) -> list[str]:
    """Return the names an agent was called by, in alphabetical order."""
    rows = raw.rows("SELECT name FROM lrs_agent_name WHERE store_id = ? AND agent_id = ? ORDER BY name", store, agent)
    return [row[0] for row in rows]
