"""How much one statement may hold, looked at once it is decoded: what arrives from a client alone (see `limits`)."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from msgspec import UNSET

from perille.lrs.xapi import limits
from perille.lrs.xapi.activities import Activity, ActivityDefinition
from perille.lrs.xapi.actors import Actor
from perille.lrs.xapi.errors import Rule, RuleViolation
from perille.lrs.xapi.statement import (
    AnyPart,
    AnyStatement,
    Attachment,
    Context,
    Context2,
    StatementRef,
    SubStatement,
)

#: A statement of no more bytes than this, or of no more commas, holds nothing too long or too many.
_SHORT, _FEW = limits.NAME, min(limits.ACTIVITIES, limits.LANGUAGES, limits.ATTACHMENTS)
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def check(body: bytes, statement: AnyStatement) -> None:
    """Raise `RuleViolation` for a statement that holds more of something than a client may send.

    >>> from perille.lrs.xapi.statement import Statement, Verb
    >>> statement = Statement(
    ...     actor=Actor(mbox="mailto:aino@example.org", name="x" * (limits.NAME + 1)),
    ...     verb=Verb(id="https://example.org/read"),
    ...     object=Activity(id="https://example.org/a"),
    ... )
    >>> check(b" " * 1000, statement)
    Traceback (most recent call last):
        ...
    perille.lrs.xapi.errors.RuleViolation: A name has at most 500 characters here.
    """
    if len(body) > _SHORT and (body.count(b",") >= _FEW or not _has_short_names(statement)):
        _part("", statement)


def _has_short_names(statement: AnyStatement) -> bool:
    """Tell whether a statement names only its actor, as nearly all do, and shortly; else all of it has to be looked at."""
    actor, context = statement.actor, statement.context
    if not isinstance(statement.object, Activity) or actor.member is not UNSET:
        return False
    if context is not UNSET:
        if context.instructor is not UNSET or context.team is not UNSET:
            return False
        if isinstance(context, Context2) and (context.context_agents or context.context_groups):
            return False
    return actor.name is UNSET or len(actor.name) <= limits.NAME


def _part(where: str, part: AnyPart) -> None:
    _actor(f"{where}actor", part.actor)
    _few(f"{where}verb.display", part.verb.display, limits.LANGUAGES)
    thing = part.object
    if isinstance(thing, Activity):
        _activity(f"{where}object", thing)
    elif isinstance(thing, Actor):
        _actor(f"{where}object", thing)
    elif isinstance(thing, SubStatement):
        _part(f"{where}object.", thing)
    else:
        assert isinstance(thing, StatementRef)
    if part.result is not UNSET:
        _few(f"{where}result.extensions", part.result.extensions, limits.EXTENSIONS)
    if part.context is not UNSET:
        _context(f"{where}context", part.context)
    if part.attachments is not UNSET:
        _attachments(f"{where}attachments", part.attachments)


def _context(where: str, context: Context) -> None:
    for name in ("instructor", "team"):
        actor = getattr(context, name)
        if actor is not UNSET:
            _actor(f"{where}.{name}", actor)
    _few(f"{where}.extensions", context.extensions, limits.EXTENSIONS)
    if context.context_activities is not UNSET:
        for name, value in zip(
            ("parent", "grouping", "category", "other"), context.context_activities.values(), strict=True
        ):
            _activities(f"{where}.contextActivities.{name}", value)
    if isinstance(context, Context2):
        _few(f"{where}.contextAgents", context.context_agents, limits.MEMBERS)
        for place, entry in enumerate(context.context_agents or ()):
            _actor(f"{where}.contextAgents[{place}].agent", entry.agent)
            _few(f"{where}.contextAgents[{place}].relevantTypes", entry.relevant_types, limits.COMPONENTS)
        _few(f"{where}.contextGroups", context.context_groups, limits.ACTIVITIES)
        for place, group in enumerate(context.context_groups or ()):
            _actor(f"{where}.contextGroups[{place}].group", group.group)
            _few(f"{where}.contextGroups[{place}].relevantTypes", group.relevant_types, limits.COMPONENTS)


def _activities(where: str, value: Any) -> None:
    if isinstance(value, Activity):
        _activity(where, value)
    elif value is not UNSET:
        _few(where, value, limits.ACTIVITIES)
        for place, activity in enumerate(value):
            _activity(f"{where}[{place}]", activity)


def _activity(where: str, activity: Activity) -> None:
    if activity.definition is not UNSET:
        _definition(f"{where}.definition", activity.definition)


def _definition(where: str, definition: ActivityDefinition) -> None:
    for name in ("name", "description"):
        _few(f"{where}.{name}", getattr(definition, name), limits.LANGUAGES)
    _few(f"{where}.extensions", definition.extensions, limits.EXTENSIONS)
    _few(f"{where}.correctResponsesPattern", definition.correct_responses_pattern, limits.COMPONENTS)
    for name in _COMPONENTS:
        components = getattr(definition, name)
        _few(f"{where}.{name}", components, limits.COMPONENTS)
        for place, component in enumerate(components or ()):
            _few(f"{where}.{name}[{place}].description", component.description, limits.LANGUAGES)


def _actor(where: str, actor: Actor) -> None:
    _name(where, actor)
    if actor.member is not UNSET:
        _few(f"{where}.member", actor.member, limits.MEMBERS)
        for place, member in enumerate(actor.member):
            _name(f"{where}.member[{place}]", member)


def _name(where: str, actor: Actor) -> None:
    if actor.name is not UNSET and len(actor.name) > limits.NAME:
        raise RuleViolation(Rule.LENGTH, f"{where}.name", f"A name has at most {limits.NAME} characters here.")


def _attachments(where: str, attachments: list[Attachment]) -> None:
    _few(where, attachments, limits.ATTACHMENTS)
    for place, attachment in enumerate(attachments):
        for name in ("display", "description"):
            _few(f"{where}[{place}].{name}", getattr(attachment, name), limits.LANGUAGES)


def _few(where: str, value: object, most: int) -> None:
    """Refuse a list or map that has more than *most* entries; one that is absent has none."""
    if value is not UNSET and isinstance(value, Sized) and len(value) > most:
        raise RuleViolation(Rule.LENGTH, where, f"{where.rpartition('.')[2]} has at most {most} entries here.")
