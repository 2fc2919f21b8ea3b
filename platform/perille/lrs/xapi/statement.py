"""A statement as the specification defines it: one struct a concept, its rules in `__post_init__` (xAPI 1.0.3 Data 2.4).

A property that is absent is `UNSET`; null is refused everywhere but inside extensions, and so is a property not named here (Data 2.2).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, UnsetType

from perille.lrs.xapi import validators
from perille.lrs.xapi.activities import Activity, Extensions, LanguageMap
from perille.lrs.xapi.actors import Actor, Concept
from perille.lrs.xapi.errors import Rule, RuleViolation

_Strings = list[str]


class Verb(Concept):
    """The action (Data 2.4.3)."""

    id: str
    display: LanguageMap | UnsetType = UNSET

    def __post_init__(self) -> None:
        validators.iri(self.id, "id")
        if self.display is not UNSET:
            validators.language_map(self.display, "display")


class StatementRef(Concept):
    """A pointer to another statement (Data 2.4.4.3)."""

    object_type: Literal["StatementRef"]
    id: str

    def __post_init__(self) -> None:
        validators.uuid(self.id, "id")


class Score(Concept):
    """How well (Data 2.4.5.1)."""

    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET

    def __post_init__(self) -> None:
        low = self.min if self.min is not UNSET else float("-inf")
        high = self.max if self.max is not UNSET else float("inf")
        if self.min is not UNSET and self.max is not UNSET and low >= high:
            raise RuleViolation(Rule.SCORE, "min", "min is not less than max.")
        if self.raw is not UNSET and not low <= self.raw <= high:
            raise RuleViolation(Rule.SCORE, "raw", "raw does not lie between min and max.")


class Result(Concept):
    """The outcome (Data 2.4.5)."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.duration is not UNSET:
            validators.duration(self.duration, "duration")
        if self.extensions is not UNSET:
            validators.extensions(self.extensions, "extensions")


_Activities = list[Activity]


class ContextActivities(Concept):
    """Activities that a statement belongs to; a single one may stand without a list and is returned in one (Data 2.4.6.2)."""

    parent: _Activities | Activity | UnsetType = UNSET
    grouping: _Activities | Activity | UnsetType = UNSET
    category: _Activities | Activity | UnsetType = UNSET
    other: _Activities | Activity | UnsetType = UNSET

    def values(self) -> tuple[_Activities | Activity | UnsetType, ...]:
        """Return the four values as they came."""
        return self.parent, self.grouping, self.category, self.other


class Context(Concept):
    """Where and with whom, as 1.0.3 has it (Data 2.4.6)."""

    registration: str | UnsetType = UNSET
    instructor: Actor | UnsetType = UNSET
    team: Actor | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.registration is not UNSET:
            validators.uuid(self.registration, "registration")
        if self.team is not UNSET and not self.team.is_group:
            raise RuleViolation(Rule.GROUP, "team", "A team is a group.")
        if self.language is not UNSET:
            validators.language(self.language, "language")
        if self.extensions is not UNSET:
            validators.extensions(self.extensions, "extensions")


def _relevant_types(value: list[str] | UnsetType) -> None:
    """The relevantTypes are a list of at least one IRI (2.0 4.2.2.5)."""
    if value is UNSET:
        return
    if not value:
        raise RuleViolation(Rule.SHAPE, "relevantTypes", "relevantTypes is empty.")
    for place, entry in enumerate(value):
        validators.iri(entry, f"relevantTypes[{place}]")


class ContextAgent(Concept):
    """An agent that matters to the statement, and as what (2.0 4.2.2.5)."""

    object_type: Literal["contextAgent"]
    agent: Actor
    relevant_types: _Strings | UnsetType = UNSET

    def __post_init__(self) -> None:
        _relevant_types(self.relevant_types)
        if self.agent.is_group:
            raise RuleViolation(Rule.SHAPE, "agent", "A contextAgent holds an agent.")


class ContextGroup(Concept):
    """A group that matters to the statement, and as what (2.0 4.2.2.5)."""

    object_type: Literal["contextGroup"]
    group: Actor
    relevant_types: _Strings | UnsetType = UNSET

    def __post_init__(self) -> None:
        _relevant_types(self.relevant_types)
        if not self.group.is_group:
            raise RuleViolation(Rule.SHAPE, "group", "A contextGroup holds a group.")


class Context2(Context):
    """Where and with whom, as 2.0 has it (2.0 4.2.2.5)."""

    context_agents: list[ContextAgent] | UnsetType = UNSET
    context_groups: list[ContextGroup] | UnsetType = UNSET


class Attachment(Concept):
    """A file that goes with a statement (Data 2.4.11)."""

    usage_type: str
    display: LanguageMap
    content_type: str
    length: Annotated[int, Meta(ge=0)]
    sha2: str
    description: LanguageMap | UnsetType = UNSET
    file_url: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        validators.iri(self.usage_type, "usageType")
        validators.language_map(self.display, "display")
        validators.media_type(self.content_type, "contentType")
        if self.description is not UNSET:
            validators.language_map(self.description, "description")
        if self.file_url is not UNSET:
            validators.iri(self.file_url, "fileUrl")


Obj = TypeVar("Obj")
Ctx = TypeVar("Ctx", bound=Context)


class SubStatement(Concept, Generic[Obj, Ctx]):
    """A statement as the object of another: no id, stored, version, authority; not nested (Data 2.4.4.3)."""

    object_type: Literal["SubStatement"]
    actor: Actor
    verb: Verb
    object: Obj
    result: Result | UnsetType = UNSET
    context: Ctx | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_context_of(self)


class Statement(Concept, Generic[Obj, Ctx]):
    """I did this (Data 2.4). *Obj* is what the object is, *Ctx* which edition's context."""

    actor: Actor
    verb: Verb
    object: Obj
    id: str | UnsetType = UNSET
    result: Result | UnsetType = UNSET
    context: Ctx | UnsetType = UNSET
    timestamp: str | UnsetType = UNSET
    stored: str | UnsetType = UNSET
    authority: Actor | UnsetType = UNSET
    version: str | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.id is not UNSET:
            validators.uuid(self.id, "id")
        check_context_of(self)
        if self.authority is not UNSET:
            _check_authority(self.authority)


#: A statement of any edition, and with it those that are the object of another.
AnyStatement = Statement[Any, Any]
AnySubStatement = SubStatement[Any, Any]
AnyPart = AnyStatement | AnySubStatement


def check_context_of(statement: AnyPart) -> None:
    """The revision and platform are refused, with RuleViolation, where the object is not an activity (Data 2.4.6).

    >>> from perille.lrs.xapi.actors import Actor
    >>> statement = Statement(
    ...     actor=Actor(mbox="mailto:aino@example.org"), verb=Verb(id="https://example.org/read"), object=Activity(id="https://example.org/a")
    ... )
    >>> check_context_of(statement)
    """
    context = statement.context
    if context is UNSET or isinstance(statement.object, Activity):
        return
    for name in ("revision", "platform"):
        if getattr(context, name) is not UNSET:
            raise RuleViolation(Rule.CONTEXT, f"context.{name}", "Only a statement about an activity has it.")


def _check_authority(authority: Actor) -> None:
    """An authority group is anonymous and has exactly two members (Data 2.4.9)."""
    if not authority.is_group:
        return
    named = (authority.account, authority.mbox, authority.mbox_sha1sum, authority.openid)
    if any(name is not UNSET for name in named) or len(authority.member or ()) != 2:
        raise RuleViolation(Rule.AUTHORITY, "authority", "An authority group has two members and no identifier.")
