"""What a statement is found by: pure functions from its structs to keys (Communication 2.1.3, filters)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from perille.lrs.identity import keys_of
from perille.lrs.statement import Activity, Actor, Context, Context2, ContextActivities, Statement, SubStatement


class Keys(Struct):
    """The keys of one statement. *agents*: actor, object and their members; the related ones: everywhere else in it."""

    agents: list[str]
    verb: str
    activity: str | None
    registration: str | None
    related_agents: set[str]
    related_activities: set[str]


def keys_of_statement(statement: Statement[Any, Any]) -> Keys:
    """Collect the keys of a statement, without its authority, which the store adds."""
    thing = statement.object
    agents = keys_of(statement.actor)
    activity = None
    related_agents: set[str] = set()
    related_activities: set[str] = set()
    if isinstance(thing, Activity):
        activity = thing.id
    elif isinstance(thing, Actor):
        agents += keys_of(thing)
    elif isinstance(thing, SubStatement):
        _collect_substatement(thing, related_agents, related_activities)
    registration = None
    if statement.context is not UNSET:
        _collect_context(statement.context, related_agents, related_activities)
        if statement.context.registration is not UNSET:
            registration = statement.context.registration.lower()
    related_activities.discard(activity or "")
    return Keys(
        list(dict.fromkeys(agents)), statement.verb.id, activity, registration, related_agents, related_activities
    )


def _collect_substatement(sub: SubStatement[Any, Any], agents: set[str], activities: set[str]) -> None:
    agents.update(keys_of(sub.actor))
    if isinstance(sub.object, Activity):
        activities.add(sub.object.id)
    elif isinstance(sub.object, Actor):
        agents.update(keys_of(sub.object))
    if sub.context is not UNSET:
        _collect_context(sub.context, agents, activities)


def _collect_context(context: Context, agents: set[str], activities: set[str]) -> None:
    if context.instructor is not UNSET:
        agents.update(keys_of(context.instructor))
    if context.team is not UNSET:
        agents.update(keys_of(context.team))
    if isinstance(context, Context2):
        for entry in context.context_agents or ():
            agents.update(keys_of(entry.agent))
        for group in context.context_groups or ():
            agents.update(keys_of(group.group))
    for activity in context_activities(context.context_activities):
        activities.add(activity.id)


def context_activities(value: ContextActivities | UnsetType) -> Iterator[Activity]:
    """Yield the context activities, listed or single."""
    if value is UNSET:
        return
    for entry in value.values():
        if entry is UNSET:
            continue
        if isinstance(entry, Activity):
            yield entry
        else:
            yield from entry


def all_activities(statement: Statement[Any, Any]) -> Iterator[Activity]:
    """Yield every activity of a statement: what definitions are learnt from."""
    for part in (statement, statement.object):
        if isinstance(part, SubStatement | Statement):
            if isinstance(part.object, Activity):
                yield part.object
            if part.context is not UNSET:
                yield from context_activities(part.context.context_activities)


def all_actors(statement: Statement[Any, Any]) -> Iterator[Actor]:
    """Yield every agent and group of a statement, members included: what names are learnt from."""
    for part in (statement, statement.object):
        if isinstance(part, SubStatement | Statement):
            yield from _with_members(part.actor)
            if part.context is not UNSET:
                for actor in (part.context.instructor, part.context.team):
                    if actor is not UNSET:
                        yield from _with_members(actor)
        elif isinstance(part, Actor):
            yield from _with_members(part)


def _with_members(actor: Actor) -> Iterator[Actor]:
    yield actor
    if actor.member is not UNSET:
        yield from actor.member
