"""What a statement is found by: from its structs to terms, in one walk (Communication 2.1.3, filters)."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from perille.lrs.storage.terms import ACTIVITY, AGENT, REGISTRATION, VERB
from perille.lrs.xapi.activities import Activity
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.ifi import agent_key
from perille.lrs.xapi.statement import AnyStatement, AnySubStatement, Context, Context2, ContextActivities, SubStatement


class IndexKeys(Struct):
    """The terms of one statement, and what can be learnt from it."""

    #: Actor, object and their members, each once, the actor first.
    agents: list[str]
    verb: str
    activity: str | None
    registration: str | None
    #: Agents and activities everywhere else in it.
    related_agents: set[str]
    related_activities: set[str]
    #: Agents with a name and activities with a definition, by their terms.
    named: list[tuple[str, str]]
    defined: list[Activity]


def index_keys_of(statement: AnyStatement) -> IndexKeys:
    """Collect the terms of a statement, without its authority, which the store adds."""
    keys = IndexKeys([], VERB + statement.verb.id, None, None, set(), set(), [], [])
    thing = statement.object
    agents = _actor(keys, statement.actor)
    if isinstance(thing, Activity):
        keys.activity = _activity(keys, thing)
    elif isinstance(thing, Actor):
        agents += _actor(keys, thing)
    elif isinstance(thing, SubStatement):
        _substatement(keys, thing)
    keys.agents = list(dict.fromkeys(agents)) if len(agents) > 1 else agents
    context = statement.context
    if context is not UNSET:
        _context(keys, context)
        if context.registration is not UNSET:
            keys.registration = REGISTRATION + context.registration.lower()
    return keys


def _actor(keys: IndexKeys, actor: Actor) -> list[str]:
    """Return the terms by which an actor is found: its own, and those of a group's members; note its name."""
    found = []
    key = agent_key(actor)
    if key is not None:
        found.append(AGENT + key)
        if actor.name is not UNSET:
            keys.named.append((AGENT + key, actor.name))
    if actor.member is not UNSET:
        for member in actor.member:
            found += _actor(keys, member)
    return found


def _activity(keys: IndexKeys, activity: Activity) -> str:
    if activity.definition is not UNSET:
        keys.defined.append(activity)
    return ACTIVITY + activity.id


def _substatement(keys: IndexKeys, sub: AnySubStatement) -> None:
    keys.related_agents.update(_actor(keys, sub.actor))
    if isinstance(sub.object, Activity):
        keys.related_activities.add(_activity(keys, sub.object))
    elif isinstance(sub.object, Actor):
        keys.related_agents.update(_actor(keys, sub.object))
    if sub.context is not UNSET:
        _context(keys, sub.context)


def _context(keys: IndexKeys, context: Context) -> None:
    for actor in (context.instructor, context.team):
        if actor is not UNSET:
            keys.related_agents.update(_actor(keys, actor))
    if isinstance(context, Context2):
        for entry in context.context_agents or ():
            keys.related_agents.update(_actor(keys, entry.agent))
        for group in context.context_groups or ():
            keys.related_agents.update(_actor(keys, group.group))
    if context.context_activities is not UNSET:
        _context_activities(keys, context.context_activities)


def _context_activities(keys: IndexKeys, activities: ContextActivities | UnsetType) -> None:
    if activities is UNSET:
        return
    for value in activities.values():
        if value is not UNSET:
            for activity in (value,) if isinstance(value, Activity) else value:
                keys.related_activities.add(ACTIVITY + activity.id)
                if activity.definition is not UNSET:
                    keys.defined.append(activity)
